"""The Netherlands: the terms of each edition; its clearing house speaks through its own library."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial

from relevo.porting.profile import DonorTerms, HubConduct, HubKind, MultipleTerms, Silence
from relevo.profiles.book import Edition
from relevo.profiles.codes import Codes, read_codes
from relevo.profiles.courier import CourierTerms
from relevo.profiles.days import calendar_of, holidays_of
from relevo.profiles.frame import HubFrame
from relevo.profiles.nl.hub import ReferenceHub
from relevo.profiles.nl.netherlands import Netherlands
from relevo.profiles.recipient import recipient_terms
from relevo.profiles.tables import rows, toml
from relevo.profiles.terms import EditionSpan, Terms, edition_spans

_toml, _rows = partial(toml, "nl"), partial(rows, "nl")
_days_off = partial(holidays_of, "NL")


@lru_cache(maxsize=1)
def editions() -> Mapping[str, Netherlands]:
    """The rules of each edition by their code, oldest first."""
    table = _toml("terms.toml")
    codes = read_codes(
        _rows("reasons.csv"), _rows("answers.csv"), _toml("operators.toml")["operator"]
    )
    return {span.code: _netherlands(span, codes) for span in edition_spans("nl", table)}


def profile() -> tuple[Edition, ...]:
    """All editions, oldest first (the entry point of the group ``relevo.profiles``)."""
    return tuple(
        Edition(
            country="nl",
            valid_from=span.valid_from,
            valid_until=span.valid_until,
            rules=editions()[span.code],
        )
        for span in edition_spans("nl", _toml("terms.toml"))
    )


def _netherlands(span: EditionSpan, codes: Codes) -> Netherlands:
    terms = Terms(_toml("terms.toml"), span)
    courier_days = _days_off(_toml("holidays.toml"), "courier")
    return Netherlands(
        code=span.code,
        zone=terms.text("place.zone"),
        calling_code=terms.text("place.calling_code"),
        codes=codes,
        contract=terms.text("request.contract"),
        hubs={hub: _hub(terms, hub) for hub in HubKind},
        does=HubConduct(
            ends_silence=terms.truth("hub.ends_silence"),
            checks_at_once=terms.truth("hub.checks_at_once"),
            moves_numbers=terms.truth("hub.moves_numbers"),
        ),
        unanswered=Silence(
            terms.number("silence.look_minutes"), terms.number("silence.alarm_minutes")
        ),
        as_donor=_donor(terms),
        as_one=MultipleTerms(
            numbers_max=terms.number("multiple.numbers_max"),
            mixes_payment=terms.truth("multiple.mixes_payment"),
        ),
        as_recipient=recipient_terms(terms, "recipient."),
        hold_months=terms.number("hold.months"),
        resale_days=terms.number("hold.resale_days"),
        may_port={
            True: terms.truth("hold.own_range_may_port"),
            False: terms.truth("hold.ported_in_may_port"),
        },
        courier=CourierTerms(
            calendar=calendar_of(terms, courier_days, terms.stretches("courier.hours")),
            hand_over_until=terms.clock("courier.hand_over_until"),
            delivered_working_days=terms.number("courier.delivered_working_days"),
            delivered_until=terms.clock("courier.delivered_until"),
        ),
    )


def _donor(terms: Terms) -> DonorTerms:
    """No code of a no has a meaning that we know: each no is a person's."""
    return DonorTerms(
        answer_after_minutes=terms.number("donor.answer_after_minutes"),
        answer_within_minutes=terms.number("donor.answer_within_minutes"),
        hold_answer_before_minutes=terms.number("donor.hold_answer_before_minutes"),
        alarm_share_percent=terms.number("donor.alarm_share_percent"),
        alarm_before_minutes=terms.number("donor.alarm_before_minutes"),
        retry_minutes=terms.number("donor.retry_minutes"),
        undo_days=terms.number("donor.undo_days"),
        causes={},
        checks_holder=terms.truth("donor.checks_holder"),
    )


def _hub(terms: Terms, hub: HubKind) -> ReferenceHub:
    days_off = _days_off(_toml("holidays.toml"), hub.value)
    return ReferenceHub(
        frame=HubFrame(
            calendar=calendar_of(terms, days_off, terms.stretches(f"{hub}.opening")),
            talk=calendar_of(terms, days_off, terms.stretches(f"{hub}.talk")),
            window=terms.stretch(f"{hub}.window"),
            default_working_days=terms.number(f"{hub}.default_window_working_days"),
            window_days_max=terms.number(f"{hub}.window_days_max"),
            safety_margin_minutes=terms.number(f"{hub}.safety_margin_minutes"),
        ),
        reply_working_minutes=terms.number(f"{hub}.reply_working_minutes"),
        cancel_minutes_before=terms.number(f"{hub}.cancel_minutes_before"),
    )
