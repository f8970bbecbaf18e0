"""Rules 3, 10 and 12: what is said of lines and parcels is so, and is known to be so still."""

from __future__ import annotations

import re
from collections.abc import Iterator

from relevo.claims import line_words
from relevo.claims.facts import fact_of, facts_with, is_stale, lines_of, parcel_facts, value_of
from relevo.claims.fold import folded
from relevo.claims.model import Finding, Snapshot, Value
from relevo.claims.moments import has_time
from relevo.claims.parcel_words import CITY, PARCEL_NOUNS
from relevo.claims.statements import Statement
from relevo.claims.subjects import Spoken

CAPABILITIES = ("calls_out", "calls_in", "sms_out", "sms_in", "data")


def findings(
    said: tuple[Statement, ...], parts: tuple[Spoken, ...], snapshot: Snapshot
) -> list[Finding]:
    """What the statements say against the facts."""
    found: list[Finding] = []
    stamped = {part.sentence.index for part in parts if has_time(part.sentence.text)}
    for each in said:
        match each.kind:
            case "state":
                wrong = _state(each, snapshot)
            case "capability":
                wrong = _capability(each, snapshot)
            case "parcel":
                wrong = _parcel(each, snapshot)
            case "denial":
                wrong = _denial(each, snapshot)
            case _:
                raise AssertionError(f"no rule for a {each.kind}")
        found += wrong
        if not wrong and each.sentence not in stamped:
            found += _stale(each, snapshot)
    found += _cities(parts, snapshot)
    return found


def _own(each: Statement, snapshot: Snapshot) -> tuple[str, ...]:
    """The numbers it is about; numbers of others are another rule's matter."""
    if each.scope == "fibre":
        return tuple(f.subject for f in facts_with(snapshot, "state") if f.subject[:5] == "fibre")
    if each.subjects:
        known = set(lines_of(snapshot))
        own = tuple(n for n in each.subjects if n in snapshot.addressee.numbers)
        return tuple(n for n in own if n in known) if each.scope == "all" and known else own
    return lines_of(snapshot)


def _state(each: Statement, snapshot: Snapshot) -> list[Finding]:
    if each.scope == "fibre" and not _own(each, snapshot):
        return []
    if each.word == "resolved" and each.negated:
        return []  # "not everything is solved": true enough of a trouble
    subjects = _own(each, snapshot)
    is_good = (each.word in line_words.GOOD_STATES) != each.negated
    answers = {number: _holds(each, snapshot, number) for number in subjects}
    if each.subjects or is_good:
        denies = each.negated and each.word in line_words.GOOD_STATES
        wrong = [n for n in subjects if answers[n] is False or (answers[n] is None and not denies)]
    else:
        wrong = [] if True in answers.values() else list(subjects)
    if subjects and (not wrong or (each.scope == "any" and len(wrong) < len(subjects))):
        return []
    said = f"state={'not ' if each.negated else ''}{each.word}"
    if not subjects:
        if each.subjects or each.word in {"confirmed", "requested", "rejected", "cancelled"}:
            return []
        return [_finding(3, each, said, "nothing is known", "no fact says so")] if is_good else []
    number = next((n for n in wrong if answers[n] is False), wrong[0])
    state = value_of(snapshot, number, "state")
    why = f"{number} is {state}, not what the text says" if state else "no fact says so"
    return [_finding(3, each, said, f"state={state}", why)]


