"""The keys of a consumer of the Dutch clearing house, as its portal would hand them out.

A consumer signs each call twice: with a secret that it shares with the house (HMAC over digest,
date and request line), and with its own RSA key (a JSON web token in a cookie). The secret comes
encrypted for that RSA key.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who may call, as the house knows him."""

    name: str
    operator: str  # code of its network
    secret: bytes = field(repr=False)
    public_key: rsa.RSAPublicKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """What the consumer is given."""

    consumer: Consumer
    private_key: Path
    encrypted_secret: Path


def issue_keys(folder: Path, name: str, operator: str) -> KeyFiles:
    """Make new keys for a consumer and write his files into this folder."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    secret = sha256(pem).hexdigest().encode()
    private, encrypted = folder / f"{name}.pem", folder / f"{name}.secret"
    private.write_bytes(pem)
    encrypted.write_bytes(b64encode(key.public_key().encrypt(secret, padding.PKCS1v15())))
    consumer = Consumer(name, operator, secret, key.public_key())
    return KeyFiles(consumer, private, encrypted)
