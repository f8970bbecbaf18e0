"""What a text says of lines and parcels: states, what works, what is denied to exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from relevo.claims import line_words, parcel_words
from relevo.claims.grammar import is_negated, without_empty_noes
from relevo.claims.lexicon import companies
from relevo.claims.sentences import Manner, Sentence
from relevo.claims.subjects import Named, Spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that is said. No subjects: it is said of whatever the text is about."""

    kind: str  # "state" | "capability" | "parcel" | "denial"
    word: str
    subjects: tuple[str, ...]
    scope: str  # "number", "all", "any" (one of them), "fibre" or "" (nothing named)
    manner: Manner
    partly: bool
    text: str  # the sentence as patterns read it
    at: int  # place in the sentence's text
    span: tuple[int, int]  # place in the original
    sentence: int

    @property
    def negated(self) -> bool:
        """Whether it is said not to be so."""
        return self.manner.negated


def statements(parts: tuple[Spoken, ...]) -> tuple[Statement, ...]:
    """All that is said to be so, or not so, now; questions, conditions and the like left out."""
    found: list[Statement] = []
    talks_of_parcel = False
    for part in parts:
        text = part.sentence.text
        has_parcel = parcel_words.PARCEL_NOUNS.search(text) is not None
        names_line = any(each.numbers for each in part.named)
        talks_of_parcel = has_parcel or (talks_of_parcel and not names_line)
        found += _denials(part)
        capabilities = list(_of(part, "capability"))
        found += capabilities
        parcel = list(_parcel(part, talks_of_parcel=talks_of_parcel))
        found += parcel
        taken = [each.span for each in (*capabilities, *parcel)]
        clauses = {part.sentence.clause(each.at) for each in capabilities}
        found += [
            each
            for each in _states(part)
            if not _within(each.span, taken)
            and not (each.word in _OF_WHAT_IT_CAN and part.sentence.clause(each.at) in clauses)
        ]
        found += _likewise(part, found)
    return tuple(each for each in found if each.manner.is_stated and not each.manner.future)


_LIKEWISE = re.compile(
    r"^\W*(?:(?:y|and|el|la|the|linea|numero|otro|otra|other|one)\s+)*(?:[\d\s.]+)?(?:is |esta "
    r"|va )?"
    r"(?:tambien|igual|lo mismo|too|as well|likewise)\W*$"
)


def _likewise(part: Spoken, found: list[Statement]) -> list[Statement]:
    """ "… and the 444, too": the same is said of another number."""
    before = [each for each in found if each.kind != "denial"]
    for each in part.named:
        begin, end = part.sentence.clause(each.start)
        clause = part.sentence.text[begin:end].replace(",", " ")
        if before and each.numbers and _LIKEWISE.match(clause):
            span = part.sentence.span(each.start, each.end)
            return [replace(before[-1], subjects=each.numbers, scope=each.scope, span=span)]
    return []


_OF_WHAT_IT_CAN = frozenset({"works", "live", "dead", "resolved", "served"})
"""Said beside a capability they are said of it: "los datos te funcionan"."""
_NOUN_ALONE = re.compile(
    r"^(?:(?:the |las |los |tus )?(?:mobile |llamadas? )?(?:datos|data|sms|incoming|inbound"
    r"|outgoing|outbound"
    r"|entrantes|salientes)"
    r"(?: calls?| texts?)?\s*)$"
)
_PREDICATE = re.compile(
    r"\b(?:funcion\w+|van?|ok|okay|bien|fine|work\w*|si|activ\w+|tienes?|have|has|lleg\w+|entr\w+"
    r"|sal\w+|can"
    r"|incluid\w+|perfect\w*|back|correct\w*|good|up|on|restored|vuelv\w+|vuelto|hay|con|puedes?"
    r"|use|live|ready|list\w+)\b"
)
_FAILS_AFTER = re.compile(
    r"\b(?:no|sin|tampoco|nada|fall\w+|caid\w+|cortad\w+|muert\w+|parad\w+|down|dead|off|fail\w*"
    r"|not|isn't|aren't|don't"
    r"|doesn't|won't|can't|still out|out|missing|broken|pendientes?|lost|never)\b"
)


_FAILS_WITHIN = re.compile(
    r"\b(?:locucion|grabacion|grabado|contestador|recording|recorded|announcement|silence"
    r"|se pierden?|rebotan?|mueren|caid[ao]s?|parad[ao]s?|engaged|dead|down|gone|offline"
    r"|unreachable|uncontactable)\b"
)
""" "Callers hear a recording": they do not get through."""
_LIST_GOES_ON = re.compile(
    r"(?:\s*(?:,|y|e|ni|and|or|nor)\s+(?:(?:los|las|el|la|the|your|tus|tu)\s+)?(?:sms|mensajes"
    r"|datos"
    r"|voz|llamadas?|internet|texts?|messages|data|voice|calls?)(?:\s+(?:entrantes|salientes|in"
    r"|out))?)+"
)


