"""Spain: the terms of each edition, and the codecs of its two clearing houses."""

from __future__ import annotations

from functools import lru_cache

from relevo.porting.profile import HubKind, MultipleTerms
from relevo.profiles.book import Edition
from relevo.profiles.es import tables
from relevo.profiles.es.codes import Codes, read_codes
from relevo.profiles.es.days import calendar_of, holidays_of
from relevo.profiles.es.donor import donor_terms
from relevo.profiles.es.fixed import FixedHub, denials_of, silences_of
from relevo.profiles.es.mobile import MobileHub
from relevo.profiles.es.places import Postcodes
from relevo.profiles.es.spain import CourierTerms, HoldTerms, Spain
from relevo.profiles.es.terms import EditionSpan, Terms, edition_spans
from relevo.profiles.frame import HubFrame
from relevo.profiles.recipient import recipient_terms


@lru_cache(maxsize=1)
def profile() -> tuple[Edition, ...]:
    """All editions, oldest first (the entry point of the group ``relevo.profiles``)."""
    codes = read_codes(
        tables.rows("reasons.csv"),
        tables.rows("answers.csv"),
        tables.toml("operators.toml")["operator"],
    )
    return tuple(
        Edition(
            country="es",
            valid_from=span.valid_from,
            valid_until=span.valid_until,
            rules=_spain(span, codes),
        )
        for span in edition_spans(tables.toml("terms.toml"))
    )


def _spain(span: EditionSpan, codes: Codes) -> Spain:
    terms = Terms(tables.toml("terms.toml"), span)
    days_off = tables.toml("holidays.toml")
    return Spain(
        code=span.code,
        zone=terms.text("place.zone"),
        calling_code=terms.text("place.calling_code"),
        codes=codes,
        mobile=MobileHub(
            frame=_frame(terms, "mobile"),
            slots=terms.stretches("mobile.slots"),
            cancel_time=terms.clock("mobile.cancel_time"),
            return_working_days=terms.number("mobile.return_working_days"),
            silences=silences_of(terms, "mobile"),
        ),
        fixed=FixedHub(
            frame=_frame(terms, "fixed"),
            reply_working_minutes=terms.number("fixed.reply_working_minutes"),
            cancel_hours_before=terms.number("fixed.cancel_hours_before"),
            silences=silences_of(terms, "fixed"),
            denials=denials_of(tables.rows("fixed_denials.csv"), terms.text("fixed.relation")),
        ),
        multiples={
            HubKind.MOBILE: MultipleTerms(
                numbers_max=terms.number("mobile.multiple_numbers_max"),
                mixes_payment=terms.truth("mobile.multiple_mixes_payment"),
            ),
            HubKind.FIXED: MultipleTerms(numbers_max=1, mixes_payment=False),
        },
        recipients={hub: recipient_terms(terms, f"{hub}.") for hub in HubKind},
        donors={hub: donor_terms(terms, tables.rows("donor_causes.csv"), hub) for hub in HubKind},
        hold=_hold(terms),
        courier=CourierTerms(
            calendar=calendar_of(
                terms, holidays_of(days_off, "courier"), terms.stretches("courier.hours")
            ),
            hand_over_until=terms.clock("courier.hand_over_until"),
            delivered_working_days=terms.number("courier.delivered_working_days"),
            delivered_until=terms.clock("courier.delivered_until"),
        ),
        postcodes=Postcodes(tables.lines("provinces.csv"), tables.postcodes),
    )


def _hold(terms: Terms) -> HoldTerms:
    return HoldTerms(
        months=terms.number("hold.months"),
        resale_days=terms.number("hold.resale_days"),
        may_port={
            True: terms.truth("hold.own_range_may_port"),
            False: terms.truth("hold.ported_in_may_port"),
        },
        theft_block_days={
            HubKind.FIXED: (
                terms.number("fixed.theft_block_days"),
                terms.number("fixed.theft_block_days_max"),
            ),
        },
    )


def _frame(terms: Terms, hub: str) -> HubFrame:
    days_off = holidays_of(tables.toml("holidays.toml"), hub)
    return HubFrame(
        calendar=calendar_of(terms, days_off, terms.stretches(f"{hub}.opening")),
        talk=calendar_of(terms, days_off, terms.stretches(f"{hub}.talk")),
        window=terms.stretch(f"{hub}.window"),
        default_working_days=terms.number(f"{hub}.default_window_working_days"),
        window_days_max=terms.number(f"{hub}.window_days_max"),
        safety_margin_minutes=terms.number(f"{hub}.safety_margin_minutes"),
    )
