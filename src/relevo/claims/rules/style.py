"""Rules 2, 5, 6, 8, 9, 11, 13, 16, 17, 18: money, causes, the ledger, and how it is written."""

from __future__ import annotations

import re
from decimal import Decimal

from relevo.claims import manner
from relevo.claims.facts import fact_of, facts_with, lines_of, troubled
from relevo.claims.fold import own_words
from relevo.claims.model import Finding, Snapshot
from relevo.claims.read import Dated, Heard, dated, heard
from relevo.claims.spot import money_in


def money_findings(parts: tuple[Heard, ...], snapshot: Snapshot) -> list[Finding]:
    """Amounts owed are those of the calculation, to the cent (2), and rest on a rule (8)."""
    amounts = {
        Decimal(str(fact.value)).quantize(Decimal("0.01"))
        for fact in snapshot.facts
        if fact.unit == "EUR" and isinstance(fact.value, int | float | str)
    }
    owed = facts_with(snapshot, "compensation") + facts_with(snapshot, "compensation_total")
    found = []
    for part in parts:
        text = part.sentence.text
        if not manner.COMPENSATES.search(text) and "factura" not in text and "bill" not in text:
            continue
        for money in money_in(text):
            span = (part.sentence.start + money.start, part.sentence.start + money.end)
            says = f"{money.amount} EUR"
            if money.amount not in amounts:
                known = ", ".join(sorted(str(a) for a in amounts)) or "no amount is known"
                rule = 2 if owed or not manner.COMPENSATES.search(text) else 8
                why = "the calculation gives another amount" if rule == 2 else "no rule gives it"
                found.append(Finding(rule=rule, span=span, says=says, facts_say=known, why=why))
            elif snapshot.language == "es" and money.separator == ".":
                why = "in Spanish the cents stand behind a comma"
                found.append(
                    Finding(rule=2, span=span, says=says, facts_say=says, why=why, severity="warn")
                )
    return found


def cause_findings(parts: tuple[Heard, ...], snapshot: Snapshot) -> list[Finding]:
    """A cause is named only when it is confirmed (6), a company only when it is its cause (5)."""
    found = []
    confirmed = [
        fact for fact in facts_with(snapshot, "cause") if fact.value and fact.confirmed is not False
    ]
    for part in parts:
        text = part.sentence.text
        if part.sentence.is_question or manner.CAUSE_OPEN.search(text):
            continue
        span = (part.sentence.start, part.sentence.end)
        company = manner.COMPANIES.search(text)
        if company and manner.BLAME.search(text):
            named = [fact for fact in confirmed if company[0] in str(fact.value).lower()]
            if not named:
                why = "nobody has shown that this company caused it"
                found.append(
                    Finding(rule=5, span=span, says=company[0], facts_say="cause open", why=why)
                )
                continue
        after = manner.CAUSE_AFTER_EFFECT.search(text)
        stated = manner.CAUSE_ALONE.search(text) or (
            after and manner.TROUBLE.search(text[: after.end()])
        )
        if stated and not confirmed:
            why = "the cause is not confirmed; say that it is being checked"
            found.append(
                Finding(rule=6, span=span, says=text.strip(), facts_say="cause open", why=why)
            )
    return found


def ledger_findings(own: tuple[Dated, ...], snapshot: Snapshot) -> list[Finding]:
    """What was told before and is told otherwise now says so (11)."""
    told: dict[str, set[str]] = {}
    for said in sorted(snapshot.said, key=lambda each: each.at):
        for each in dated(heard(said.text, snapshot.profile), snapshot):
            if each.about == "window" and each.days:
                for number in each.subjects or lines_of(snapshot):
                    told[number] = {str(day.day) for day in each.days}
    found = []
    for each in own:
        if each.about != "window" or not each.days or each.acknowledged:
            continue
        days = {str(day.day) for day in each.days}
        for number in each.subjects or lines_of(snapshot):
            if number in told and not days & told[number]:
                before = ", ".join(sorted(told[number]))
                why = "the customer was told another date: say that it changes"
                found.append(
                    Finding(
                        rule=11,
                        span=each.span,
                        says=min(days),
                        facts_say=f"told before: {before}",
                        why=why,
                    )
                )
                break
    return found


def wording_findings(text: str, snapshot: Snapshot, language: str) -> list[Finding]:
    """Empty slots (13), language (16), surveys (17), selling (18), other countries' rights (9)."""
    plain = own_words(text)
    empty = manner.UNFILLED.finditer(plain)
    found = [_at(13, match, "an empty slot", "fill it in") for match in empty]
    resolved = bool(snapshot.case and snapshot.case.resolved_at) or (
        bool(lines_of(snapshot))
        and all(
            (fact := fact_of(snapshot, number, "state")) is not None and fact.value == "live"
            for number in lines_of(snapshot)
        )
    )
    survey = manner.SURVEY.search(plain)
    if survey and not resolved:
        found.append(_at(17, survey, "not resolved", "no survey before the trouble is over"))
    selling = manner.SELLING.search(plain)
    if selling and troubled(snapshot):
        found.append(_at(18, selling, "a trouble is open", "nothing is sold while it is"))
    foreign = manner.FOREIGN_RIGHTS.get(snapshot.profile.partition("@")[0])
    rights = foreign.search(plain) if foreign else None
    if rights:
        found.append(_at(9, rights, snapshot.profile, "that right is another country's"))
    written = _language(plain)
    wanted = language or snapshot.language
    if snapshot.language and written and written != snapshot.language:
        why = f"the customer is written to in {snapshot.language}"
        found.append(Finding(rule=16, span=(0, len(text)), says=written, facts_say=wanted, why=why))
    return found


def _at(rule: int, match: re.Match[str], facts_say: str, why: str) -> Finding:
    return Finding(rule=rule, span=match.span(), says=match[0], facts_say=facts_say, why=why)


def _language(plain: str) -> str:
    """The language of a folded text, when it is plain to see."""
    seen = re.findall(r"[a-z']+", plain)
    counts = {
        language: sum(word in known for word in seen)
        for language, known in manner.STOPWORDS.items()
    }
    best = max(counts, key=lambda language: counts[language])
    others = [count for language, count in counts.items() if language != best]
    return best if counts[best] >= 4 and counts[best] > 2 * max(others, default=0) else ""
