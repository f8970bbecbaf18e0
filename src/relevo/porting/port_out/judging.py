"""The donor's yes or no, by rule (porting-es 3.8, 3.9.2). Pure; debt and permanence are no input.

Each number is held against what we serve at this moment: prepaid by the card, postpaid by type and
number of the document, then whether its card is reported lost. A number that is no line of ours
in service only falls out of a multiple request; a line in service with a defect sinks the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relevo.customers.served import ServedLine, ServedStatus, reader_of
from relevo.porting.port_out.messages import ServedFound
from relevo.porting.port_out.model import (
    Asked,
    Ending,
    NumberAsked,
    NumberVerdict,
    Verdict,
    WayBack,
)
from relevo.porting.profile import PortingProfile, RejectionReason
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document

_SEPARATORS = str.maketrans("", "", " .-/")


def judge(rules: PortingProfile, asked: Asked, found: ServedFound, at: Moment) -> Verdict:
    """Our answer to a request."""
    ours = {line.number: line for line in found.lines if line.operator == asked.donor}
    ways = {each.number: each for each in found.ways_back}
    numbers = tuple(
        _verdict(rules, asked, each, ours, ways.get(each.number), at) for each in asked.numbers
    )
    reason = _reason(numbers)
    if reason:
        code = rules.donor(asked.hub).causes.get(RejectionReason(reason), "")
        return Verdict(numbers=numbers, reason=reason, code=code)
    leaving = [each.number for each in numbers if not each.reason]
    endings = _endings(leaving, ours, found.dependants)
    return Verdict(numbers=numbers, endings=endings, reader=reader_of(ours[leaving[0]]))


def _verdict(
    rules: PortingProfile,
    asked: Asked,
    wanted: NumberAsked,
    ours: Mapping[Msisdn, ServedLine],
    way: WayBack | None,
    at: Moment,
) -> NumberVerdict:
    line = ours.get(wanted.number)
    reason: RejectionReason | None = RejectionReason.NUMBER_UNKNOWN
    if line is not None and way is not None and way.goes_back_to == asked.recipient:
        reason = _against_going_back(rules, asked, wanted, line, way, at)
    elif line is not None and way is not None and way.is_blocked:
        reason = RejectionReason.NUMBER_BLOCKED
    elif line is not None:
        reason = _against(rules, asked, wanted, line, at)
    return NumberVerdict(
        number=wanted.number,
        reason=reason.value if reason is not None else "",
        is_line=line is not None and line.is_in_service,
        iccid=line.iccid if line is not None else None,
    )


def _against_going_back(
    rules: PortingProfile,
    asked: Asked,
    wanted: NumberAsked,
    line: ServedLine,
    way: WayBack,
    at: Moment,
) -> RejectionReason | None:
    """To whom it was taken from it goes, once we have admitted that; who our books have as its
    holder came by it unduly, so that the request is held against the one from before."""
    if way.admitted_to is None or not line.is_in_service:
        return _against(rules, asked, wanted, line, at)
    return _document_mismatch(asked, way.admitted_to)


def _against(
    rules: PortingProfile, asked: Asked, wanted: NumberAsked, line: ServedLine, at: Moment
) -> RejectionReason | None:
    match line.status:
        case ServedStatus.GONE:
            return RejectionReason.NUMBER_UNKNOWN
        case ServedStatus.RETURNED:
            return RejectionReason.NUMBER_IN_CEASE
        case ServedStatus.CEASED if not _is_held(rules, line, at):
            return RejectionReason.NUMBER_UNKNOWN
        case ServedStatus.CEASED | ServedStatus.ACTIVE:
            return _mismatch(rules, asked, wanted, line)
        case ServedStatus.BARRED_LOST:
            return _mismatch(rules, asked, wanted, line) or RejectionReason.CARD_REPORTED_LOST


def _is_held(rules: PortingProfile, line: ServedLine, at: Moment) -> bool:
    """A number that was ported to us is in its hold until it went back (it would be `returned`
    then); one of our own range for as long as the law says."""
    if not rules.may_port_while_held(line.is_own_range):
        return False
    if not line.is_own_range:
        return True
    return line.ceased_at is not None and at < rules.hold_until(line.ceased_at)


def _mismatch(
    rules: PortingProfile, asked: Asked, wanted: NumberAsked, line: ServedLine
) -> RejectionReason | None:
    if not rules.donor(asked.hub).checks_holder:
        return None
    if line.is_prepaid:
        same = line.iccid is not None and wanted.iccid == line.iccid
        return None if same else RejectionReason.CARD_MISMATCH
    return _document_mismatch(asked, line.document)


def _document_mismatch(asked: Asked, document: Document) -> RejectionReason | None:
    number = asked.document_number.translate(_SEPARATORS).upper()
    # The fixed hub says no type: there the number alone is compared.
    same_type = not asked.document_type or asked.document_type == document.type.value
    if same_type and number == document.number:
        return None
    return RejectionReason.HOLDER_MISMATCH


def _reason(numbers: Iterable[NumberVerdict]) -> str:
    """Why the whole request is refused; empty when something of it is confirmed."""
    verdicts = list(numbers)
    for each in verdicts:
        if each.reason and each.is_line:
            return each.reason
    if any(not each.reason for each in verdicts):
        return ""
    first = next((each.reason for each in verdicts), "")
    return first or RejectionReason.NUMBER_UNKNOWN.value  # a request that names no number


def _endings(
    leaving: list[Msisdn], ours: Mapping[Msisdn, ServedLine], dependants: Iterable[ServedLine]
) -> tuple[Ending, ...]:
    hanging = tuple(
        Ending(ends_with=each.depends_on, number=each.number)
        for each in dependants
        if each.depends_on is not None
        and each.depends_on in leaving
        and each.number not in leaving
        and each.is_in_service
    )
    named = tuple(
        Ending(ends_with=number, service=service)
        for number in leaving
        if ours[number].is_in_service
        for service in ours[number].ends_along
    )
    return (*hanging, *named)
