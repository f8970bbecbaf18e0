"""Addresses and Message-IDs that say which message of ours is meant, and that nobody can make up.

An answer comes back to ``answers+R7K2-3.<signature>@``, a bounce to ``bounces+...``, and both name
``<R7K2-3.<signature>@domain>``. Whoever brings a signature has our mail: he need not be believed
for what he says. Mail programs may write all of it in small letters.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, unquote

_SIGNATURE_BYTES = 10  # 80 bits
_LOCAL_MAX = 64  # RFC 5321, of the part before the @
_SAFE = "-_"


@dataclass(frozen=True, slots=True)
class Marks:
    """Makes them, and recognises them again."""

    domain: str
    secret: bytes  # none: Message-IDs carry the key alone, addresses nothing, and none is believed
    answers_to: str = "answers"
    bounces_to: str = "bounces"

    def message_id(self, key: str) -> str:
        """The same for the same message, however often it goes out."""
        return f"<{self._mark('id', key) or quote(key, safe=_SAFE)}@{self.domain}>"

    def answer_address(self, key: str) -> str:
        """Where an answer to this message is to come."""
        return self._address(self.answers_to, "answer", key)

    def bounce_address(self, key: str) -> str:
        """Where a server is to say that it could not deliver this message."""
        return self._address(self.bounces_to, "bounce", key)

    def answered(self, address: str) -> str:
        """The key of the message that is answered at this address; empty if it is not ours."""
        return self._key_of_address(self.answers_to, "answer", address)

    def bounced(self, address: str) -> str:
        """The key of the message of which this address is told; empty if it is not ours."""
        return self._key_of_address(self.bounces_to, "bounce", address)

    def named(self, message_id: str) -> tuple[str, bool]:
        """The key in a Message-ID, and whether its signature is ours."""
        local, _, domain = message_id.strip("<>").rpartition("@")
        if domain.lower() != self.domain.lower() or not local:
            return "", False
        key = self._key("id", local)
        return (key, True) if key else (unquote(local.rpartition(".")[0] or local), False)

    def is_ours(self, address: str) -> bool:
        """Whether mail for this address is for us."""
        return address.rpartition("@")[2].lower() == self.domain.lower()

    def _address(self, box: str, purpose: str, key: str) -> str:
        mark = self._mark(purpose, key)
        local = f"{box}+{mark}" if mark else box
        return f"{local if len(local) <= _LOCAL_MAX else box}@{self.domain}"

    def _key_of_address(self, box: str, purpose: str, address: str) -> str:
        local, _, domain = address.strip("<> ").rpartition("@")
        name, _, mark = local.partition("+")
        if name.lower() != box.lower() or domain.lower() != self.domain.lower():
            return ""
        return self._key(purpose, mark)

    def _mark(self, purpose: str, key: str) -> str:
        return f"{quote(key, safe=_SAFE)}.{self._signature(purpose, key)}" if self.secret else ""

    def _key(self, purpose: str, mark: str) -> str:
        """The key in a mark; small letters are put right where our keys are written in capitals."""
        spelt, _, signature = mark.rpartition(".")
        if not self.secret or not spelt:
            return ""
        for key in dict.fromkeys((unquote(spelt), unquote(spelt).upper(), unquote(spelt).lower())):
            made = self._signature(purpose, key)
            if hmac.compare_digest(made.encode(), signature.lower().encode()):
                return key
        return ""

    def _signature(self, purpose: str, key: str) -> str:
        said = f"mail {purpose}\x1f{key}".encode()
        made = hmac.new(self.secret, said, sha256).digest()[:_SIGNATURE_BYTES]
        return b32encode(made).decode().lower()
