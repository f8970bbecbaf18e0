"""How a donor answers in Spain: its times from ``terms.toml``, its causes from a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relevo.porting.profile import DonorTerms, HubKind, RejectionReason
from relevo.profiles.terms import Terms, TermsFault


def donor_terms(terms: Terms, causes: Iterable[Mapping[str, str]], hub: HubKind) -> DonorTerms:
    """The terms of the donor at one hub."""
    return DonorTerms(
        answer_after_minutes=terms.number(f"{hub}.answer_after_minutes"),
        answer_within_minutes=terms.number(f"{hub}.answer_within_minutes"),
        hold_answer_before_minutes=terms.number(f"{hub}.hold_answer_before_minutes"),
        alarm_share_percent=terms.number(f"{hub}.answer_alarm_share_percent"),
        alarm_before_minutes=terms.number(f"{hub}.answer_alarm_before_minutes"),
        retry_minutes=terms.number(f"{hub}.answer_retry_minutes"),
        undo_days=terms.number(f"{hub}.undo_days"),
        causes=_causes(causes, hub),
    )


def _causes(rows: Iterable[Mapping[str, str]], hub: HubKind) -> dict[RejectionReason, str]:
    found: dict[RejectionReason, str] = {}
    for row in rows:
        if not row["source"]:
            raise TermsFault(f"donor_causes.csv: {row['reason']} has no source; write it")
        if row["hub"] == hub.value:
            found[RejectionReason(row["reason"])] = row["code"]
    return found
