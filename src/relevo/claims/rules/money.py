"""Rules 2 and 8: an amount is that of the calculation, to the cent, and rests on its rule."""

from __future__ import annotations

import re
from decimal import Decimal

from relevo.claims.amounts import BILL, MONTH, MONTHS, OWED, topic_of
from relevo.claims.facts import facts_with
from relevo.claims.lexicon import pattern
from relevo.claims.model import Finding, KnownFact, Snapshot
from relevo.claims.spot import MoneySeen, money_in
from relevo.claims.subjects import Spoken

_RULE = re.compile(r"\b([a-z]{2}(?:\.[a-z_]+){1,3})\b")
_SERVICE = re.compile(
    r"\.(?:voice|internet|inet|delay|install\w*|visit|missed|port\w*|outage|data|sms)"
)
_PARTS_OF_A_RULE = 2
_DELAY_RULE = re.compile(
    r"\b(?:por|for)\s+(?:el |the |un |a )?(?:retraso|demora|delay)[^.;]{0,25}(?:portabilidad|port"
    r"|cambio|move)"
)
_DECREE = re.compile(
    r"\b(?:real decreto|rd|decreto|ley|royal decree|decree|act)\s+(\d{1,4}/\d{4})"
    r"|\bdecreto de (?:indemniz|compens)\w+"
)
_KNOWN_LAWS = frozenset(
    {"899/2009", "11/2022", "10/2025", "2296/2004", "25/2007", "1/2007", "3/2014"}
)
_NOT_OURS = re.compile(
    r"\b(?:no|not|en vez de|en lugar de|instead of|rather than|olvida los?|forget the|up to|hasta"
    r"|mas de|more than|over|above|below|under|superior a|menos de)\s+(?:los "
    r"|the |unos )?$"
)
_TIED = (
    r"\s*(?:(?:will be|is|are|was|has been) )?(?:credited |paid |owed |due )?"
    r"(?:de compensacion |of compensation )?(?:del?|de la|por el|por la|por|para el|for|of|on)"
    r"(?: the| el| la| tu| your)?(?: numero| linea| number| line| movil| fijo)?"
    r"(?: (?:internet|fibra|datos|fibre|broadband|telefonia|voz|voice)"
    r"(?: (?:en|del?|on|for|of)(?: (?:el|la|the|your|tu|su))?)?)?\s*"
)
_UNTAXED = re.compile(
    r"\b(?:mas (?:el )?iva|sin iva|iva (?:no incluido|aparte|excluido)|antes de(?:l)? iva"
    r"|antes de impuestos|plus vat|excluding vat|ex(?:cl)?\.? vat|before (?:vat|tax)"
    r"|vat (?:not included|excluded))\b"
)
_TAXED = re.compile(
    r"\b(?:iva incluido|con iva|impuestos incluidos|including vat|incl\.? vat|vat included)\b"
)
_NEAR = 30
_BY_MONTH = re.compile(r"^bill:\d{4}-\d{2}$")


def findings(
    parts: tuple[Spoken, ...], snapshot: Snapshot, taken_back: frozenset[Decimal] = frozenset()
) -> list[Finding]:
    """Amounts and rules against those of the facts; none of amounts that a text takes back."""
    found: list[Finding] = []
    topic = ""
    for part in parts:
        text = part.sentence.text
        for money in money_in(text):
            topic = topic_of(text, money, topic)
            manner = part.sentence.manner(money.start, money.end)
            if manner.asked or manner.reported or money.amount in taken_back:
                continue
            if _NOT_OURS.search(text[: money.start]) or (
                manner.negated and len(money_in(text)) > 1
            ):
                continue
            found += _amount(part, money, topic, snapshot)
        if not money_in(text):
            topic = "owed" if OWED.search(text) else "bill" if BILL.search(text) else topic
        found += [*_rules(part, snapshot), *_articles(part, snapshot), *_given(part, snapshot)]
    return found


