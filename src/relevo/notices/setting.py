"""What a text is made from, and the rows that several texts have in common. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relevo.activation.activation.messages import Capability
from relevo.notices.model import Credit, Knowledge, LineSeen
from relevo.notices.profile import VoiceRules
from relevo.notices.render import Language
from relevo.notices.say import is_partial
from relevo.values.moment import Moment
from relevo.values.msisdn import national, spoken

HISTORY_MAX = 12
IN_ORDER = tuple(str(each) for each in Capability)
"""Capabilities as a person would name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Everything that a text is made from."""

    known: Knowledge
    rules: VoiceRules
    language: Language
    at: Moment

    def number(self, line: LineSeen) -> str:
        """The line as it is called: its number as it is read out."""
        return spoken(line.number) if line.number else self.language.phrase("unnumbered.other")

    def operator(self, name: str) -> str:
        """The operator as customers read it."""
        known = self.rules.operator(name)
        return known.label if known else name.capitalize()

    def moment(self, moment: Moment | None) -> str:
        return self.language.moment(moment, self.rules.zone) if moment else ""

    def deadline(self, moment: Moment | None) -> str:
        return self.language.deadline(moment, self.rules.zone) if moment else ""

    def window(self, line: LineSeen) -> str:
        """The line's window, unless it has moved already."""
        if line.window is None or line.moved_at is not None:
            return ""
        return self.language.window(line.window, self.rules.zone)


def row_of(setting: Setting, line: LineSeen) -> dict[str, str]:
    """The slots that every sentence about a line may use."""
    return {
        "number": setting.number(line),
        "kind": setting.language.phrase(f"kind.{line.kind}"),
        "donor": setting.operator(line.donor),
        "window": setting.window(line),
    }


def numbers_of(setting: Setting, lines: Sequence[LineSeen]) -> str:
    """The lines' numbers in one phrase."""
    return setting.language.listed([setting.number(line) for line in lines])


def capability_row(setting: Setting, line: LineSeen) -> dict[str, str]:
    """What works and what does not, as two lists of short phrases."""
    language = setting.language
    lacking = {each.partition(":")[0] for each in line.lacking}
    works = [each for each in IN_ORDER if each in line.works and each not in lacking]
    does = [language.phrase(f"does.{each}") for each in works]
    lacks = []
    for each in sorted(line.lacking, key=lambda e: IN_ORDER.index(e.partition(":")[0])):
        name, _, networks = each.partition(":")
        named = language.listed([setting.operator(n) for n in networks.split(",") if n])
        key = "lacks.some" if networks else f"lacks.{name}"
        lacks.append(language.phrase(key, networks=named))
    return {
        "number": setting.number(line),
        "does": language.listed(does),
        "lacks": language.listed(lacks),
        "both": "yes" if does and lacks else "",
        "nothing": "yes" if lacks and not does else "",
    }


def troubled_rows(setting: Setting) -> tuple[tuple[LineSeen, ...], list[dict[str, str]]]:
    """The lines that do not do all that they should, and what is so for each."""
    lines, rows = [], []
    for line in setting.known.lines:
        dead = line.dead_since is not None
        partial = is_partial(line) and bool(line.lacking)
        if not dead and not partial:
            continue
        row = {"number": setting.number(line), "donor": setting.operator(line.donor)}
        if dead:
            row |= {"dead": "yes", "back_by": setting.deadline(line.back_by)}
        else:
            row |= capability_row(setting, line)
        lines.append(line)
        rows.append(row)
    return tuple(lines), rows


def waiting_rows(setting: Setting) -> list[dict[str, str]]:
    """The lines that have no day for their move, and those that wait for the customer's word."""
    rows = []
    for line in setting.known.lines:
        has_day = line.moved_at is not None or line.window is not None
        if line.out or has_day or not (line.undecided or line.moving):
            continue
        row = {"number": setting.number(line)}
        if line.undecided and line.number:
            row["digits"] = national(line.number)
        else:
            row["undated"] = "yes"
        rows.append(row)
    return rows


def history_rows(setting: Setting) -> list[dict[str, str]]:
    """The short history of the final letter."""
    rows = []
    for step in setting.known.history[-HISTORY_MAX:]:
        line = setting.known.line(step.line)
        what = setting.language.phrase(
            f"history.{step.what}",
            number=setting.number(line) if line else setting.known.order,
            recipient=setting.operator(setting.known.recipient),
        )
        rows.append({"when": setting.moment(step.at), "what": what})
    return rows


def credit_row(setting: Setting, credit: Credit) -> dict[str, str]:
    """What is owed for a line: date, duration and calculation (RD 899/2009, article 15)."""
    language = setting.language
    line = setting.known.line(credit.line)
    return {
        "number": setting.number(line) if line else credit.line,
        "duration": language.duration(credit.minutes),
        "from": setting.deadline(credit.dead_from),
        "until": setting.deadline(credit.dead_until),
        "amount": language.money(credit.amount_eur_cents),
        "average": language.money(credit.average_3m_eur_cents),
        "factor": str(credit.factor),
        "fee": language.money(credit.monthly_fee_eur_cents),
        "minutes": str(credit.minutes),
        "month_minutes": str(credit.month_minutes),
        "automatic": "yes" if credit.automatic else "",
        "claimed": "" if credit.automatic else "yes",
    }
