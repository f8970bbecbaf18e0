"""What the voice knows, as a snapshot of facts: what every text is held against."""

from __future__ import annotations

from relevo.claims.model import (
    Addressee,
    CaseView,
    KnownFact,
    OpenPromise,
    Said,
    Snapshot,
)
from relevo.notices.model import Knowledge, LineSeen
from relevo.notices.profile import VoiceRules
from relevo.orders.order.messages import LineKind
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment
from relevo.values.money import Money

SAID_MAX = 40
"""The ledger that is compared; a customer has not been told more in one order."""


def snapshot_of(knowledge: Knowledge, rules: VoiceRules, at: Moment) -> Snapshot:
    """The facts of this moment."""
    facts = [KnownFact(subject="order", predicate="key", value=knowledge.order)]
    for line in knowledge.lines:
        facts += _line_facts(knowledge, line, rules)
    facts += _causes(knowledge)
    for credit in knowledge.credits:
        facts += _credit_facts(credit.number or credit.line, knowledge)
    numbers = tuple(line.number for line in knowledge.lines if line.number)
    case = knowledge.case
    return Snapshot(
        now=at,
        zone=rules.zone,
        profile=knowledge.rules,
        language=knowledge.customer.language,
        case=CaseView(
            key=case.key,
            owner=case.owner,
            next_update=case.next_update,
            resolved_at=case.resolved_at,
        )
        if case
        else None,
        addressee=Addressee(
            numbers=(*numbers, knowledge.customer.contact), name=knowledge.customer.holder.name
        ),
        facts=tuple(facts),
        held=knowledge.held,
        said=tuple(
            Said(at=told.at, channel=told.channel, text=told.text)
            for told in knowledge.said[-SAID_MAX:]
        ),
        open_promises=tuple(
            OpenPromise(what=each.what, due=each.due, owner=each.owner)
            for each in knowledge.promises
        )
        + tuple(
            OpenPromise(what="next_update", due=each.next_update, owner=each.id)
            for each in knowledge.faults
            if each.next_update
        ),
    )


def state_word(line: LineSeen) -> str:
    """The line's state in the words of the check."""
    if line.out:
        return "cancelled"
    if line.dead_since is not None and line.dead_at_donor and line.moved_at is None:
        return "in_recovery" if line.recovering else "cut_by_donor"
    if line.moved_at is not None:
        proven = line.live_at is not None or line.works_at is not None
        return "live" if proven and not line.lacking and line.dead_since is None else "ported"
    if not line.moving:
        return "kept"
    if line.confirmed_at is not None:
        return "confirmed"
    return "requested" if line.requested_at is not None else "ordered"


def hub_of(line: LineSeen) -> HubKind:
    """The clearing house that the line's number goes through."""
    return HubKind.MOBILE if line.kind is LineKind.MOBILE else HubKind.FIXED


def cancel_until(line: LineSeen, rules: VoiceRules) -> Moment | None:
    """Until when the move of this line can be stopped."""
    if line.window is None or line.moved_at is not None:
        return None
    return line.cancel_until or rules.cancel_until(hub_of(line), line.window)


def _line_facts(knowledge: Knowledge, line: LineSeen, rules: VoiceRules) -> list[KnownFact]:
    subject = line.number or line.id
    dead = line.dead_since is not None
    since = (line.cut_at or line.dead_since) if dead else line.live_at
    facts = [
        KnownFact(subject=subject, predicate="state", value=state_word(line), since=since),
        KnownFact(subject=subject, predicate="donor", value=line.donor),
        KnownFact(subject=subject, predicate="recipient", value=knowledge.recipient),
        KnownFact(subject=subject, predicate="cause", value=None, confirmed=False),
    ]
    if line.window:
        span = (line.window.opens.isoformat(), line.window.closes.isoformat())
        facts.append(KnownFact(subject=subject, predicate="port_window", value=span))
    limit = cancel_until(line, rules)
    if limit:
        facts.append(KnownFact(subject=subject, predicate="cancel_until", value=limit.isoformat()))
    if line.iccid:
        facts.append(KnownFact(subject=subject, predicate="iccid", value=line.iccid))
    facts += _capabilities(line, subject, dead=dead)
    facts += _money(knowledge, line, subject)
    return facts + _parcel(line)


def _causes(knowledge: Knowledge) -> list[KnownFact]:
    """The cause of a mass fault, once it is confirmed."""
    return [
        KnownFact(subject="order", predicate="cause", value=fault.cause, confirmed=True)
        for fault in knowledge.faults
        if fault.is_confirmed and fault.cause
    ]


def _capabilities(line: LineSeen, subject: str, *, dead: bool) -> list[KnownFact]:
    if dead:
        return [
            KnownFact(subject=subject, predicate="calls_in", value=False, since=line.dead_since)
        ]
    facts = []
    if line.moved_at is None:
        if line.dead_until:
            since = line.dead_until
            facts.append(
                KnownFact(
                    subject=subject,
                    predicate="calls_in",
                    value="partial" if line.unheard_from else True,
                    since=since,
                    except_from=line.unheard_from,
                )
            )
        return facts
    known = {*line.works, *(each.partition(":")[0] for each in line.lacking)}
    unseen = [each for each in line.needs if each not in known]
    facts += [KnownFact(subject=subject, predicate=each, value=None) for each in unseen]
    facts += [KnownFact(subject=subject, predicate=each, value=True) for each in line.works]
    for each in line.lacking:
        name, _, networks = each.partition(":")
        except_from = tuple(networks.split(",")) if networks else ()
        value = "partial" if networks else False
        facts.append(
            KnownFact(subject=subject, predicate=name, value=value, except_from=except_from)
        )
    return facts


def _money(knowledge: Knowledge, line: LineSeen, subject: str) -> list[KnownFact]:
    held = next((each for each in knowledge.held_lines if each.id == line.id), None)
    if held is None:
        return []
    return [
        KnownFact(
            subject=subject, predicate=name, value=str(Money(cents, "EUR").amount), unit="EUR"
        )
        for name, cents in (
            ("monthly_fee", held.monthly_fee_eur_cents),
            ("average_3m", held.average_3m_eur_cents),
        )
    ]


def _parcel(line: LineSeen) -> list[KnownFact]:
    if not line.tracking_code:
        return []
    subject = f"parcel:{line.tracking_code}"
    return [
        KnownFact(subject=subject, predicate="state", value=line.parcel_state),
        KnownFact(subject=subject, predicate="expected", value=line.parcel_expected),
        KnownFact(subject=subject, predicate="tracking_code", value=line.tracking_code),
    ]


def _credit_facts(subject: str, knowledge: Knowledge) -> list[KnownFact]:
    credit = next(each for each in knowledge.credits if (each.number or each.line) == subject)
    return [
        KnownFact(
            subject=subject,
            predicate="compensation",
            value=str(Money(credit.amount_eur_cents, "EUR").amount),
            unit="EUR",
            rule=credit.rule,
            since=credit.dead_from,
        ),
        KnownFact(subject=subject, predicate="outage_end", value=None, since=credit.dead_until),
    ]
