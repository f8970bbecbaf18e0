"""Which of the addressee's numbers words are about: named, by their last figures, or carried on.

"el 622 310 415", "el 415", "terminado en 15", "el fijo", "los dos", "la otra": whoever writes to a
customer with two lines names them as he would on the phone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from relevo.claims.facts import fact_of
from relevo.claims.model import Snapshot
from relevo.claims.sentences import Sentence
from relevo.claims.spot import cards_in, money_in, numbers_in

_SHORT = re.compile(
    r"\b(?:(?:el|del|al|en|la|linea|numero|movil|fijo|tu|your|the|line|number|on|for|mobile|y|and"
    r"|terminad[ao]s? en|acabad[ao]s? en|que (?:termina|acaba) en|ending(?: in)?|ends in|with)\s+)"
    r"(?:en |in |linea |numero |line |number |mobile )?(?:\.{2,3}|…|x+|\*+)?(\d{2,4})\b"
    r"(?!\s*(?:€|eur|%|h\b|horas?|min|dias?|days?|hours?|de (?:ene|feb|mar|abr|may|jun|jul|ago|sep"
    r"|oct|nov|dic)|[:.,/-]\d|am\b|pm\b|of |th\b|st\b|nd\b|rd\b))"
)
_ALONE = re.compile(
    r"(?:^(?:@\w+\s+)?|[,;:(]\s*|\b(?:y|and|but|pero)\s+)(\d{3})(?= (?:is|was|are|has|isn't"
    r"|hasn't|works|esta"
    r"|ya|sigue|funciona|va|fue|tiene|no|fine|ok|okay|good|moves?|moved|cut|down|dead|live|back"
    r"|working|ported|confirmed|pending|waits|sin|pasa|cambia|cortad[ao]|bien|list[ao]|llama|recibe"
    r"|navega|espera|lleva|muert[ao])\b)"
)
"""At the beginning of a clause, before its verb: "240 is in recovery"."""
_ENDS = re.compile(r"(?:terminad|acabad|termina|acaba|ending|ends)")
_ALL = re.compile(
    r"(?<!una de )(?<!uno de )(?<!alguna de )(?<!alguno de )(?<!one of )(?<!some of )(?<!any of )"
    r"\b(?:(?<!de )todos?(?: (?:tus|sus|los))?(?: numeros)?|todas?(?: (?:tus|sus"
    r"|las))? (?:lineas)|ambos"
    r"|ambas|los (?:dos|tres|cuatro)"
    r"|(?<!\ba )(?<!entre )(?<!hasta )(?<!desde )(?<!sobre )las (?:dos|tres|cuatro)(?! de la"
    r"| y (?:media|cuarto))|tus (?:dos|tres) |your (?:two|three) "
    r"|both(?! (?:make|receive|call|send))|all (?:of )?(?:your |the )?(?:lines|numbers|three"
    r"|two)|each (?:line|number)|cada"
    r" (?:linea|numero)|everything|todo|tus (?:numeros|lineas|moviles)|sus (?:numeros|lineas"
    r"|moviles)"
    r"|your (?:numbers|lines|mobiles)|los numeros|las lineas|los moviles|the (?:numbers|lines))\b"
)
_SOME = re.compile(
    r"\b(?:un[ao]|dos|tres|alguno?|alguna|one|two|three|some) (?:de|of) (?:tus|sus|los|las|your"
    r"|the|these)"
    r"(?: (?:dos|tres|cuatro|two|three|four))?(?: (?:numeros|lineas|numbers|lines|moviles))?\b"
)
_FIXED = re.compile(
    r"\b(?:fij[oa]|linea fija|telefono fijo|landline|fixed line|oficina|home phone)\b"
)
_MOBILE = re.compile(r"\b(?:movil(?:es)?|celular(?:es)?|mobiles?|cell(?:phone)?)\b")
_OTHER = re.compile(
    r"\b(?:el otro|la otra|otro numero|otra linea|the other(?: one| line| number)?)\b"
)
_FIBRE = re.compile(
    r"\b(?:fibra|(?:tu|su|el|the|your)(?: nuev[oa]| new)? internet|wifi|router|television|tv|fibre"
    r"|fiber|broadband)\b"
)


@dataclass(frozen=True, slots=True)
class Named:
    """Numbers named at a place. ``scope``: "number", "all", "any", or "fibre", which has none."""

    start: int
    end: int
    numbers: tuple[str, ...]
    scope: str = "number"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a text is written to, as far as his numbers go."""

    numbers: tuple[str, ...]  # E.164
    profile: str

    @classmethod
    def of(cls, snapshot: Snapshot) -> Reader:
        """The addressee of a snapshot."""
        return cls(snapshot.addressee.numbers, snapshot.profile)


def named_in(
    sentence: Sentence, reader: Reader, carried: tuple[str, ...] = ()
) -> tuple[Named, ...]:
    """All numbers that a sentence names in any way, in their order; neighbours as one."""
    text = sentence.text
    found = [
        Named(seen.start, seen.end, (seen.number,)) for seen in numbers_in(text, reader.profile)
    ]
    taken = [(each.start, each.end) for each in found]
    taken += [(seen.start, seen.end) for seen in money_in(text)]
    taken += [(seen.start, seen.end) for seen in cards_in(text)]
    for match in (*_SHORT.finditer(text), *_ALONE.finditer(text)):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if re.search(r"\b(?:tarjeta|sim|iccid|card|chip)\b[^,;]{0,24}$", text[: match.start(1)]):
            continue  # the last figures of a card
        ending = [number for number in reader.numbers if number.endswith(match[1])]
        if ending and (len(match[1]) >= 3 or _ENDS.search(match[0])):
            ending = _of_kind(text[max(0, match.start(1) - 30) : match.start(1)], ending)
            scope = "number" if len(ending) == 1 else "any"
            found.append(Named(match.start(1), match.end(1), tuple(ending), scope))
    _add_kinds(found, text, reader.numbers, carried)
    found += [
        Named(*each.span(), _all_of_kind(text[each.start() :], reader.numbers), "all")
        for each in _ALL.finditer(text)
    ]
    found += [Named(*each.span(), reader.numbers, "any") for each in _SOME.finditer(text)]
    found += [Named(*each.span(), (), "fibre") for each in _FIBRE.finditer(text)]
    return _joined(sorted(found, key=lambda each: each.start), text)


