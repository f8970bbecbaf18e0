"""What the hub's witnesses say, in our words: mailboxes, queries, daily files. Pure.

The codes are the country's, the names are shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.adapters.clearing_house_soap.names import HubNames
from relevo.porting.migration.messages import (
    MigrationSeen,
    MigrationState,
    NumberMigrationSeen,
    NumberMigrationState,
)
from relevo.porting.multiple.messages import MultipleSeen
from relevo.porting.number_return.messages import ReturnSeen, ReturnState
from relevo.porting.port_in.messages import HubState, PortStateSeen, Witness
from relevo.porting.port_out.messages import NumberAsked, PortOutAsked, PortOutSeen
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.reconcile import FileRow

_STATES: Mapping[str, HubState] = {
    "SENT": HubState.REQUESTED,
    "REQUESTED": HubState.REQUESTED,
    "ACCEPTED": HubState.REQUESTED,
    "CONFIRMED": HubState.CONFIRMED,
    "REJECTED": HubState.REJECTED,
    "CANCELLED": HubState.CANCELLED,
    "PORTED": HubState.PORTED,
}


class Reading:
    """One hub, under one country's rules."""

    def __init__(self, language: HubLanguage, rules: PortingProfile) -> None:
        self._language = language
        self._rules = rules
        self._names = HubNames(rules)

    def seen(self, status: Any, witness: Witness) -> PortStateSeen:
        """What a mailbox or a query says of a request."""
        return PortStateSeen(
            **self._said(status, witness),
            donor=self._names.operator_coded(status.donor),
            donor_cancellation=status.donor_cancellation or "",
        )

    def seen_multiple(self, status: Any, witness: Witness) -> MultipleSeen:
        """What a mailbox or a query says of a request for many numbers."""
        return MultipleSeen(
            **self._said(status, witness),
            confirmed=status.confirmed,
            awaits_agreement=status.awaits_agreement,
        )

    def seen_out(self, status: Any, witness: Witness) -> PortOutSeen:
        """What a mailbox or a query says of a request to us."""
        return PortOutSeen(**self._said(status, witness), confirmed=status.confirmed)

    def asked_of_us(self, request: Any) -> PortOutAsked:
        """A request to us. Raises ValueError when we do not know who asks, or whom."""
        status = request.status
        us, recipient = (
            self._names.operator_coded(status.donor),
            self._names.operator_coded(status.recipient),
        )
        if not (us and recipient):
            unknown = status.recipient if us else status.donor
            raise ValueError(f"{status.reference}: no operator has {unknown}; check operators.toml")
        opens, made_at = status.window_opens, request.created_at
        return PortOutAsked(
            reference=status.reference,
            hub=HubKind.MOBILE,
            donor=us,
            recipient=recipient,
            document_type=request.document_type,
            document_number=request.document_number,
            numbers=tuple(NumberAsked(number=n.msisdn, iccid=n.iccid) for n in status.numbers),
            is_multiple=status.is_multiple,
            asked_at=made_at,
            answer_from=self._rules.reply_from(HubKind.MOBILE, made_at),
            answer_until=status.state_due or self._rules.reply_due(HubKind.MOBILE, made_at),
            window=self._names.window_or_default(opens, made_at),
            rules=self._rules.code,
        )

    def _said(self, status: Any, witness: Witness) -> dict[str, Any]:
        """What every witness of a request says, whoever reads it."""
        opens = status.window_opens
        return {
            "reference": status.reference,
            "state": _STATES[status.state.name],
            "witness": witness,
            "at": status.changed_at,
            "cause": status.cause or "",
            "window": self._names.window(opens) if opens else None,
        }

    def seen_return(self, status: Any, witness: Witness) -> ReturnSeen:
        """What the hub says of a return."""
        opens = status.window_opens
        return ReturnSeen(
            reference=status.reference,
            number=status.msisdn,
            state=ReturnState[status.state.name],
            witness=witness,
            at=status.changed_at,
            cause=status.cause or "",
            window=self._names.window(opens) if opens else None,
        )

    def row(self, row: Any) -> FileRow | None:
        """A line of the daily file; None when it is about something else than a port."""
        state = _row_state(row, self._language.words.HubState)
        if state is None:
            return None
        return FileRow(
            reference=row.reference,
            state=_STATES[state],
            at=row.changed_at,
            number=row.msisdn,
            recipient=self._names.operator_coded(row.recipient),
            donor=self._names.operator_coded(row.donor),
        )

    def return_row(self, row: Any) -> ReturnSeen | None:
        """A line of the daily file about a return; None when it is about something else."""
        state = _row_state(row, self._language.codec.ReturnState)
        if state is None or row.msisdn is None:
            return None
        return ReturnSeen(
            reference=row.reference,
            number=row.msisdn,
            state=ReturnState[state],
            witness=Witness.FILE,
            at=row.changed_at,
        )

    def migration_row(self, row: Any) -> MigrationSeen | NumberMigrationSeen | None:
        """A line of the daily file about a migration, or about one number of it."""
        witness, at = Witness.FILE, row.changed_at
        state = _row_state(row, self._language.codec.MigrationState)
        if state is not None:
            said = MigrationState[state]
            return MigrationSeen(reference=row.reference, state=said, witness=witness, at=at)
        state = _row_state(row, self._language.codec.NumberMigrationState)
        if state is None or row.msisdn is None:
            return None
        return NumberMigrationSeen(
            reference=row.reference,
            number=row.msisdn,
            state=NumberMigrationState[state],
            witness=witness,
            at=at,
        )


def _row_state(row: Any, states: Any) -> str | None:
    """The name of a row's state, when it is one of this kind of process."""
    try:
        return str(states(row.state).name)
    except ValueError:
        return None
