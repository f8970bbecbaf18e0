"""Between the hub's records and the words of a recipient. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relevo.adapters.clearing_house_files.language import RecordLanguage
from relevo.adapters.clearing_house_files.settings import FileAccount
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    HubState,
    PortStateSeen,
    SendPortRequest,
    Witness,
)
from relevo.porting.profile import HubKind, Operator, PortingProfile, Window
from relevo.values.moment import Moment

_CAUSES: Mapping[str, str] = {"customer": "SUBSCRIBER", "error": "ERROR"}
_TECHNICAL = "TECHNICAL"


class Translation:
    """One hub, under one country's rules."""

    def __init__(
        self, account: FileAccount, language: RecordLanguage, rules: PortingProfile
    ) -> None:
        self._account = account
        self._words = language
        self._rules = rules

    def request(self, asked: SendPortRequest) -> Any:
        """Our request as a record. Raises ValueError naming what is missing."""
        recipient = self._operator(asked.recipient)
        if asked.address is None:
            raise ValueError("address: the fixed hub needs it; tell where the line is")
        contact = self._account.contact
        local = self._rules.calendar(HubKind.FIXED).local
        request = self._words.FixedPortRequest(
            process_id=asked.contract_code,
            recipient=recipient.fixed_code,
            holder=asked.holder,
            address=asked.address,
            lines=self._words.lines_of(recipient.nrn_fixed, [asked.number]),
            contact=self._words.Contact(
                name=contact.name, phone=contact.phone, email=contact.email
            ),
            requested_on=local(asked.consent_at).date(),
            preferred=None if asked.window is None else asked.window.opens,
        )
        return self._words.request_record(request)

    def cancellation(self, contract_code: str, why: str) -> Any:
        """Our wish to have it back, as a record."""
        cause = self._words.CancelCause[_CAUSES.get(why, _TECHNICAL)]
        kind = self._words.Kind.CANCEL
        return self._words.Record(
            kind=kind, process_id=contract_code, values={"cancel_cause": cause}
        )

    def taken(self, asked: SendPortRequest, at: Moment) -> HubAccepted:
        """The file was taken. The donor's answer names the window; until then it is our wish."""
        return HubAccepted(
            reference=asked.contract_code,
            donor=asked.donor,
            window=asked.window or self._rules.default_window(HubKind.FIXED, at),
            reply_due=self._rules.reply_due(HubKind.FIXED, at),
        )

    def read(self, record: Any, published_at: Moment) -> PortStateSeen | HubDeclined | None:
        """What a record says to the recipient that asked; None when it says nothing to him."""
        kinds, kind = self._words.Kind, record.kind
        if kind is kinds.QUEUED:
            return _seen(
                record, HubState.REQUESTED, published_at, expected_on=record.day("expected_on")
            )
        if kind is kinds.ACCEPTED:
            window = Window(opens=record.moment("opens"), closes=record.moment("closes"))
            return _seen(record, HubState.CONFIRMED, published_at, window=window)
        if kind in {kinds.DENIED_BY_HUB, kinds.DENIED_BY_DONOR, kinds.REJECTED_LATE}:
            cause = record.text("cause")
            return _seen(record, HubState.REJECTED, published_at, cause=cause)
        if kind in {kinds.MOVED, kinds.MOVED_AGAIN}:
            return _seen(record, HubState.PORTED, record.moment("effective_at"))
        if kind is kinds.UNREADABLE:
            return _unreadable(record)
        return self._of_a_cancellation(record)

    def _of_a_cancellation(self, record: Any) -> PortStateSeen | HubDeclined | None:
        kinds, kind = self._words.Kind, record.kind
        if kind is kinds.CANCEL_DENIED:
            return _declined(record.text("cause"), record.text("remarks"))
        if kind is not kinds.CANCEL_STATUS:
            return None
        if record.text("state") == self._words.DONE:
            return _seen(record, HubState.CANCELLED, record.moment("at"))
        return _declined(f"{kind} {record.text('state')}", "a state that nobody explained to us")

    def _operator(self, name: str) -> Operator:
        found = self._rules.operator(name)
        if found is None:
            raise ValueError(f"recipient: {name!r} is not known; check operators.toml")
        return found


def _declined(code: str, text: str) -> HubDeclined:
    return HubDeclined(code=code, text=text, of="cancellation")


def _unreadable(record: Any) -> HubDeclined:
    return HubDeclined(
        code=str(record.kind),
        text=record.text("remarks"),
        of="request",
        field=f"field {record.text('wrong_field')}",
    )


def _seen(record: Any, state: HubState, at: Moment, **more: Any) -> PortStateSeen:
    return PortStateSeen(
        reference=record.process_id, state=state, witness=Witness.MAILBOX, at=at, **more
    )
