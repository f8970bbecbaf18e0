"""Passwords: which are taken, how they are kept (argon2id), and how they are compared.

A password has length instead of rules about signs, as NIST SP 800-63B-4 has it; the first ones that
anybody guesses are refused. Comparing takes as long for a name that nobody has as for one that
somebody has, and not more than a few comparisons run at once: each takes memory on purpose.
"""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LENGTH_MIN = 12
LENGTH_MAX = 256
_DIFFERENT_MIN = 5
_AT_ONCE = 4
_LOOKS_LIKE = str.maketrans("01345$@7", "oieassat")


class WeakPassword(ValueError):
    """This password is not taken; ``why`` is a key of the texts for people."""

    def __init__(self, why: str) -> None:
        super().__init__(_SAID[why])
        self.why = why


_SAID = {
    "short": f"password: it is short; take {LENGTH_MIN} characters or more, several words are good",
    "long": f"password: it is longer than {LENGTH_MAX} characters; take a shorter one",
    "simple": "password: it repeats or counts up; take several words that do not belong together",
    "common": "password: it is among the first that anybody tries; take several other words",
    "name": "password: it holds your own name or the company's; take one that does not",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one comparison costs, ours as well as a thief's (RFC 9106, section 4)."""

    rounds: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4


def cost_from(environment: Mapping[str, str] = os.environ) -> Cost:
    """The cost that ``RELEVO_PASSWORD_COST`` names as rounds, KiB and lanes ("3,65536,4").

    Raises ValueError when it is not three numbers.
    """
    text = environment.get("RELEVO_PASSWORD_COST", "")
    if not text:
        return Cost()
    try:
        rounds, memory_kib, lanes = map(int, text.split(","))
    except ValueError:
        raise ValueError(
            f"RELEVO_PASSWORD_COST is {text!r}; write rounds, KiB and lanes, as in 3,65536,4"
        ) from None
    return Cost(rounds=rounds, memory_kib=memory_kib, lanes=lanes)


@dataclass(frozen=True, slots=True)
class Passwords:
    """Makes and compares hashes of one cost."""

    cost: Cost = Cost()
    _hasher: PasswordHasher = field(init=False)
    _nobody: str = field(init=False)
    _turns: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        hasher = PasswordHasher(
            time_cost=self.cost.rounds,
            memory_cost=self.cost.memory_kib,
            parallelism=self.cost.lanes,
        )
        object.__setattr__(self, "_hasher", hasher)
        object.__setattr__(self, "_nobody", hasher.hash("a password that nobody has"))
        object.__setattr__(self, "_turns", threading.Semaphore(_AT_ONCE))

    def hashed(self, password: str) -> str:
        """What is kept of a password."""
        with self._turns:
            return self._hasher.hash(_prepared(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether this is the password. Without a hash it takes as long, and it is not."""
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobody, _prepared(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(kept)


def check_strength(password: str, names: Iterable[str]) -> None:
    """Refuse what is guessed first; ``names`` are words that it must not hold.

    Raises WeakPassword.
    """
    given = _prepared(password)
    if len(given) < LENGTH_MIN:
        raise WeakPassword("short")
    if len(given) > LENGTH_MAX:
        raise WeakPassword("long")
    if len(set(given)) < _DIFFERENT_MIN or _climbs(given):
        raise WeakPassword("simple")
    plain = _plain(given)
    if any(len(name) >= 3 and _plain(name) in plain for name in names):
        raise WeakPassword("name")
    if plain in _common() or _without_common(plain):
        raise WeakPassword("common")


def _prepared(password: str) -> str:
    """One form for what is typed on different keyboards."""
    return unicodedata.normalize("NFKC", password)[: 4 * LENGTH_MAX]


def _climbs(password: str) -> bool:
    """Whether nearly every sign is the neighbour of the one before: abcdefg, 123456, 987654."""
    steps = [ord(after) - ord(before) for before, after in pairwise(password)]
    return max(sum(step == way for step in steps) for way in (-1, 0, 1)) > len(steps) * 2 // 3


def _plain(text: str) -> str:
    """Small letters without accents, digits that stand for letters read as these."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", "", spread).translate(_LOOKS_LIKE)


def _without_common(plain: str) -> bool:
    """Whether nothing much is left beside one common word, written once or again and again."""
    return any(
        len(re.sub(re.escape(word), "", plain)) < LENGTH_MIN // 2
        for word in _common()
        if word in plain
    )


@cache
def _common() -> frozenset[str]:
    text = files("relevo.access").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(_plain(line) for line in text.split())
