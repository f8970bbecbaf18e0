"""The counterparts' codes and the operators, from their tables. An unknown code gets no default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from relevo.porting.profile import (
    HubAnswer,
    HubKind,
    Operator,
    Reaction,
    Rejection,
    RejectionReason,
    Resubmit,
    WhoActs,
)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Codes:
    """What each code means."""

    rejections: Mapping[tuple[HubKind, str], Rejection]
    answers: Mapping[str, HubAnswer]
    operators: tuple[Operator, ...]

    def rejection(self, hub: HubKind, code: str) -> Rejection:
        return self.rejections.get((hub, code)) or unrecognised(code)

    def hub_answer(self, code: str) -> HubAnswer:
        return self.answers.get(code) or HubAnswer(code, Reaction.UNRECOGNISED)

    def operator(self, name: str) -> Operator | None:
        return next((known for known in self.operators if known.name == name), None)

    def operator_coded(self, hub: HubKind, code: str) -> Operator | None:
        for known in self.operators:
            if code == (known.mobile_code if hub is HubKind.MOBILE else known.fixed_code):
                return known
        return None


def unrecognised(code: str) -> Rejection:
    """A cause of which we do not know what it means: somebody's task."""
    return Rejection(
        code,
        RejectionReason.UNRECOGNISED,
        WhoActs.DESK,
        Resubmit.NEVER,
        "rejection.unrecognised",
    )


def read_codes(
    reasons: Iterable[Row], answers: Iterable[Row], operators: Iterable[Mapping[str, Any]]
) -> Codes:
    """Raises ValueError when a row names what our words do not know."""
    return Codes(
        rejections={(HubKind(row["hub"]), row["code"]): _rejection(row) for row in reasons},
        answers={row["code"]: HubAnswer(row["code"], Reaction(row["reaction"])) for row in answers},
        operators=tuple(_operator(row) for row in operators),
    )


def _rejection(row: Row) -> Rejection:
    return Rejection(
        code=row["code"],
        reason=RejectionReason(row["reason"]),
        who_acts=WhoActs(row["who_acts"]),
        resubmit=Resubmit(row["resubmit"]),
        remedy=row["remedy"],
    )


def _operator(row: Mapping[str, Any]) -> Operator:
    return Operator(
        name=row["name"],
        label=row["label"],
        mobile_code=row["mobile_code"],
        fixed_code=row["fixed_code"],
        nrn_mobile=row["nrn_mobile"],
        nrn_fixed=row["nrn_fixed"],
    )
