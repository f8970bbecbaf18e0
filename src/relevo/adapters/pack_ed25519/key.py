"""The site's key: a PEM file that only its owner reads, named by RELEVO_PACK_KEY."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

SETTING = "RELEVO_PACK_KEY"


class BadKey(ValueError):
    """The file holds no key that can be used; the message names it and the remedy."""


class KeySigner:
    """Implements ``relevo.care.pack.actions.Signer``."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public_key(self) -> str:
        """The public half, base64."""
        return _text(self._key.public_key())

    def sign(self, content: bytes) -> str:
        """The signature, base64."""
        return b64encode(self._key.sign(content)).decode()


class KeyChecker:
    """Implements ``relevo.care.pack.actions.Checker``."""

    def is_signed(self, content: bytes, signature: str, public_key: str) -> bool:
        """Whether this signature was made over this content with that key."""
        try:
            key = Ed25519PublicKey.from_public_bytes(b64decode(public_key, validate=True))
            key.verify(b64decode(signature, validate=True), content)
        except (ValueError, InvalidSignature):
            return False
        return True


def signer_of_site(environment: Mapping[str, str] = os.environ) -> KeySigner | None:
    """The signer whose key the setting names; None where none is set. Raises BadKey."""
    path = environment.get(SETTING, "")
    return signer(Path(path)) if path else None


def signer(file: Path) -> KeySigner:
    """The signer of a key file. Raises BadKey."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as wrong:
        raise BadKey(f"{file}: no key can be read ({wrong}); make one: relevo care key") from wrong
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey(f"{file}: it is no Ed25519 key; make one: relevo care key")
    return KeySigner(key)


def public_key_in(file: Path) -> str:
    """The public key in a PEM file, base64. Raises BadKey."""
    try:
        key = serialization.load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as wrong:
        raise BadKey(f"{file}: no public key can be read ({wrong})") from wrong
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey(f"{file}: it is no Ed25519 key")
    return _text(key)


def make_key(file: Path) -> Path:
    """A new key in this file, readable by its owner alone; its public half beside it.

    Raises FileExistsError: a key that packs are signed with is never overwritten.
    """
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(private)
    public = file.with_suffix(".pub.pem")
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return public


def _text(key: Ed25519PublicKey) -> str:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return b64encode(raw).decode()
