"""Sealing a pack, and proving it: a hash over its contents, signed with the site's own key.

The protocol of a signer stands here; who signs is an adapter. The contents are hashed in one
canonical form, so that a pack may be printed, indented or sent about as JSON without breaking.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Protocol

from relevo.care.pack.queries import FORMAT, START_OF_CHAIN, chained, journal_extract
from relevo.engine.recorded import Recorded


class Signer(Protocol):
    """Signs with a key that only the site has."""

    @property
    def public_key(self) -> str:
        """The key with which everybody can check, as text."""

    def sign(self, content: bytes) -> str:
        """The signature, as text."""


class Checker(Protocol):
    """Checks signatures."""

    def is_signed(self, content: bytes, signature: str, public_key: str) -> bool:
        """Whether this signature was made over this content with that key."""


def canonical(contents: Mapping[str, Any]) -> bytes:
    """The contents as bytes, the same however they were written down."""
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def sealed(contents: Mapping[str, Any], signer: Signer | None) -> dict[str, Any]:
    """The pack: contents and seal. Without a signer it says that nobody has signed it."""
    digest = sha256(canonical(contents)).hexdigest()
    seal = {
        "sha256": digest,
        "journal_head": contents["journal"]["head"],
        "algorithm": "Ed25519" if signer else "",
        "public_key": signer.public_key if signer else "",
        "signature": "",
    }
    if signer:
        seal["signature"] = signer.sign(_signed(seal))
    return {"contents": dict(contents), "seal": seal}


def written(pack: Mapping[str, Any]) -> bytes:
    """The pack as a file."""
    return (json.dumps(pack, ensure_ascii=False, indent=1) + "\n").encode()


def faults_of(
    pack: Any,
    checker: Checker,
    *,
    public_key: str = "",
    journal: Sequence[Recorded] | None = None,
) -> list[str]:
    """What is wrong with a pack, in the order in which it matters; nothing: it is as it was made.

    ``public_key``: the one it must be signed with; else the pack's own is believed. ``journal``:
    the facts as the database has them now.
    """
    shape = _shape(pack)
    if shape:
        return [shape]
    contents, seal = pack["contents"], pack["seal"]
    found = []
    if sha256(canonical(contents)).hexdigest() != seal.get("sha256"):
        found.append("the contents are not those that were sealed")
    if not seal.get("signature"):
        found.append("nobody has signed it")
    elif public_key and seal.get("public_key") != public_key:
        found.append("it is signed with another key than the one given")
    elif not checker.is_signed(_signed(seal), seal["signature"], str(seal.get("public_key"))):
        found.append("the signature is not of this seal")
    found += _chain(contents, seal)
    if journal is not None and journal_extract(_as_far(journal, contents)) != contents["journal"]:
        found.append("the journal of the database says otherwise")
    return found


def _shape(pack: Any) -> str:
    if not isinstance(pack, dict) or not {"contents", "seal"} <= pack.keys():
        return "it is no pack: contents or seal are missing"
    contents, seal = pack["contents"], pack["seal"]
    if not isinstance(contents, dict) or contents.get("format") != FORMAT:
        return f"it is no pack of the format {FORMAT}"
    journal = contents.get("journal")
    if not isinstance(journal, dict) or not isinstance(journal.get("extract"), list):
        return "its journal extract is missing"
    return "" if isinstance(seal, dict) else "its seal is no object"


def _chain(contents: Mapping[str, Any], seal: Mapping[str, Any]) -> list[str]:
    head = START_OF_CHAIN
    for row in contents["journal"]["extract"]:
        head = chained(head, str(row.get("sha256") if isinstance(row, dict) else row))
    if head == contents["journal"].get("head") == seal.get("journal_head"):
        return []
    return ["the journal extract is not the one that was chained"]


def _as_far(journal: Sequence[Recorded], contents: Mapping[str, Any]) -> Sequence[Recorded]:
    """The facts up to the last one of the pack: later ones do not contradict it."""
    rows = contents["journal"]["extract"]
    last = max((row["seq"] for row in rows), default=0)
    return [each for each in journal if each.seq <= last]


def _signed(seal: Mapping[str, Any]) -> bytes:
    return f"{FORMAT}\n{seal.get('sha256')}\n{seal.get('journal_head')}\n".encode()
