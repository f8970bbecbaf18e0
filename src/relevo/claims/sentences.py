"""Sentences, and in what manner something in them is said: as being so, or otherwise.

"Your line is active" states it. "Is it active?", "if it is active", "when it is active", "it is
not active", "you say that it is active", "it was active", "it will be active" do not. Whoever
looks for a statement asks ``Sentence.manner`` of its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from relevo.claims import grammar
from relevo.claims.fold import own_words
from relevo.claims.plain import Plain, plain
from relevo.claims.tongue import tongue_of

_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+|(?<=[a-z]{3}[.!?…])(?=[a-z¿¡]{2})|[\n\r]+|\s*[|•·]\s+")
_SHORT_FOR = re.compile(
    r"(?:\b(?:p\.?\s?m|a\.?\s?m|sra?|dª?|dna|art|arts|num|ud|uds|tel|tfno|s\.?\s?l\.?|s\.?\s?a"
    r"|etc|st|mr|mrs|ms|dr|av|avda|c/|pta|prov|aprox|ref|pag|vs|e\.g|i\.e|p\.ej|ene|feb|mar"
    r"|abr|jun|jul|ago|sep|sept|oct|nov|dic|aug|apr|jan|lun|mie|jue|vie|sab|dom|s\.?l\.?u))\.$"
)
_ANSWER = re.compile(r"\s*:\s*(no|si|yes)\b")
_PICTURE = re.compile(r"[\U0001F000-\U0001FAFF☀-➿️]")


@dataclass(frozen=True, slots=True)
class Manner:
    """How something at a place is said. All false: it is stated as being so, now."""

    negated: bool = False
    supposed: bool = False  # if, when, until, in case, so that
    asked: bool = False
    reported: bool = False  # somebody else's words, or words that are taken back
    hedged: bool = False  # maybe, we think, we are checking whether
    future: bool = False
    past: bool = False

    @property
    def is_stated(self) -> bool:
        """Whether it is said to be so (or not so) as the speaker's own word."""
        return not (self.supposed or self.asked or self.reported or self.hedged)


@dataclass(frozen=True, eq=False)
class Sentence:
    """One sentence. Places are of ``text``; ``span`` gives those of the original."""

    plain: Plain
    raw: str  # as it was written: accents and capitals tell what folding hides
    index: int

    @property
    def text(self) -> str:
        """What patterns read."""
        return self.plain.text

    @property
    def language(self) -> str:
        """In which language it is written."""
        return self.plain.language

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original."""
        return self.plain.span(start, end)

    @cached_property
    def _breaks(self) -> tuple[tuple[int, int], ...]:
        return grammar.breaks(self.text)

    @cached_property
    def _asks(self) -> tuple[tuple[int, int], ...]:
        return (*grammar.questions(self.text), *grammar.indirect_questions(self.text))

    @cached_property
    def _supposes(self) -> tuple[tuple[int, int], ...]:
        return grammar.suppositions(self.text, self.raw)

    @cached_property
    def _reports(self) -> tuple[tuple[int, int], ...]:
        return grammar.reports(self.text)

    @cached_property
    def _hedges(self) -> tuple[tuple[int, int], ...]:
        return (*grammar.hedges(self.text), *grammar.norms(self.text))

    def clause(self, at: int) -> tuple[int, int]:
        """The clause around a place: between commas and conjunctions, figures and lists aside."""
        begin, end = 0, len(self.text)
        for start, stop in self._breaks:
            if stop <= at:
                begin = stop
            elif start > at:
                end = start
                break
        return begin, end

    def clause_text(self, at: int) -> str:
        """Its words."""
        begin, end = self.clause(at)
        return self.text[begin:end]

    def _answer(self, end: int) -> str:
        """ "Receive SMS: NO"."""
        answer = _ANSWER.match(self.text[end : end + 8])
        return f" {answer[1]}" if answer else ""

    def manner(self, start: int, end: int) -> Manner:
        """How the words from ``start`` to ``end`` are said."""
        begin, stop = self.clause(start)
        before, within, after = (
            self.text[begin:start],
            self.text[start:end],
            self.text[end:stop] or self._answer(end),
        )
        return Manner(
            negated=grammar.opens_with_no(self.text, begin)
            or grammar.goes_on_denied(self.text, begin, start)
            or grammar.is_negated(before, within, after),
            supposed=_covers(self._supposes, start),
            asked=_covers(self._asks, start),
            reported=_covers(self._reports, start),
            hedged=_covers(self._hedges, start) or grammar.is_due(before),
            future=grammar.is_future(before, within),
            past=grammar.is_past(before, within, after),
        )


def _begins_anew(text: str, at: int) -> bool:
    """A capital behind a small letter and a stop: "…activa.Gracias", but not "ES.VOICE"."""
    return text[at].isupper() and text[at - 2].islower()


def _is_over(text: str, end: re.Match[str]) -> bool:
    """A line ends a sentence, and so does "2 pm." before a capital."""
    before, after = (
        text[max(0, end.start() - 5) : end.start()].lower(),
        text[end.end() : end.end() + 1],
    )
    hour = re.search(r"\b[ap]\.?\s?m\.$", before) is not None
    return "\n" in end[0] or "\r" in end[0] or (hour and after.isupper())


@lru_cache(maxsize=1024)  # all that was said to a customer is read again with each new message
def sentences_of(text: str, likely: str = "es") -> tuple[Sentence, ...]:
    """The sentences of a text in its writer's own words: what he quotes from others is left out."""
    own = _PICTURE.sub(",", own_words(text))
    likely = tongue_of(own) or likely
    found: list[Sentence] = []
    start = 0
    for end in [*_END.finditer(own), None]:
        if end is not None and (
            (_SHORT_FOR.search(own[start : end.start()]) and not _is_over(text, end))
            or (end.start() == end.end() and not _begins_anew(text, end.end()))
        ):
            continue
        stop = end.start() if end else len(own)
        if own[start:stop].strip(" .,\t"):
            found.append(
                Sentence(plain(own[start:stop], start, likely), text[start:stop], len(found))
            )
        start = end.end() if end else stop
    return tuple(found)


def _covers(stretches: tuple[tuple[int, int], ...], at: int) -> bool:
    return any(start <= at < end for start, end in stretches)
