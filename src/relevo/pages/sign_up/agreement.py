"""What a customer is about to agree to: line by line, in the words that he reads and that are kept.

The page that asks, the consent in the order's facts and the letter all say this same thing.
"""

from __future__ import annotations

from datetime import date

from relevo.catalog.bundles import Price, Tariff, tariff_on
from relevo.notices.welcome.model import Fate, LetterLine
from relevo.orders.consent import Consent, consent_to
from relevo.pages.shown import Shown, label_of
from relevo.pages.sign_up.form import MOBILE, ON_LINE, PORT, Entry, Form, kind_of
from relevo.pages.sign_up.judged import Judged, today
from relevo.porting.profile import HubKind, PortingProfile

CONSENT_VERSION = "2019-01"
"""Of the sentences in ``sign_up.consent``; it changes whenever one of them does."""


def planned_lines(seen: Judged, rules: PortingProfile, tariff: Tariff) -> tuple[LetterLine, ...]:
    """Every line of the form with what becomes of it, when, and what it costs."""
    form = seen.form
    return tuple(
        _planned(seen, entry, rules, price_of(form, entry, tariff))
        for entry in (*form.lines, *form.named)
    )


def price_of(form: Form, entry: Entry, tariff: Tariff) -> Price | None:
    """What a line costs with us; None when it does not come to us."""
    if entry not in form.moving:
        return None
    return tariff.price(kind_of(entry), is_second=entry.hangs_on.startswith(ON_LINE))


def total_of(form: Form, tariff: Tariff) -> Price:
    """What everything costs together."""
    prices = [price for entry in form.moving if (price := price_of(form, entry, tariff))]
    return Price(
        monthly_eur_cents=sum(price.monthly_eur_cents for price in prices),
        one_time_eur_cents=sum(price.one_time_eur_cents for price in prices),
    )


def agreed(
    seen: Judged, rules: PortingProfile, shown: Shown, *, address: str, ticked: tuple[str, ...]
) -> Consent:
    """The consent to this form, with its exact text."""
    tariff = tariff_on(today(rules, shown.now))
    return consent_to(
        consent_text(seen, rules, shown),
        version=CONSENT_VERSION,
        language=shown.words.language,
        address=address,
        ticked=ticked,
        bundle=f"{seen.form.bundle}@{tariff.version}",
    )


def consent_text(seen: Judged, rules: PortingProfile, shown: Shown) -> str:
    """The text: who, which numbers, what becomes of the others. One sentence a line."""
    words, form = shown.words, seen.form
    recipient = label_of(rules, seen.draft.recipient)
    said = [
        words(
            "sign_up.consent.who",
            name=form.customer.name,
            document=form.customer.document_number,
            recipient=recipient,
        )
    ]
    for line in planned_lines(seen, rules, tariff_on(today(rules, shown.now))):
        number = shown.number(line.number) if line.number else words("sign_up.the_fibre")
        when = shown.window(line.window) if line.window else ""
        key = f"sign_up.consent.{line.fate}"
        lives_on = shown.number(line.lives_on)
        said.append(words(key, number=number, donor=line.donor, window=when, principal=lives_on))
    said.append(words("sign_up.consent.end", recipient=recipient))
    return "\n".join(said)


def earliest_day(seen: Judged, rules: PortingProfile) -> date | None:
    """The first day on which everything of the form has moved."""
    days = [
        rules.calendar(HubKind.MOBILE).local(verdict.earliest.window.opens).date()
        for verdict in seen.found.numbers
        if verdict.earliest is not None
    ]
    return max(days, default=None)


def _planned(seen: Judged, entry: Entry, rules: PortingProfile, price: Price | None) -> LetterLine:
    verdict = seen.verdict(entry.id)
    earliest = verdict.earliest if verdict else None
    ordered = next(line for line in seen.draft.lines if line.id == entry.id)
    principal = seen.form.entry(ordered.depends_on) if ordered.depends_on else None
    window = earliest.window if earliest else None
    hub = HubKind.MOBILE if kind_of(entry) == MOBILE else HubKind.FIXED
    return LetterLine(
        id=entry.id,
        number=entry.msisdn,
        kind=kind_of(entry),
        donor=label_of(rules, ordered.donor),
        fate=_fate(entry, principal),
        window=window,
        rests_on=earliest.rests_on if earliest else "",
        cancel_until=rules.cancel_until(hub, window) if window else None,
        lives_on=principal.msisdn if principal else None,
        sim=entry.sim if kind_of(entry) == MOBILE and entry.fate == PORT else "",
        monthly_eur_cents=price.monthly_eur_cents if price else None,
        one_time_eur_cents=price.one_time_eur_cents if price else None,
    )


def _fate(entry: Entry, principal: Entry | None) -> Fate:
    match entry.fate:
        case "port":
            return Fate.MOVES
        case "keep":
            return Fate.DIES if principal is not None and principal.fate == PORT else Fate.STAYS
        case "cease":
            return Fate.ENDS
        case _:
            return Fate.UNDECIDED