_KINDS = re.compile(r"^[\w ]{0,24}?\b(?:(moviles|mobiles|cells)|(fijos|landlines))\b")


def _all_of_kind(text: str, own: tuple[str, ...]) -> tuple[str, ...]:
    """ "Los dos móviles", of three lines of which one is a landline."""
    kind = _KINDS.match(text)
    if kind is None:
        return own
    return tuple(n for n in own if (n[3:4] in {"8", "9"}) == bool(kind[2])) or own


def _of_kind(before: str, ending: list[str]) -> list[str]:
    """ "The mobile ending in 211", where the landline ends so as well."""
    fixed = [n for n in ending if n[3:4] in {"8", "9"}]
    mobile = [n for n in ending if n not in fixed]
    if _MOBILE.search(before) and not _FIXED.search(before):
        return mobile or ending
    return fixed or ending if _FIXED.search(before) and not _MOBILE.search(before) else ending


def _names(text: str, kind: re.Match[str], each: Named) -> bool:
    """ "The landline 976 …": one name, not two."""
    between = text[kind.end() : each.start] if each.start >= kind.end() else ""
    tied = each.start >= kind.end() and re.fullmatch(
        r"\s*(?:es el |el |con el |number |:)?\s*", between
    )
    return tied is not None or each.start < kind.start() < each.end


def _add_kinds(
    found: list[Named], text: str, own: tuple[str, ...], carried: tuple[str, ...]
) -> None:
    """ "The landline", "the other one": where only one of his can be meant."""
    fixed = tuple(n for n in own if n[3:4] in {"8", "9"})
    mobile = tuple(n for n in own if n not in fixed)
    for pattern, numbers in ((_FIXED, fixed), (_MOBILE, mobile)):
        if len(numbers) != 1 or not (fixed and mobile):
            continue
        for match in pattern.finditer(text):
            if not any(_names(text, match, each) for each in found):
                found.append(Named(match.start(), match.end(), numbers))
    named = [each for each in sorted(found, key=lambda e: e.start) if each.numbers]
    for match in _OTHER.finditer(text):
        if any(_APPOSED.fullmatch(text[match.end() : each.start]) for each in named):
            continue  # "the other one, the 834"
        before = [each.numbers for each in named if each.start < match.start()]
        of_first = (before or [carried or next((each.numbers for each in named), ())])[0]
        rest = tuple(n for n in own if n not in of_first)
        if len(rest) == 1:
            found.append(Named(match.start(), match.end(), rest))


_APPOSED = re.compile(r"[\s,:(]*(?:el|la|the|number|numero|linea|line)?\s*")


def _joined(found: list[Named], text: str) -> tuple[Named, ...]:
    joined: list[Named] = []
    for each in found:
        last = joined[-1] if joined else None
        between = text[last.end : each.start] if last else ""
        if (
            last
            and last.scope == each.scope == "number"
            and not (", " in between and _OTHER.match(text, each.start))
            and re.fullmatch(r"[\s,/]*(?:y|e|o|and|or|&)?[\s(]*(?:el|la|the)?\s*", between)
        ):
            numbers = (*last.numbers, *(n for n in each.numbers if n not in last.numbers))
            joined[-1] = Named(last.start, each.end, numbers)
        elif last is None or each.start >= last.end:
            joined.append(each)
    return tuple(joined)


@dataclass(frozen=True, eq=False)
class Spoken:
    """A sentence with the numbers that it names, and those that are carried on to it."""

    sentence: Sentence
    named: tuple[Named, ...]
    carried: tuple[str, ...]

    def about(self, start: int, end: int) -> tuple[str, ...]:
        """The numbers that the words at this place are about; () when none in particular."""
        begin, stop = self.sentence.clause(start)
        inside = [each for each in self.named if begin <= each.start < stop]
        before = [each for each in self.named if each.start < start]
        after = [each for each in self.named if each.start >= start]
        near = [each for each in inside if each.start < start][-1:] or inside[:1]
        for each in near or before[-1:] or after[:1]:
            return each.numbers if each.scope != "any" else ()
        return self.carried


def spoken(sentences: tuple[Sentence, ...], reader: Reader) -> tuple[Spoken, ...]:
    """Each sentence with its numbers; the last one named holds until another one is."""
    found = []
    carried: tuple[str, ...] = ()
    for sentence in sentences:
        named = named_in(sentence, reader, carried)
        if any(each.scope == "fibre" for each in named):
            carried = ()
        found.append(Spoken(sentence, named, carried))
        real = [each for each in named if each.numbers and each.scope != "any"]
        if real:
            carried = real[-1].numbers
    return tuple(found)


def lines_known(snapshot: Snapshot) -> tuple[str, ...]:
    """The addressee's numbers of which a state is known."""
    return tuple(n for n in snapshot.addressee.numbers if fact_of(snapshot, n, "state") is not None)
