"""Reads the texts that come with the program. The rest of notices is given what is read here."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from relevo.notices.model import Channel
from relevo.notices.render import Language, Part, Template, TextBook

LANGUAGES = ("es", "en")


@cache
def read_texts() -> TextBook:
    """Every text of every language shipped."""
    return {code: _language(code) for code in LANGUAGES}


@cache
def read_letters() -> TextBook:
    """The letters to those who have no order with us, in every language shipped."""
    return {code: _language(code, "letters.toml") for code in LANGUAGES}


def _language(code: str, name: str = "messages.toml") -> Language:
    folder = files("relevo.notices").joinpath("texts", code)
    messages = tomllib.loads(folder.joinpath(name).read_text("utf-8"))
    phrases = tomllib.loads(folder.joinpath("phrases.toml").read_text("utf-8"))
    return Language(
        code=code,
        templates={topic: _template(topic, table) for topic, table in messages.items()},
        phrases={
            f"{group}.{key}": text
            for group, table in phrases.items()
            if isinstance(table, dict)
            for key, text in table.items()
        },
        weekdays=tuple(phrases["weekdays"]),
        months=tuple(phrases["months"]),
    )


def _template(topic: str, table: dict[str, Any]) -> Template:
    return Template(
        topic=topic,
        channel=Channel(table["channel"]),
        subject=table["subject"],
        claims=tuple(table["claims"]),
        required=tuple(table["required"]),
        parts=_parts(table["parts"]),
        lists={name: _parts(parts) for name, parts in table.get("lists", {}).items()},
    )


def _parts(entries: list[str | dict[str, str]]) -> tuple[Part, ...]:
    return tuple(
        Part(text=entry) if isinstance(entry, str) else Part(text=entry["text"], when=entry["when"])
        for entry in entries
    )