def _holds(each: Statement, snapshot: Snapshot, number: str) -> bool | None:
    """Whether the word is true of this number; None when nothing is known."""
    state = value_of(snapshot, number, "state")
    capabilities = [value_of(snapshot, number, each) for each in CAPABILITIES]
    if state is None and all(each is None for each in capabilities):
        return None
    lacking = any(each in (False, "partial") for each in capabilities)
    dead = state in line_words.TRUE_IN["dead"] or value_of(snapshot, number, "calls_in") is False
    match each.word:
        case "cut_by_donor" if each.negated and _BY_US.search(each.text):
            return True  # "nobody here cut it" denies who, not that
        case "cut_by_donor" if each.manner.past and state in {"live", "ported"}:
            return True  # it was, and is over
        case "works" | "live" if not each.negated and _with_donor(each, snapshot, number):
            so = not dead  # it goes on as it was
        case "works" if each.partly and not each.negated:
            so = not dead  # "it works, but not from …"
        case "works" | "resolved":
            so = not lacking and not dead and (state == "live" or _all_seen(snapshot, number))
        case "dead":
            so = dead or False in capabilities
        case "live":
            so = state == "live" and not dead
        case "served":
            so = not dead
        case _:
            so = state in line_words.TRUE_IN[each.word]
    if each.negated and each.word in {"works", "live"} and lacking:
        return True  # "it does not work": something of it does not
    return so != each.negated


_WHERE_IT_WAS = re.compile(
    r"\b(?:con|with|en|at) (?:tu|su|el|your|the) (?:operador|compania|operator|provider|company)"
    r" (?:actual|de siempre|de ahora|donante|of today)\b"
    r"|\bwith (?:your|the) (?:current|present|old) (?:operator|provider|company)\b"
)


_STAYS = re.compile(
    r"\b(?:sigue[ns]?|continua[ns]?|permanece[ns]?|aun|todavia|still|stays?|remains?)\b[^.;,]{0,15}"
    r"\b(?:con|with) (?!nosotros|us\b)\w+"
)


def _with_donor(each: Statement, snapshot: Snapshot, number: str) -> bool:
    """ "It works with duna", where it has not moved yet."""
    donor = str(value_of(snapshot, number, "donor") or "").lower()
    named = donor and re.search(rf"\b(?:con|with) {re.escape(donor)}\b", each.text)
    state = value_of(snapshot, number, "state")
    moved = state in {None, "ported", "live"}
    stays = named or _WHERE_IT_WAS.search(each.text) or (not donor and _STAYS.search(each.text))
    return not moved and bool(stays)


def _all_seen(snapshot: Snapshot, number: str) -> bool:
    """Whether each thing that the line has to be able to do was seen; a fact without a value says
    that one of them was not."""
    facts = [fact for each in CAPABILITIES if (fact := fact_of(snapshot, number, each))]
    return len(facts) > 1 and all(fact.value is True for fact in facts)


def _capability(each: Statement, snapshot: Snapshot) -> list[Finding]:
    subjects = _own(each, snapshot)
    says: bool | str = "partial" if each.partly else not each.negated
    judged = [(number, _capability_finding(each, snapshot, number, says)) for number in subjects]
    wrong = [finding for _, finding in judged if finding]
    some = each.scope == "any" or (not each.subjects and says is not True)
    if some and len(wrong) < len(judged):
        return []
    return wrong[:1]


def _capability_finding(
    each: Statement, snapshot: Snapshot, number: str, says: bool | str
) -> Finding | None:
    fact: Value = value_of(snapshot, number, each.word)
    state = value_of(snapshot, number, "state")
    if fact is None and state == "live":
        fact = True
    if fact is None and state in line_words.TRUE_IN["dead"]:
        fact = False
    if says == fact:
        return None
    said, facts_say = f"{each.word}={says}", f"{each.word}={fact}"
    if fact is None:
        if says is not True or state not in {"ported", None}:
            return None  # before the move the donor's service goes on
        return _finding(3, each, said, facts_say, f"{each.word} of {number} was not seen yet")
    if fact == "partial" and says is not True:
        why = f"the scope is wrong: for {number} it is {fact}"
        return _finding(12, each, said, facts_say, why, severity="warn")
    if says == "partial" and fact is False:
        why = f"the scope is wrong: for {number} it is {fact}"
        return _finding(12, each, said, facts_say, why, severity="warn")
    return _finding(3, each, said, facts_say, f"{each.word} of {number} is {fact}")


_PARCEL_TRUE_IN = {
    "in_transit": {"in_transit", "out_for_delivery"},
    "label_created": {"label_created"},
    "attempt_failed": {"attempt_failed", "at_pickup", "returning"},
}