def _of_month(text: str, bills: list[KnownFact]) -> list[KnownFact]:
    """Of bills that are kept by month, the one whose month is named, when it is one."""
    named = {number for word, number in MONTHS.items() if word in text}
    own = [f for f in bills if _BY_MONTH.search(f.subject) and int(f.subject[-2:]) in named]
    return own if len(own) == 1 and MONTH.search(text) else bills


def _amount(part: Spoken, money: MoneySeen, topic: str, snapshot: Snapshot) -> list[Finding]:
    span = part.sentence.span(money.start, money.end)
    says = f"{money.amount} EUR"
    owed = [*facts_with(snapshot, "compensation"), *facts_with(snapshot, "compensation_total")]
    bills = [fact for fact in facts_with(snapshot, "amount") if fact.subject[:4] == "bill"]
    every = {_cents(fact) for fact in snapshot.facts if fact.unit == "EUR" or fact in bills}
    match topic:
        case "owed":
            named = set(_subjects(part, money))
            own = [f for f in owed if f.subject in named and f.predicate == "compensation"]
            total = {_cents(f) for f in owed if f.predicate == "compensation_total"}
            known = ({_cents(f) for f in own} | (total if len(named) > 1 else set())) or {
                _cents(f) for f in owed
            }
            tied = set(_subjects(part, money)) if _is_tied(part, money) else set()
            if tied and not own and any(f.predicate == "compensation" for f in owed):
                return _wrong(span, says, set())
            if not owed:
                why = "nothing was calculated: no amount may be named"
                return [Finding(rule=8, span=span, says=says, facts_say="no amount", why=why)]
        case "bill":
            known = {_cents(fact) for fact in _of_month(part.sentence.text, bills)} | _sums(bills)
            if not bills:
                return [] if money.amount in every else _wrong(span, says, every)
        case "other":
            return []
        case _:
            known = every | _sums(bills) if bills else every
            if not known:
                return []
    if money.amount in known or (topic == "owed" and money.amount in _sums(owed)):
        taxed = {f.vat for f in (*owed, *bills) if f.vat and _cents(f) == money.amount}
        label = (_UNTAXED if taxed == {"included"} else _TAXED).search(
            part.sentence.text, money.end, money.end + _NEAR
        )
        if label and taxed in ({"included"}, {"excluded"}):
            why = "the amount stands with its own label of VAT"
            shown = f"VAT {min(taxed)}"
            return [Finding(rule=2, span=span, says=label[0], facts_say=shown, why=why)]
        return _written(money, span, says, part.sentence.language)
    return _wrong(span, says, known)


def _is_tied(part: Spoken, money: MoneySeen) -> bool:
    return any(
        each.numbers
        and each.start > money.end
        and re.fullmatch(_TIED, part.sentence.text[money.end : each.start])
        for each in part.named
    )


def _subjects(part: Spoken, money: MoneySeen) -> tuple[str, ...]:
    """The number that an amount is for: the one tied to it ("2,35 € del 876 …"), else near."""
    for each in part.named:
        between = part.sentence.text[money.end : each.start] if each.start > money.end else ""
        if each.numbers and re.fullmatch(_TIED, between):
            return each.numbers
    return part.about(money.start, money.end)


def _wrong(span: tuple[int, int], says: str, known: set[Decimal]) -> list[Finding]:
    shown = ", ".join(sorted(str(each) for each in known)) or "no amount is known"
    why = "the calculation gives another amount"
    return [Finding(rule=2, span=span, says=says, facts_say=shown, why=why)]


def _written(money: MoneySeen, span: tuple[int, int], says: str, language: str) -> list[Finding]:
    if language == "es" and money.separator == ".":
        why = "in Spanish the cents stand behind a comma"
        return [Finding(rule=2, span=span, says=says, facts_say=says, why=why, severity="warn")]
    return []


def _cents(fact: KnownFact) -> Decimal:
    if isinstance(fact.value, bool) or not isinstance(fact.value, int | float | str):
        return Decimal(-1)
    try:
        return Decimal(str(fact.value)).quantize(Decimal("0.01"))
    except ArithmeticError:
        return Decimal(-1)


def _sums(facts: list[KnownFact]) -> set[Decimal]:
    """What they come to together."""
    return {sum((_cents(f) for f in facts if f.predicate != "compensation_total"), Decimal(0))}