def _behind_the_list(sentence: Sentence, end: int) -> str:
    """ "Voice, data and SMS are down": what is said of each of them stands behind the last."""
    more = _LIST_GOES_ON.match(sentence.text, end)
    if more is None:
        return ""
    _, stop = sentence.clause(more.end())
    return sentence.text[more.end() : stop]


def _within(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in taken)


_NEEDS_A_LINE = frozenset({"confirmed", "requested", "rejected", "cancelled"})
_OF_A_CAUSE = re.compile(
    r"\b(?:causa|sospech|problema|motivo|averia|suspect|problem|cause|fault|reason|theory)"
)


def _is_of_a_line(part: Spoken) -> bool:
    """Whether a sentence with such a word is about a line at all, and not about a cause."""
    text = part.sentence.text
    if any(each.numbers for each in part.named) or line_words.LINE_NOUNS.search(text):
        return _OF_A_CAUSE.search(text) is None or any(each.numbers for each in part.named)
    return not line_words.FOREIGN_NOUNS.search(text) and not _OF_A_CAUSE.search(text)


_CONFIRMED_ALONE = re.compile(
    r"^\s*(?:que |y |pero )?(?:eso |esto |lo cual |todo )?(?:ya )?"
    r"(?:esta|queda|ha quedado|ha sido) (?:ya |mas que )?"
    r"confirmado\W*$"
    r"|^\W*(?:(?:eso|esto|ello|lo cual|nada(?: de (?:eso|esto|ello))?|that|this|it"
    r"|none of (?:it|that)|nothing) (?:[\w']+ ){0,3}?)(?:no |not )?(?:\w+ ){0,2}?"
    r"(?:confirmad[ao]|confirmed)\b"
)
_POINTS_BACK = re.compile(r"^\W*(?:que |y |pero )?(?:eso|esto|ello|lo cual|that|this)\b")
_HIS = re.compile(r"\b(?:numero|movil|fijo|cambio|traspaso|pedido|telefono|\d{3})\b")


def _confirms_what_was_said(part: Spoken, at: int) -> bool:
    """ "It was Cantil, y está confirmado": confirmed is what was said, no line (nor "la línea")."""
    begin, _ = part.sentence.clause(at)
    clause = part.sentence.clause_text(at)
    alone = _CONFIRMED_ALONE.match(clause) is not None
    points_back = _POINTS_BACK.match(clause) is not None
    return begin > 0 and alone and (points_back or not _HIS.search(part.sentence.text))


_GENITIVE = re.compile(
    rf"({line_words.FOREIGN_NOUNS.pattern}) (?:del?|of|for)(?: (?:la|el|tu|su|your|the))?"
    r"(?: (?:linea|numero|movil|fijo|line|number|mobile|landline))?(?: \d[\d ]*)?"
)
""" "The recovery of your line": spoken of is the recovery."""
_OBJECT = re.compile(
    r"\w+(?: de alta)?\s+(?:el|la|los|las|un|una|su|sus|tu|the|a|an|your)\s+(?:nuev[oa] |new )?"
    rf"(?:{line_words.FOREIGN_NOUNS.pattern})"
)
_EVENTS = frozenset({"cut_by_donor", "ported", "confirmed", "rejected", "cancelled"})
"""What happens at a moment, and is told as past also while it lasts."""


def _states(part: Spoken) -> Iterator[Statement]:
    sentence = part.sentence
    for each in _of(part, "state"):
        begin = each.at
        low, _ = sentence.clause(begin)
        if each.word in line_words.OF_THE_MOVE:
            before = _GENITIVE.sub(lambda m: m[1], sentence.text[low:begin])
            if each.word in _NEEDS_A_LINE and not _is_of_a_line(part):
                continue
            if each.word == "confirmed" and _confirms_what_was_said(part, each.at):
                continue
            others = [m.end() for m in line_words.FOREIGN_NOUNS.finditer(before)]
            own = [m.end() for m in line_words.LINE_NOUNS.finditer(before)]
            if others and (not own or own[-1] < others[-1]):
                continue
            if _OBJECT.match(sentence.text[each.at :]) and not own:
                continue  # "we have opened a case", "activated the diversion"
        if each.manner.past and each.word not in {
            "cut_by_donor",
            "ported",
            "confirmed",
            "rejected",
        }:
            continue
        yield each


def _parcel(part: Spoken, *, talks_of_parcel: bool) -> Iterator[Statement]:
    for each in _of(part, "parcel"):
        if talks_of_parcel or each.word in parcel_words.OF_A_PARCEL_ALONE:
            yield each


_NEGATIVE_ALREADY = frozenset(
    {"dead", "attempt_failed", "label_created", "lost", "rejected", "cancelled"}
)
"""Words that may hold a "no" themselves: only one before them turns them round."""
_NO_FAULT = re.compile(
    r"(?:there's |there is )?(?:nothing|not a thing|no|sin)\b.*(?:wrong|amiss|matter|nada"
    r"|problem|averia|fallo|inciden|pega)"
)
""" "There is nothing wrong with it" says that it works."""
_WAS = re.compile(r"\b(?:estuv(?:o|ieron)|estaba[ns]?|was|were|had been)\b(?!.*\b(?:y|and|que)\b)")
_NOT_THE_WHOLE = re.compile(
    r"\b(?:not (?:the whole|all|completely|totally)|no (?:tod[ao]|del todo))\b"
)


