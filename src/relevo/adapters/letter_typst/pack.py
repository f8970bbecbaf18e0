"""The evidence pack as PDF/A-3a (and PDF/UA-1): for people to read, with the pack itself inside.

The same pack gives the same bytes. The JSON with its seal is attached, as PDF/A-3 allows: a single
file that can be read by anybody and proven by a machine.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import typst

from relevo.care.pack.actions import written
from relevo.values.money import Money

_HASH_SHOWN = 16


def pack_pdf(pack: Mapping[str, Any], language: str) -> bytes:
    """The pack in one language, to keep and to print."""
    contents = pack["contents"]
    made = typst.compile(
        files("relevo.adapters.letter_typst").joinpath("pack.typ").read_bytes(),
        format="pdf",
        pdf_standards=["a-3a", "ua-1"],
        ignore_system_fonts=True,
        timestamp=int(datetime.fromisoformat(contents["made_at"]).timestamp()),
        sys_inputs={
            "pack": json.dumps(_said(pack, language), ensure_ascii=False),
            "attached": written(pack).decode(),
        },
    )
    assert isinstance(made, bytes)
    return made


@cache
def _words(language: str) -> dict[str, Any]:
    file = files("relevo.adapters.letter_typst").joinpath("texts", f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _said(pack: Mapping[str, Any], language: str) -> dict[str, Any]:
    words, contents, seal = _words(language), pack["contents"], pack["seal"]
    named = {"order": contents["order"], "seal": seal["sha256"][:_HASH_SHOWN]}
    return {
        "language": language,
        "order": contents["order"],
        "title": words["title"].format(**named),
        "subtitle": words["subtitle"],
        "author": words["author"],
        "foot": words["foot"].format(**named),
        "attached": words["attached"],
        "nothing": words["nothing"],
        "file": f"{contents['order']}.json",
        "facts": _facts(pack, words),
        "sections": _sections(contents, words, language),
    }


def _facts(pack: Mapping[str, Any], words: Mapping[str, Any]) -> list[tuple[str, str]]:
    contents, seal, names = pack["contents"], pack["seal"], words["facts"]
    rows = {
        "case": contents["case"],
        "owner": contents["owner"],
        "made": _at(contents["made_at"], contents["zone"]),
        "reader": words["reader"].get(contents["reader"], contents["reader"]),
        "seal": seal["sha256"],
        "journal": f"{seal['journal_head']} ({contents['journal']['facts']})",
        "signature": seal["signature"] or words["unsigned"],
        "key": seal["public_key"],
    }
    return [(names[name], value) for name, value in rows.items() if value]


def _sections(
    contents: Mapping[str, Any], words: Mapping[str, Any], language: str
) -> list[dict[str, Any]]:
    zone = contents["zone"]
    told = {
        name: [(_at(e["at"], zone), e["who"], e.get(language, "")) for e in contents[name]]
        for name in ("timeline", "messages")
    }
    return [
        _section(words, "timeline", ("at", "who", "what"), (3, 2, 9), told["timeline"]),
        _section(words, "messages", ("at", "who", "what"), (3, 2, 9), told["messages"]),
        _section(
            words, "complaints", ("key", "asked", "answered", "state"), (3, 5, 5, 2),
            _complaints(contents, words),
        ),
        _section(
            words, "compensation", ("line", "minutes", "amount", "calculation"), (2, 2, 2, 8),
            _compensation(contents, language),
        ),
        _section(
            words, "evidence", ("what", "at", "source", "hash"), (3, 3, 3, 5),
            [
                (e["what"], _at(e["at"], zone), e["source"], e["sha256"])
                for e in contents["evidence"]
            ],
        ),
        _section(
            words, "documents", ("name", "at", "source", "hash"), (3, 3, 3, 5),
            [
                (e["name"], _at(e["handed_at"], zone), e["handed_by"], e["sha256"])
                for e in contents["documents"]
            ],
        ),
    ]  # fmt: skip


def _section(
    words: Mapping[str, Any],
    name: str,
    head: tuple[str, ...],
    widths: tuple[int, ...],
    rows: Sequence[tuple[str, ...]],
) -> dict[str, Any]:
    return {
        "title": words["section"][name],
        "head": [words["head"][each] for each in head],
        "widths": widths,
        "rows": [[_breakable(cell) for cell in row] for row in rows],
    }


def _complaints(contents: Mapping[str, Any], words: Mapping[str, Any]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for one in contents["complaints"]:
        state = one["outcome"] or ("overdue" if one["overdue"] else "open")
        for question in one["questions"]:
            asked, answer = question["text"], question["answer"]
            rows.append((one["key"], asked, answer, words["state"][state]))
    return rows


def _compensation(contents: Mapping[str, Any], language: str) -> list[tuple[str, ...]]:
    return [
        (
            each["line"],
            str(each["minutes"]),
            Money(each["eur_cents"], "EUR").shown(language),
            each["printed"] or each["rule"],
        )
        for each in contents["compensation"]
    ]


def _at(moment: str, zone: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S %Z}"


def _breakable(cell: str) -> str:
    """A hash is one long word: it may break every eight signs."""
    is_hash = len(cell) == 64 and cell.isalnum()
    return "\u200b".join(cell[n : n + 8] for n in range(0, 64, 8)) if is_hash else cell
