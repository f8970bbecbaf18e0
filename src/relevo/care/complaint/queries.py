"""Reads the texts that come with the program."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from relevo.care.complaint.wording import Wording, Wordings
from relevo.notices.queries import LANGUAGES


@cache
def read_wordings() -> Wordings:
    """What somebody who complains reads, in every language."""
    return {language: _wording(_texts(language)) for language in LANGUAGES}


def _texts(language: str) -> dict[str, Any]:
    file = files("relevo.care").joinpath("texts", f"{language}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _wording(texts: dict[str, Any]) -> Wording:
    recognise = texts["recognise"]
    return Wording(
        receipt=texts["receipt"]["text"],
        answer=texts["answer"]["text"],
        point=texts["answer"]["point"],
        ask=texts["ask"]["text"],
        outcomes=texts["outcome"],
        channels=texts["channel"],
        files=re.compile(recognise["pattern"], re.IGNORECASE),
        files_not=re.compile(recognise["not_pattern"], re.IGNORECASE),
    )
