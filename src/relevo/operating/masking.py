"""Takes out of a text what a log must not keep: who somebody is, and what opens a door.

The first rule is that nobody writes such things: a line names processes, effects and wire names.
This is the net below it, for texts that others made: exceptions of the database quote whole rows,
peers quote our requests, and a parse error quotes what it could not read. What is taken out is
replaced by a word that says what it was, so that the line stays readable. A text comes out the same
when it is masked again.
"""

from __future__ import annotations

import re

_TEXT = r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"

_QUOTED_BY_DATABASE = re.compile(
    r"(?m)^(\s*(?:DETAIL|CONTEXT|STATEMENT|QUERY):)\s+.*(?:\n(?!\S).*)*"
)
_SAID_BY_PEER = re.compile(r"(answers \d{3}): .+")  # as adapters/http.py puts it
_ACCOUNT = re.compile(r"(://)[^/\s:@]*:[^/\s@]*@")
_SECRET = re.compile(
    r"(?i)((?:password|passwd|secret|token|(?:api|hub|access|private)[_-]?key|authorization)"
    r"['\"]?\s*[=:]\s*)(?:(?:bearer|basic)\s+)?['\"]?[^\s'\",;)]+['\"]?"
)
_FIELD = re.compile(  # of our own values, as their repr or JSON shows them
    r"\b((?:name|holder|given_name|surnames?|street|city|text|subject|body|contact|sender|to"
    rf"|address)['\"]?\s*[=:]\s*){_TEXT}"
)
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_BANK_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_DOCUMENT = re.compile(  # NIE and NIF of people without a DNI, NIF, CIF, passport
    r"(?<![\w/])(?:[XYZKLM]-?\d{7}-?[A-Z]|\d{8}-?[A-Z]|[A-W]-?\d{7}[0-9A-J]|[A-Z]{2,3}\d{6})"
    r"(?![\w/#])"
)
_NUMBER = re.compile(  # with its country; in groups, as people write it; any long one
    r"\+\d{1,3}(?:[ .-]?\d{2,4}){2,5}(?!\d)"
    r"|(?<![\d.:-])[6-9]\d{2}(?:[ .-]\d{2,3}){2,3}(?!\d|:\d)"
    r"|(?<![\w.-])\d{8,}(?![\w-])"
)
_INPUT = re.compile(  # quoted, and of several words or with more figures than our own ids
    r"(?<!\w)'(?:[^'\\\n]|\\.)*(?:\s|\d{4})(?:[^'\\\n]|\\.)*'(?!\w)"
)

_RULES = (
    (_QUOTED_BY_DATABASE, r"\1 [left out]"),
    (_SAID_BY_PEER, r"\1: [left out]"),
    (_ACCOUNT, r"\1[account]@"),
    (_SECRET, r"\1[secret]"),
    (_FIELD, r"\1[left out]"),
    (_EMAIL, "[e-mail]"),
    (_BANK_ACCOUNT, "[account number]"),
    (_DOCUMENT, "[document]"),
    (_NUMBER, "[number]"),
    (_INPUT, "'[left out]'"),
)


def masked(text: str) -> str:
    """The text without personal data and secrets, as far as they can be told by their form."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text