def _rules(part: Spoken, snapshot: Snapshot) -> list[Finding]:
    """Rule 8: the rule that is named is the one by which the amount was calculated."""
    text = part.sentence.text
    found = []
    owed = [fact for fact in snapshot.facts if fact.rule]
    for match in _RULE.finditer(text):
        if not _SERVICE.search(match[1]) and match[1].count(".") < _PARTS_OF_A_RULE:
            continue  # "es.La" is a sentence that ended without a space
        manner = part.sentence.manner(*match.span())
        if manner.asked or manner.reported or manner.negated:
            continue
        if not _is_the_rule(part, match, owed):
            names = ", ".join(sorted({fact.rule for fact in owed})) or "no rule"
            why = "the amount rests on another rule"
            span = part.sentence.span(*match.span())
            found.append(Finding(rule=8, span=span, says=match[1], facts_say=names, why=why))
    for match in (*_DECREE.finditer(text), *_DELAY_RULE.finditer(text)):
        manner = part.sentence.manner(*match.span())
        number = match[1] if match.re is _DECREE else None
        if (
            number in _KNOWN_LAWS
            or manner.asked
            or manner.reported
            or manner.negated
            or (manner.hedged and match.re is _DELAY_RULE)
            or not OWED.search(text)
        ):
            continue
        if match.re is _DELAY_RULE and any("delay" in fact.rule for fact in owed):
            continue
        span = part.sentence.span(*match.span())
        why = "no rule in force gives a compensation on that ground"
        found.append(Finding(rule=8, span=span, says=match[0], facts_say="no such rule", why=why))
    return found


_GIVES = pattern("style", "money", "given")


def _given(part: Spoken, snapshot: Snapshot) -> list[Finding]:
    """Rule 8: a compensation is granted where nothing was calculated."""
    if facts_with(snapshot, "compensation") or facts_with(snapshot, "compensation_total"):
        return []
    found = []
    for match in _GIVES.finditer(part.sentence.text):
        manner = part.sentence.manner(*match.span())
        if manner.is_stated and not manner.negated:
            span, why = part.sentence.span(*match.span()), "nothing was calculated"
            said = match[0]
            found.append(Finding(rule=8, span=span, says=said, facts_say="no amount", why=why))
    return found


_ARTICLE = re.compile(
    r"\b(?:articulo|art\.?|article)\s+(15|16)\b[^.;]{0,30}\b(?:899/2009|rd 899|real decreto 899"
    r"|royal decree 899)"
)
_ARTICLE_OF = {"15": "voice", "16": "net"}
"""RD 899/2009: article 15 is about the telephone service, 16 about internet access."""


def _articles(part: Spoken, snapshot: Snapshot) -> list[Finding]:
    """The article that is named is that of the service for which the amount is owed."""
    named = {n for each in part.named for n in each.numbers}
    rules = {f.rule for f in snapshot.facts if f.rule and (not named or f.subject in named)}
    found = []
    for match in _ARTICLE.finditer(part.sentence.text):
        if rules and not any(_ARTICLE_OF[match[1]] in rule for rule in rules):
            span = part.sentence.span(*match.span())
            why = "that article is about another service"
            shown = ", ".join(sorted(rules))
            found.append(Finding(rule=8, span=span, says=match[0], facts_say=shown, why=why))
    return found


def _is_the_rule(part: Spoken, match: re.Match[str], owed: list[KnownFact]) -> bool:
    """Of the amount or number that stands nearest to it in its clause; else of any."""
    text = part.sentence.text
    begin, end = part.sentence.clause(match.start())
    amounts = {m.amount for m in money_in(text[begin:end])} or (
        {m.amount for m in money_in(text)} if len(money_in(text)) == 1 else set()
    )
    named = {n for each in part.named if begin <= each.start < end for n in each.numbers}
    own = [
        fact
        for fact in owed
        if (not amounts or _cents(fact) in amounts) and (not named or fact.subject in named)
    ]
    return any(fact.rule.lower() == match[1] for fact in own or owed)
