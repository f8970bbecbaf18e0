"""Between the hub's values and ours. Pure; the codes are the country's, the names are shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    HubState,
    PortStateSeen,
    SendPortRequest,
    Witness,
)
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.porting.reconcile import FileRow
from relevo.values.moment import Moment

_STATES: Mapping[str, HubState] = {
    "SENT": HubState.REQUESTED,
    "REQUESTED": HubState.REQUESTED,
    "ACCEPTED": HubState.REQUESTED,
    "CONFIRMED": HubState.CONFIRMED,
    "REJECTED": HubState.REJECTED,
    "CANCELLED": HubState.CANCELLED,
    "PORTED": HubState.PORTED,
}
_CAUSES: Mapping[str, str] = {"customer": "SUBSCRIBER", "error": "ERROR"}
"""Why we take a request back; whatever else we say is of our own making, hence technical."""


class Translation:
    """One hub, under one country's rules."""

    def __init__(self, language: HubLanguage, rules: PortingProfile) -> None:
        self._language = language
        self._rules = rules

    def request(self, asked: SendPortRequest) -> Any:
        """Our request as the hub wants it. Raises ValueError for an operator it does not know."""
        donor = self._rules.operator(asked.donor)
        recipient = self._rules.operator(asked.recipient)
        if donor is None or recipient is None:
            unknown = asked.donor if donor is None else asked.recipient
            raise ValueError(f"operator: {unknown!r} is not known to the hub; check operators.toml")
        return self._language.words.MobilePortRequest(
            consented_at=asked.consent_at,
            donor=donor.mobile_code,
            recipient=recipient.mobile_code,
            holder=asked.holder,
            contract=asked.contract_code,
            nrn=recipient.nrn_mobile,
            msisdn=asked.number,
            window_opens=None if asked.window is None else asked.window.opens,
            iccid=asked.donor_iccid if asked.prepaid else None,
        )

    def cause(self, why: str) -> Any:
        """Our reason to take a request back, as the hub's."""
        return self._language.words.CancelCause[_CAUSES.get(why, "TECHNICAL")]

    def accepted(self, reply: Any, asked: SendPortRequest, at: Moment) -> HubAccepted:
        """A stored request. The reference says who the donor is; the hub may know better."""
        opens = reply.window_opens
        return HubAccepted(
            reference=reply.reference,
            donor=self._donor_in(reply.reference),
            window=self._window(opens) if opens else self._unnamed_window(asked, at),
            reply_due=reply.state_due or self._rules.reply_due(HubKind.MOBILE, at),
        )

    def adopted(self, status: Any, at: Moment) -> HubAccepted:
        """A request of ours that the hub stored although its answer was lost."""
        opens = status.window_opens
        window = self._window(opens) if opens else self._rules.default_window(HubKind.MOBILE, at)
        return HubAccepted(
            reference=status.reference,
            donor=self._donor_in(status.reference),
            window=window,
            reply_due=status.state_due or self._rules.reply_due(HubKind.MOBILE, at),
        )

    def declined(self, answer: Any, of: str, reply: Any = None) -> HubDeclined:
        """A refusal, with whatever the hub names in it."""
        fields = answer.wrong_fields
        right = getattr(reply, "right_donor", None)
        existing = getattr(reply, "existing", None)
        return HubDeclined(
            code=answer.code,
            text="; ".join([answer.description, *(f"{f.name}: {f.why}" for f in fields)]),
            of=of,
            field=fields[0].name if fields else "",
            right_donor=self.operator_coded(right) if right else "",
            live_reference=(existing.reference or "") if existing else "",
        )

    def seen(self, status: Any, witness: Witness) -> PortStateSeen:
        """What a mailbox or a query says of a request."""
        opens = status.window_opens
        return PortStateSeen(
            reference=status.reference,
            state=_STATES[status.state.name],
            witness=witness,
            at=status.changed_at,
            cause=status.cause or "",
            window=self._window(opens) if opens else None,
        )

    def row(self, row: Any) -> FileRow | None:
        """A line of the daily file; None when it is about something else than a port."""
        try:
            state = self._language.words.HubState(row.state)
        except ValueError:
            return None
        return FileRow(
            reference=row.reference,
            state=_STATES[state.name],
            at=row.changed_at,
            number=row.msisdn,
            recipient=self.operator_coded(row.recipient) if row.recipient else "",
        )

    def operator_coded(self, code: str) -> str:
        """The operator's name; empty when nobody has this code."""
        found = self._rules.operator_coded(HubKind.MOBILE, code)
        return "" if found is None else found.name

    def _donor_in(self, reference: str) -> str:
        try:
            donor = self._language.files.parse_reference(reference).donor
        except ValueError:
            return ""
        return self.operator_coded(donor)

    def _window(self, opens: Moment) -> Window:
        """The hub names the opening; how long a window is, the rules say."""
        day = self._rules.calendar(HubKind.MOBILE).local(opens).date()
        usual = self._rules.window_on(HubKind.MOBILE, day)
        return Window(opens=opens, closes=opens + (usual.closes - usual.opens))

    def _unnamed_window(self, asked: SendPortRequest, at: Moment) -> Window:
        return asked.window or self._rules.default_window(HubKind.MOBILE, at)
