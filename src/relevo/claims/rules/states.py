"""Rules 3, 10 and 12: what is said of lines and parcels is so."""

from __future__ import annotations

from relevo.claims import words
from relevo.claims.dates import times_in
from relevo.claims.facts import fact_of, facts_with, is_stale, lines_of, value_of
from relevo.claims.fold import folded
from relevo.claims.model import Finding, Snapshot
from relevo.claims.read import Reading

CAPABILITIES = ("calls_out", "calls_in", "sms_out", "sms_in", "data")


def findings(readings: tuple[Reading, ...], snapshot: Snapshot, text: str) -> list[Finding]:
    """What the readings say against the facts."""
    found: list[Finding] = []
    for reading in readings:
        match reading.kind:
            case "state":
                found += _state(reading, snapshot)
            case "capability":
                found += _capability(reading, snapshot)
            case "parcel":
                found += _parcel(reading, snapshot)
            case "denial":
                found += _denial(reading, snapshot)
            case _:
                raise AssertionError(f"no rule for a {reading.kind}")
        found += _stale(reading, snapshot, text)
    return found


def _state(reading: Reading, snapshot: Snapshot) -> list[Finding]:
    subjects = _own(reading, snapshot)
    is_good = (reading.word in words.GOOD_STATES) != reading.negated
    answers = {number: _holds(reading, snapshot, number) for number in subjects}
    if reading.subjects or is_good:
        wrong = [number for number in subjects if answers[number] is not True]
    else:
        wrong = [] if True in answers.values() else list(subjects)
    if not wrong and subjects:
        return []
    said = f"state={'not ' if reading.negated else ''}{reading.word}"
    if not subjects:
        return [_finding(3, reading, said, "nothing is known", "no fact says so")]
    number = next((n for n in wrong if answers[n] is False), wrong[0])
    state = value_of(snapshot, number, "state")
    why = f"{number} is {state}, not what the text says" if state else "no fact says so"
    return [_finding(3, reading, said, f"state={state}", why)]


def _own(reading: Reading, snapshot: Snapshot) -> tuple[str, ...]:
    """The numbers it is about; numbers of others are another rule's matter."""
    if reading.subjects:
        return tuple(n for n in reading.subjects if n in snapshot.addressee.numbers)
    return lines_of(snapshot)


def _holds(reading: Reading, snapshot: Snapshot, number: str) -> bool | None:
    """Whether the word is true of this number; None when nothing is known."""
    state = value_of(snapshot, number, "state")
    capabilities = [value_of(snapshot, number, each) for each in CAPABILITIES]
    if state is None and all(each is None for each in capabilities):
        return None
    lacking = any(each in (False, "partial") for each in capabilities)
    dead = state in words.TRUE_IN["dead"] or value_of(snapshot, number, "calls_in") is False
    match reading.word:
        case "works":
            seen = [each for each in capabilities if each is not None]
            so = not lacking and not dead and (state == "live" or (len(seen) > 1 and all(seen)))
        case "dead":
            so = dead or lacking
        case "live":
            so = state == "live" and not dead
        case _:
            so = state in words.TRUE_IN[reading.word]
    return so != reading.negated


def _capability(reading: Reading, snapshot: Snapshot) -> list[Finding]:
    subjects = _own(reading, snapshot)
    says: bool | str = "partial" if reading.partly else not reading.negated
    judged = [(number, _capability_finding(reading, snapshot, number, says)) for number in subjects]
    wrong = [finding for _, finding in judged if finding]
    if not reading.subjects and says is not True and len(wrong) < len(judged):
        return []
    return wrong[:1]


def _capability_finding(
    reading: Reading, snapshot: Snapshot, number: str, says: bool | str
) -> Finding | None:
    fact = value_of(snapshot, number, reading.word)
    state = value_of(snapshot, number, "state")
    if fact is None and state == "live":
        fact = True
    if fact is None and state in words.TRUE_IN["dead"]:
        fact = False
    if says == fact:
        return None
    said, facts_say = f"{reading.word}={says}", f"{reading.word}={fact}"
    if fact is None:
        if says is not True:
            return None
        return _finding(3, reading, said, facts_say, f"{reading.word} of {number} was not seen yet")
    if says is not True and fact is not True:
        why = f"the scope is wrong: for {number} it is {fact}"
        return _finding(12, reading, said, facts_say, why, severity="warn")
    return _finding(3, reading, said, facts_say, f"{reading.word} of {number} is {fact}")


def _parcel(reading: Reading, snapshot: Snapshot) -> list[Finding]:
    states = [f.value for f in facts_with(snapshot, "state") if f.subject.startswith("parcel:")]
    if (reading.word in states) != reading.negated:
        return []
    known = ", ".join(sorted({str(state) for state in states})) or "nothing is known"
    said = f"parcel={'not ' if reading.negated else ''}{reading.word}"
    return [_finding(3, reading, said, f"parcel={known}", "the parcel is not in that state")]


def _denial(reading: Reading, snapshot: Snapshot) -> list[Finding]:
    numbers = snapshot.addressee.numbers
    if reading.subjects and not set(reading.subjects) & set(numbers):
        return []
    known = [number for number in numbers if any(f.subject == number for f in snapshot.facts)]
    if reading.word == "only_one" and len(known or numbers) == 1:
        return []
    if not numbers:
        return []
    why = "the order holds every number of this customer: " + ", ".join(
        lines_of(snapshot) or numbers
    )
    return [_finding(3, reading, "exists=false", "exists=true", why)]


def _stale(reading: Reading, snapshot: Snapshot, text: str) -> list[Finding]:
    if reading.kind not in {"state", "capability"}:
        return []
    predicate = "state" if reading.kind == "state" else reading.word
    if times_in(folded(text)):
        return []  # it says at what time it was so
    for number in _own(reading, snapshot):
        fact = fact_of(snapshot, number, predicate)
        if fact and is_stale(snapshot, fact):
            seen = f"seen {fact.seen.isoformat() if fact.seen else '?'}"
            why = "look again, or write at what time it was so"
            return [_finding(10, reading, predicate, seen, why, severity="warn")]
    return []


def _finding(
    rule: int, reading: Reading, says: str, facts_say: str, why: str, *, severity: str = "block"
) -> Finding:
    return Finding(
        rule=rule, span=reading.span, says=says, facts_say=facts_say, why=why, severity=severity
    )
