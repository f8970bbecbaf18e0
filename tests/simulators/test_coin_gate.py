"""Who comes in at the Dutch clearing house: the library's signatures, and nobody else's."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("coin_sdk", reason="the extra nl is not installed")

from coin_sdk.common.securityservice import SecurityService  # type: ignore[import-untyped]
from coin_sdk.number_portability.npconfig import NpConfig  # type: ignore[import-untyped]

from relevo.engine.clock import SystemClock, VirtualClock
from relevo.simulators.coin_gate import Gate, Unauthorized
from relevo.simulators.coin_keys import KeyFiles, issue_keys

URL = "http://127.0.0.1:9/number-portability/v3/dossiers/cancel"
TARGET = "/number-portability/v3/dossiers/cancel"
MESSAGE: dict[str, object] = {"message": {"body": {}}}
BODY = json.dumps(MESSAGE).encode()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFiles:
    return issue_keys(tmp_path_factory.mktemp("keys"), "brisa", "XBRIS")


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> KeyFiles:
    return issue_keys(tmp_path_factory.mktemp("keys"), "brisa", "XBRIS")


def signed(keys: KeyFiles) -> dict[str, str]:
    """The headers that the library makes for a message of ours."""
    config = NpConfig("http://x", "brisa", str(keys.private_key), str(keys.encrypted_secret))
    service = SecurityService(config)
    headers: dict[str, str] = service.generate_headers(URL, "post", MESSAGE)
    return {**headers, "cookie": f"jwt={service.generate_jwt()['jwt']}"}


def test_what_the_library_signs_comes_in(keys: KeyFiles) -> None:
    consumer = Gate([keys.consumer]).check("POST", TARGET, signed(keys), BODY)
    assert consumer.operator == "XBRIS"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"digest": "SHA-256=AAAA"}, "digest"),
        ({"x-date": "Mon, 01 Jan 2024 00:00:00 GMT"}, "x-date"),
        ({"x-date": "yesterday"}, "x-date"),
        ({"authorization": ""}, "not known"),
        ({"authorization": 'hmac username="duna"'}, "not known"),
        ({"authorization": 'hmac username="brisa", algorithm="md5"'}, "hmac-sha256"),
        ({"cookie": ""}, "token"),
        ({"cookie": "jwt=a.b.c"}, "token"),
    ],
)
def test_a_call_that_was_tampered_with_stays_out(
    keys: KeyFiles, changed: dict[str, str], why: str
) -> None:
    with pytest.raises(Unauthorized, match=why):
        Gate([keys.consumer]).check("POST", TARGET, {**signed(keys), **changed}, BODY)


def test_another_body_or_another_address_stays_out(keys: KeyFiles) -> None:
    headers = signed(keys)
    with pytest.raises(Unauthorized, match="digest"):
        Gate([keys.consumer]).check("POST", TARGET, headers, BODY + b" ")
    with pytest.raises(Unauthorized, match="signature"):
        Gate([keys.consumer]).check("POST", TARGET + "/more", headers, BODY)


def test_another_secret_or_another_token_stays_out(keys: KeyFiles, others: KeyFiles) -> None:
    ours, theirs = signed(keys), signed(others)
    with pytest.raises(Unauthorized, match="signature"):
        Gate([keys.consumer]).check("POST", TARGET, theirs, BODY)
    with pytest.raises(Unauthorized, match="token"):
        Gate([keys.consumer]).check("POST", TARGET, {**ours, "cookie": theirs["cookie"]}, BODY)


def test_a_token_expires_and_a_date_grows_old(keys: KeyFiles) -> None:
    headers, now = signed(keys), SystemClock().now()
    with pytest.raises(Unauthorized, match="token: it has expired"):
        Gate([keys.consumer], VirtualClock(now + timedelta(minutes=2))).check(
            "POST", TARGET, headers, BODY
        )
    with pytest.raises(Unauthorized, match="x-date"):
        Gate([keys.consumer], VirtualClock(now + timedelta(minutes=9))).check(
            "POST", TARGET, headers, BODY
        )


def test_what_was_heard_once_is_not_heard_again(keys: KeyFiles) -> None:
    gate, headers = Gate([keys.consumer]), signed(keys)
    gate.check("POST", TARGET, headers, BODY)
    with pytest.raises(Unauthorized, match="made before"):
        gate.check("POST", TARGET, headers, BODY)


def test_the_secret_is_shown_nowhere(keys: KeyFiles, tmp_path: Path) -> None:
    assert keys.consumer.secret.decode() not in repr(keys)
    assert keys.consumer.secret not in keys.encrypted_secret.read_bytes()
