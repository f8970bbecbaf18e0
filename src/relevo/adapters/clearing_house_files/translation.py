"""Between the hub's records and our words. Pure."""

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
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.values.moment import Moment

_CAUSES: Mapping[str, str] = {"customer": "01", "error": "03"}
_TECHNICAL = "02"
UNREADABLE = "FERROR"


class Translation:
    """One hub, under one country's rules."""

    def __init__(
        self, account: FileAccount, language: RecordLanguage, rules: PortingProfile
    ) -> None:
        self._account = account
        self._language = language
        self._rules = rules

    def code_of(self, operator: str) -> str:
        """The operator's code at this hub. Raises ValueError when it has none."""
        found = self._rules.operator(operator)
        if found is None:
            raise ValueError(f"operator: {operator!r} is not known; check operators.toml")
        return found.fixed_code

    def request(self, asked: SendPortRequest) -> bytes:
        """Our request as a record. Raises ValueError naming what is missing."""
        recipient = self._rules.operator(asked.recipient)
        if recipient is None:
            raise ValueError(f"recipient: {asked.recipient!r} is not known; check operators.toml")
        if asked.address is None:
            raise ValueError("address: the fixed hub needs it; tell where the line is")
        contact = self._account.contact
        local = self._rules.calendar(HubKind.FIXED).local
        request = self._language.FixedPortRequest(
            process_id=asked.contract_code,
            recipient=recipient.fixed_code,
            holder=asked.holder,
            address=asked.address,
            nrn=recipient.nrn_fixed,
            number=asked.number,
            contact=self._language.Contact(
                name=contact.name, phone=contact.phone, email=contact.email
            ),
            requested_on=local(asked.consent_at).date(),
            preferred=None if asked.window is None else asked.window.opens,
        )
        return self._language.encode_sp(request)

    def cancellation(self, contract_code: str, why: str) -> bytes:
        """Our wish to have it back, as a record."""
        return self._language.encode_cnc(contract_code, cause=_CAUSES.get(why, _TECHNICAL))

    def taken(self, asked: SendPortRequest, at: Moment) -> HubAccepted:
        """The file was taken. The donor's answer names the window; until then it is our wish."""
        return HubAccepted(
            reference=asked.contract_code,
            donor=asked.donor,
            window=asked.window or self._rules.default_window(HubKind.FIXED, at),
            reply_due=self._rules.reply_due(HubKind.FIXED, at),
        )

    def read(self, record: Any, published_at: Moment) -> PortStateSeen | HubDeclined | None:
        """What a record says; None when it is about another operator's number."""
        words = self._language
        if isinstance(record, words.Accepted):
            window = Window(opens=record.opens, closes=record.closes)
            return _seen(record, HubState.CONFIRMED, published_at, window=window)
        if isinstance(record, words.Denied):
            return _seen(record, HubState.REJECTED, published_at, cause=record.cause)
        if isinstance(record, words.Moved):
            return self._moved(record)
        if isinstance(record, words.CancelDone):
            return _seen(record, HubState.CANCELLED, record.at)
        if isinstance(record, words.CancelDenied):
            return HubDeclined(code=record.cause, text=record.remarks, of="cancellation")
        if isinstance(record, words.FormatError):
            return HubDeclined(
                code=UNREADABLE, text=record.text, of="request", field=f"field {record.field}"
            )
        return _seen(record, HubState.REQUESTED, published_at)  # it is queued at the hub

    def _moved(self, record: Any) -> PortStateSeen | None:
        """A number moved; every operator is told, and only those that came to us are ours."""
        if record.recipient != self.code_of(self._account.operator):
            return None
        return _seen(record, HubState.PORTED, record.effective_at)


def _seen(
    record: Any, state: HubState, at: Moment, *, cause: str = "", window: Window | None = None
) -> PortStateSeen:
    return PortStateSeen(
        reference=record.process_id,
        state=state,
        witness=Witness.MAILBOX,
        at=at,
        cause=cause,
        window=window,
    )