_VOCABULARY = {
    "capability": line_words.CAPABILITIES,
    "state": line_words.STATES,
    "parcel": parcel_words.PARCEL_STATES,
}


@lru_cache(maxsize=8192)  # what was said before is read again with each new message
def _words(text: str, kind: str) -> tuple[tuple[str, int, int], ...]:
    return tuple(
        (word, *match.span())
        for word, pattern in _VOCABULARY[kind]
        for match in pattern.finditer(text)
    )


def _of(part: Spoken, kind: str) -> Iterator[Statement]:
    sentence = part.sentence
    for word, start, end in _words(sentence.text, kind):
        named = _named(part, start, end)
        begin, stop = sentence.clause(start)
        manner = sentence.manner(start, end)
        after = sentence.text[end:stop]
        if kind == "capability":
            after = after if after.strip() else _behind_the_list(sentence, end)
            fails = _FAILS_AFTER.search(without_empty_noes(after)) is not None
            fails = fails or _FAILS_WITHIN.search(sentence.text[start:end]) is not None
            alone = _NOUN_ALONE.match(sentence.text[start:end]) and not _PREDICATE.search(
                f"{sentence.text[begin:start]} {after}"
            )
            if alone and not fails and not manner.negated:
                continue
            if _WAS.search(sentence.text[begin:start]):
                continue  # "it was unable to call until three"
            manner = replace(manner, negated=manner.negated or fails)
        elif word in _NEGATIVE_ALREADY or _NO_FAULT.match(sentence.text[start:end]):
            before = sentence.text[begin:start]
            if _NOT_THE_WHOLE.search(before):
                continue
            manner = replace(manner, negated=is_negated(before, "", ""))
        yield Statement(
            kind=kind,
            word=word,
            subjects=named.numbers if named else part.carried,
            scope=named.scope if named else "",
            manner=manner,
            partly=_is_partly(sentence.text, begin, stop),
            text=sentence.text,
            at=start,
            span=sentence.span(start, end),
            sentence=sentence.index,
        )


def _is_partly(text: str, begin: int, stop: int) -> bool:
    """ "From some", in the clause or in the one that is tied to it ("…, menos de cantil")."""
    tied = re.match(
        rf"\s*but (?:from )?(?:{'|'.join(companies())})\b|"
        r"[\s,(:;]*(?:si|yes)?[\s,]*(?:pero |but )?(?:no (?:de|desde)|not from|aunque|although"
        r"|though|excepto|salvo"
        r"|menos|quitando|except"
        r"|apart from|solo|sol[ao] "
        r"|only|not)[^.;]{0,40}",
        text[stop:],
    )
    opening = _BUT_FOR.search(text[:begin])
    said = text[begin:stop] + (" " + tied[0] if tied else "") + (opening[0] if opening else "")
    return line_words.NOT_ALL.search(" ".join(said.split())) is not None


_BUT_FOR = re.compile(
    r"(?:^|[.;:,])\s*(?:salvo|excepto|menos|quitando|except(?: for)?|apart from"
    r"|other than)\b[^,.;]*,\s*$"
)
""" "Except for Brisa's customers, everybody can call you"."""
_APPOSED = re.compile(
    r".?[\s,(]*(?:la|el|lo|the one|that)? ?(?:del?|of|on|ending in"
    r"|terminad[ao] en) ?"
)
""" "One was refused, that of 600 …": a number in apposition."""


def _named(part: Spoken, start: int, end: int) -> Named | None:
    """The numbers that a word is about: those of its clause before it, else after, else before."""
    text = part.sentence.text
    low, high = part.sentence.clause(start)
    inside = [each for each in part.named if low <= each.start < high]
    beside = [
        e for e in part.named if e.start >= high and _APPOSED.fullmatch(text[high - 1 : e.start])
    ]
    before_inside = [each for each in inside if each.start < start]
    before = [each for each in part.named if each.start < start]
    after = [each for each in part.named if each.start >= end]
    for group in (before_inside[-1:], inside[:1], beside[:1], before[-1:], after[:1]):
        for each in group:
            return each
    return None


_NOT_A_DENIAL = re.compile(
    r"\b(?:problema|incidencia|averia|novedad|error|fallo|causa|motivo|fault|problem|trouble|news)"
)
_ONLY_ONE = re.compile(r"\b(?:sol[oa]|solamente|only)\b")


def _denials(part: Spoken) -> Iterator[Statement]:
    sentence = part.sentence
    for match in line_words.DENIED.finditer(sentence.text):
        if _NOT_A_DENIAL.search(match[0]):
            continue
        named = [each for each in part.named if each.scope == "number"]
        yield Statement(
            kind="denial",
            word="only_one" if _ONLY_ONE.search(match[0]) else "exists",
            subjects=tuple(number for each in named for number in each.numbers),
            scope="number" if named else "",
            manner=sentence.manner(*match.span()),
            partly=False,
            text=sentence.text,
            at=match.start(),
            span=sentence.span(*match.span()),
            sentence=sentence.index,
        )
