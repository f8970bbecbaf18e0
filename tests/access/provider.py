"""A small OpenID provider on the loopback: discovery, keys, authorization, and its token endpoint.

It signs what it says, holds the client to its credentials and to PKCE, and gives a code once. What
it says wrong is said to it by the test: a claim, the key it signs with, the algorithm.
"""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from typing_extensions import override

CLIENT, SECRET = "relevo console", "s3cret: of/this client"


class Provider:
    """What the provider knows, and how it is made to lie."""

    def __init__(self) -> None:
        self.issuer = ""
        first = ECKey.generate_key("P-256", {"kid": "first"})
        self.keys = KeySet([first])
        self.signs_with = first
        self.algorithm = "ES256"
        self.now = 0
        self.claims: dict[str, Any] = {}  # over what is right
        self.left_out: set[str] = set()
        self.ways = ["client_secret_basic"]
        self.metadata_says: dict[str, Any] = {}
        self.refused: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": self.ways,
            **self.metadata_says,
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Somebody signs in here, and is sent back."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, form: dict[str, str], basic: str) -> dict[str, Any] | None:
        """An ID token for a code, once, for who has its verifier and our client's secret."""
        name, _, secret = base64.b64decode(basic).decode().partition(":")
        named = (unquote(name), unquote(secret)) if basic else (
            form.get("client_id"), form.get("client_secret"),
        )  # fmt: skip
        asked = self._codes.pop(form["code"], None)
        if asked is None or named != (CLIENT, SECRET):
            self.refused.append("code or client")
            return None
        made = _text(sha256(form["code_verifier"].encode()).digest())
        if made.decode() != asked["code_challenge"]:
            self.refused.append("verifier")
            return None
        return {"access_token": "a", "token_type": "Bearer", "id_token": self._id_token(asked)}

    def _id_token(self, asked: dict[str, str]) -> str:
        claims = {
            "iss": self.issuer,
            "sub": "4711",
            "aud": CLIENT,
            "exp": self.now + 300,
            "iat": self.now,
            "nonce": asked["nonce"],
            "preferred_username": "oidi",
            **self.claims,
        }
        for name in self.left_out:
            del claims[name]
        if self.algorithm in ("none", "HS256"):
            return self._forged(claims)
        header = {"alg": self.algorithm, "kid": self.signs_with.kid}
        return jwt.encode(header, claims, self.signs_with, algorithms=[self.algorithm])

    def _forged(self, claims: dict[str, Any]) -> str:
        """Without a signature, or signed with what everybody may know: the public key."""
        header = {"alg": self.algorithm, "typ": "JWT", "kid": "first"}
        signed = b".".join(_text(json.dumps(part).encode()) for part in (header, claims))
        public = self.signs_with.as_pem(private=False)
        mac = hmac.digest(public, signed, "sha256") if self.algorithm == "HS256" else b""
        return (signed + b"." + _text(mac)).decode()


def _text(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


@contextmanager
def running() -> Iterator[Provider]:
    """The provider as a server of its own."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path.endswith("/.well-known/openid-configuration"):
                self._say(provider.metadata())
            elif parts.path == "/keys":
                self._say(provider.keys.as_dict(private=False))
            elif parts.path == "/authorize":
                asked = {name: each[0] for name, each in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("location", provider.authorize(asked))
                self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: each[0] for name, each in parse_qs(body).items()}
            basic = self.headers.get("authorization", "").removeprefix("Basic ")
            said = provider.token(form, basic)
            self._say({"error": "invalid_grant"} if said is None else said, 400 * (said is None))

        def _say(self, said: object, status: int = 0) -> None:
            self.send_response(status or 200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        @override
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
