"""Our requests as the hub wants them, and its replies to them. Pure.

The codes are the country's, the names are shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.adapters.clearing_house_soap.names import HubNames
from relevo.porting.multiple.messages import SendMultipleRequest
from relevo.porting.port_in.messages import HubAccepted, HubDeclined, SendPortRequest
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.values.moment import Moment

_CAUSES: Mapping[str, str] = {"customer": "SUBSCRIBER", "error": "ERROR"}
"""Why we take a request back; whatever else we say is of our own making, hence technical."""


class Translation:
    """One hub, under one country's rules."""

    def __init__(self, language: HubLanguage, rules: PortingProfile) -> None:
        self._language = language
        self._rules = rules
        self._names = HubNames(rules)

    def request(self, asked: SendPortRequest) -> Any:
        """Our request as the hub wants it. Raises ValueError for an operator it does not know."""
        donor, recipient = self._names.operator(asked.donor), self._names.operator(asked.recipient)
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

    def multiple(self, asked: SendMultipleRequest) -> Any:
        """Our request for many numbers as the hub wants it."""
        donor, recipient = self._names.operator(asked.donor), self._names.operator(asked.recipient)
        words = self._language.words
        return words.MultiplePortRequest(
            consented_at=asked.consent_at,
            donor=donor.mobile_code,
            recipient=recipient.mobile_code,
            holder=asked.holder,
            contract=asked.contract_code,
            nrn=recipient.nrn_mobile,
            numbers=tuple(words.Number(each.number, each.donor_iccid) for each in asked.numbers),
            window_opens=None if asked.window is None else asked.window.opens,
        )

    def cause(self, why: str) -> Any:
        """Our reason to take a request back, as the hub's."""
        return self._language.words.CancelCause[_CAUSES.get(why, "TECHNICAL")]

    def accepted(self, stored: Any, wish: Window | None, at: Moment) -> HubAccepted:
        """A stored request: the reply to it, or the request as the hub shows it.

        The reference says who the donor is; the hub may know better.
        """
        return HubAccepted(
            reference=stored.reference,
            donor=self._donor_in(stored.reference),
            window=(
                wish
                if wish is not None and stored.window_opens is None
                else self._names.window_or_default(stored.window_opens, at)
            ),
            reply_due=stored.state_due or self._rules.reply_due(HubKind.MOBILE, at),
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
            right_donor=self._names.operator_coded(right),
            live_reference=(existing.reference or "") if existing else "",
        )

    def _donor_in(self, reference: str) -> str:
        try:
            donor = self._language.files.parse_reference(reference).donor
        except ValueError:
            return ""
        return self._names.operator_coded(donor)
