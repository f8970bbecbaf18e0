"""The welcome letter from an order's own facts: pure, and the same whenever it is asked for.

It says the first day of each line, as it was told; what was moved later is said by later notices.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from relevo.catalog.bundles import Price, Tariff
from relevo.notices.welcome.model import Fate, LetterLine, WelcomeLetter
from relevo.orders.held import HeldLine, LineKind, SimKind
from relevo.orders.order.messages import (
    Choice,
    NumberDecided,
    NumberUndecided,
    OrderAccepted,
    WindowChosen,
)
from relevo.porting.profile import HubKind, PortingProfile

_FATES = {Choice.PORT: Fate.MOVES, Choice.CEASE: Fate.ENDS}


def letter_of_facts(
    order: str,
    facts: Sequence[Any],
    rules: PortingProfile,
    *,
    tariff: Tariff | None = None,
    link: str = "",
) -> WelcomeLetter | None:
    """The letter of an order; None when these facts hold none."""
    accepted = next((fact for fact in facts if isinstance(fact, OrderAccepted)), None)
    if accepted is None:
        return None
    lines = tuple(_line(accepted, line, facts, rules, tariff) for line in accepted.lines)
    consent, holder = accepted.consent, accepted.customer
    return WelcomeLetter(
        order=order,
        at=accepted.consent_at,
        language=holder.language,
        zone=rules.zone,
        recipient=_label(rules, accepted.recipient),
        holder=holder.holder.name,
        address=holder.address.label_lines,
        lines=lines,
        link=link,
        is_settled=all(line.window for line in lines if line.fate is Fate.MOVES),
        consent_digest=consent.digest if consent else "",
    )


def edition_of(facts: Iterable[Any]) -> str:
    """The edition of the tariff under which an order was placed; "" when it does not say."""
    accepted = (fact for fact in facts if isinstance(fact, OrderAccepted))
    consents = (fact.consent.bundle for fact in accepted if fact.consent is not None)
    return next(consents, "").partition("@")[2]


def _line(
    accepted: OrderAccepted,
    line: HeldLine,
    facts: Sequence[Any],
    rules: PortingProfile,
    tariff: Tariff | None,
) -> LetterLine:
    fate = _fate(accepted, line, facts)
    moves = fate is Fate.MOVES
    chosen = next(
        (fact for fact in facts if isinstance(fact, WindowChosen) and line.id in fact.windows),
        None,
    )
    window = chosen.windows[line.id] if chosen is not None and moves else None
    price = _price(tariff, line) if moves else None
    principal = next((each for each in accepted.lines if each.id == line.depends_on), None)
    return LetterLine(
        id=line.id,
        number=line.number,
        kind=line.kind,
        donor=_label(rules, line.donor),
        fate=fate,
        window=window,
        rests_on=chosen.rests_on if chosen is not None and moves else "",
        cancel_until=None if window is None else rules.cancel_until(_hub(line), window),
        lives_on=principal.number if principal else None,
        sim=_sim(accepted, line) if moves else "",
        monthly_eur_cents=price.monthly_eur_cents if price else None,
        one_time_eur_cents=price.one_time_eur_cents if price else None,
    )


def _fate(accepted: OrderAccepted, line: HeldLine, facts: Sequence[Any]) -> Fate:
    if line.id in accepted.moving:
        return Fate.MOVES
    decided = [f for f in facts if isinstance(f, NumberDecided) and f.line == line.id]
    if decided:
        last = decided[-1]
        return _FATES.get(last.choice) or (Fate.DIES if last.dies_with else Fate.STAYS)
    asked = any(isinstance(f, NumberUndecided) and f.line == line.id for f in facts)
    return Fate.UNDECIDED if asked else Fate.STAYS


def _price(tariff: Tariff | None, line: HeldLine) -> Price | None:
    return tariff.price(line.kind, is_second=bool(line.depends_on)) if tariff else None


def _sim(accepted: OrderAccepted, line: HeldLine) -> str:
    if line.kind is not LineKind.MOBILE:
        return ""
    return str(SimKind(accepted.sims.get(line.id, accepted.sim)))


def _hub(line: HeldLine) -> HubKind:
    return HubKind.MOBILE if line.kind is LineKind.MOBILE else HubKind.FIXED


def _label(rules: PortingProfile, operator: str) -> str:
    known = rules.operator(operator)
    return known.label if known else operator.capitalize()
