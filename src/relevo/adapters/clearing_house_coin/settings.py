"""How to reach the clearing house, and as whom."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class CoinAccount:
    """Our account as the house's portal gives it: a consumer, his RSA key, his secret."""

    url: str  # without path, for example https://api.example.nl
    operator: str  # our name, for example "brisa"
    consumer: str
    private_key: Path  # PEM
    encrypted_secret: Path  # the HMAC secret, encrypted for that key, base64
    timeout_s: float = 20.0