_BY_US = re.compile(
    r"\b(?:nadie de (?:aqui|brisa|nuestr\w+)|nosotros no|no (?:la |lo )?hemos|no fuimos"
    r"|nobody here|no one here"
    r"|we (?:didn't|haven't|did not|have not)|wasn't us|not us)\b"
)
_ALL_OF_THEM = re.compile(r"\b(?:los dos|las dos|ambos|ambas|both|todos|all)\b")


def _parcel(each: Statement, snapshot: Snapshot) -> list[Finding]:
    of_all = [f for f in facts_with(snapshot, "state") if f.subject.startswith("parcel:")]
    named = [f for f in of_all if f.subject[7:].lower() in each.text]
    states = {f.value for f in named or of_all}
    if not states:
        return []
    if len(named) > 1 and not each.negated and _ALL_OF_THEM.search(each.text):
        states = states if len(states) == 1 else set()
    true_in = _PARCEL_TRUE_IN.get(each.word, {each.word})
    if bool(true_in & states) != each.negated:
        return []
    known = ", ".join(sorted(str(state) for state in states))
    said = f"parcel={'not ' if each.negated else ''}{each.word}"
    return [_finding(3, each, said, f"parcel={known}", "the parcel is not in that state")]


def _denial(each: Statement, snapshot: Snapshot) -> list[Finding]:
    numbers = snapshot.addressee.numbers
    if each.subjects and not set(each.subjects) & set(numbers):
        return []
    known = [number for number in numbers if any(f.subject == number for f in snapshot.facts)]
    if not numbers or (each.word == "only_one" and len(known or numbers) == 1):
        return []
    why = "the order holds every number of this customer: " + ", ".join(
        lines_of(snapshot) or numbers
    )
    return [_finding(3, each, "exists=false", "exists=true", why)]


def _stale(each: Statement, snapshot: Snapshot) -> list[Finding]:
    """Rule 10: what was seen too long ago is said with its time, or looked at again."""
    predicate = "state" if each.kind in {"state", "parcel"} else each.word
    for subject in _subjects_of(each, snapshot):
        fact = fact_of(snapshot, subject, predicate)
        if fact and is_stale(snapshot, fact):
            seen = f"seen {fact.seen.isoformat() if fact.seen else '?'}"
            why = "look again, or write at what time it was so"
            return [_finding(10, each, predicate, seen, why)]
    return []


def _subjects_of(each: Statement, snapshot: Snapshot) -> tuple[str, ...]:
    if each.kind == "parcel":
        return tuple(
            f.subject for f in facts_with(snapshot, "state") if f.subject.startswith("parcel:")
        )
    return () if each.kind == "denial" else _own(each, snapshot)


def _cities(parts: tuple[Spoken, ...], snapshot: Snapshot) -> Iterator[Finding]:
    """Where the parcel goes is where its address is."""
    for part in parts:
        text = part.sentence.text
        own = {
            folded(str(fact.value))
            for fact in parcel_facts("" if _ALL_OF_THEM.search(text) else text, snapshot)
            if fact.predicate == "address_city" and isinstance(fact.value, str)
        }
        if not own or not PARCEL_NOUNS.search(text):
            continue
        to_all = len(own) > 1 and _ALL_OF_THEM.search(text) is not None
        for match in CITY.finditer(text):
            manner = part.sentence.manner(match.start(1), match.end(1))
            if (
                (not to_all and any(match[1] in city for city in own))
                or not manner.is_stated
                or manner.negated
            ):
                continue
            if any(match[1] in folded(str(f.value)) for f in facts_with(snapshot, "cause")):
                continue
            yield Finding(
                rule=3,
                span=part.sentence.span(match.start(1), match.end(1)),
                says=f"address_city={match[1]}",
                facts_say=f"address_city={', '.join(sorted(own))}",
                why="the parcel goes to another town",
            )


def _finding(
    rule: int, each: Statement, says: str, facts_say: str, why: str, *, severity: str = "block"
) -> Finding:
    return Finding(
        rule=rule, span=each.span, says=says, facts_say=facts_say, why=why, severity=severity
    )
