"""Texts as the extractor reads them: folded without moving a letter, in sentences and clauses.

Folding keeps the length, so that a place in the folded text is the same place in the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PLAIN = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüñç’´`ºª", "aaaaaeeeeiiiiooooouuuunc'''oa")
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_QUOTE_BELOW = re.compile(
    r"^(?:el .{4,80} escribio|on .{4,80} wrote"
    r"|-{2,} ?(?:mensaje original|original message).*):?[ \t]*$",
    re.MULTILINE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…;])(?<!\bp\.)(?<!\bs\.l\.)(?<!\bs\.a\.)\s+|\n+")
_CLAUSE_END = re.compile(
    r"[,;:()]|\b(?:pero|aunque|sino|y|e|ni|but|although|though|and|or|o|while|mientras)\b"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of the text, folded, with its place in the whole."""

    start: int
    text: str
    is_question: bool

    @property
    def end(self) -> int:
        """The place behind its last letter."""
        return self.start + len(self.text)

    def clause(self, at: int) -> tuple[int, int]:
        """The clause around a place of this sentence (both counted from the sentence's start)."""
        begin, end = 0, len(self.text)
        for mark in _CLAUSE_END.finditer(self.text):
            if _inside_a_figure(self.text, mark.start()):
                continue
            if mark.end() <= at:
                begin = mark.end()
            elif mark.start() > at:
                end = mark.start()
                break
        return begin, end


def folded(text: str) -> str:
    """Small letters without accents; every letter stays at its place."""
    small = text.lower()
    if len(small) != len(text):  # a letter that becomes two, as the Turkish İ does, stays as it is
        small = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return small.translate(_PLAIN)


def own_words(text: str) -> str:
    """The folded text with what is quoted from others blanked out."""
    plain = folded(text)
    below = _QUOTE_BELOW.search(plain)
    if below:
        plain = plain[: below.start()] + " " * (len(plain) - below.start())
    return _QUOTED_LINE.sub(lambda line: " " * len(line[0]), plain)


def sentences(plain: str) -> tuple[Sentence, ...]:
    """The sentences of a folded text."""
    found = []
    start = 0
    for end in [*_SENTENCE_END.finditer(plain), None]:
        stop = end.start() if end else len(plain)
        piece = plain[start:stop]
        if piece.strip():
            asks = "?" in piece or "¿" in piece
            found.append(Sentence(start=start, text=piece, is_question=asks))
        start = end.end() if end else stop
    return tuple(found)


def _inside_a_figure(text: str, at: int) -> bool:
    """A comma or colon within an amount or a time, an "and" between two numbers."""
    before, after = text[:at].rstrip()[-1:], text[at:].lstrip("(,;:yeand ")[:1]
    return before.isdigit() and after.isdigit()
