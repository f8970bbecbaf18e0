-- name: remember
with gone as (delete from openid_errand where expires_at < %(at)s)
insert into openid_errand (state_sha256, nonce, verifier, next_path, expires_at)
values (%(state)s, %(nonce)s, %(verifier)s, %(next_path)s, %(until)s)

-- name: come_back
delete from openid_errand where state_sha256 = %s returning nonce, verifier, next_path, expires_at
