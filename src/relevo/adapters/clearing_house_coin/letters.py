"""Our messages in the library's words. Pure but for the library's builders."""

from __future__ import annotations

import re
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from coin_sdk.number_portability.messages.cancel import (  # type: ignore[import-untyped]
    CancelBuilder,
)
from coin_sdk.number_portability.messages.portingperformed import (  # type: ignore[import-untyped]
    PortingPerformedBuilder,
)
from coin_sdk.number_portability.messages.portingrequest import (  # type: ignore[import-untyped]
    PortingRequestBuilder,
)
from coin_sdk.number_portability.messages.portingrequest.porting_request_builder import (  # type: ignore[import-untyped]
    ContractType,
)
from coin_sdk.number_portability.messages.portingrequestanswer import (  # type: ignore[import-untyped]
    PortingRequestAnswerBuilder,
)

from relevo.adapters.clearing_house_coin.reading import Letter
from relevo.porting.port_in.messages import PerformPort, SendPortCancellation, SendPortRequest
from relevo.porting.profile import PortingProfile
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

_HOUSE = re.compile(r"\b(\d{1,5})[ -]?([0-9A-Za-z]{0,4})$")


class CoinRules(PortingProfile, Protocol):
    """What this client needs of a country beyond what every country says."""

    @property
    def calling_code(self) -> str:
        """Of its numbers, for example 31."""

    @property
    def contract(self) -> str:
        """What a request says of the donor's contract; empty: nothing."""


class Writer:
    """Writes as one operator, at a moment."""

    def __init__(self, rules: CoinRules, operator: str) -> None:
        self._rules = rules
        self._zone = ZoneInfo(rules.zone)
        self._us = self.code_of(operator)

    def code_of(self, operator: str) -> str:
        """The network's code. Raises ValueError for an operator that the house does not know."""
        found = self._rules.operator(operator)
        if found is None:
            raise ValueError(f"operator: {operator!r} is not known; check operators.toml")
        return found.mobile_code

    def dossier(self, contract_code: str) -> str:
        """Our id of a request as the house shows them: the operator, a dash, the rest."""
        return f"{self._us}-{contract_code.removeprefix(self._us)}"

    def is_ours(self, dossier: str) -> bool:
        """Whether we opened it."""
        return dossier.startswith(f"{self._us}-")

    def contract_code(self, dossier: str) -> str:
        """The other way round."""
        return self._us + dossier.removeprefix(f"{self._us}-")

    def national(self, number: Msisdn) -> str:
        """A number as the house wants it: with a zero for the country code."""
        return "0" + number.removeprefix(f"+{self._rules.calling_code}")

    def digits(self, at: Moment) -> str:
        """A moment in fourteen digits of local time."""
        return f"{at.astimezone(self._zone):%Y%m%d%H%M%S}"

    def request(self, asked: SendPortRequest, at: Moment) -> Any:
        """A ``portingrequest``."""
        donor, number = self.code_of(asked.donor), self.national(asked.number)
        builder = (
            PortingRequestBuilder()
            .set_header(self._us, donor)
            .set_dossierid(self.dossier(asked.contract_code))
            .set_recipientnetworkoperator(self._us)
            .set_donornetworkoperator(donor)
            .set_customerinfo(**_customer(asked))
        )
        if self._rules.contract:
            builder.set_contract(ContractType(self._rules.contract))
        series = builder.add_porting_request_seq().set_number_series(number, number)
        return self._dated(series.finish().build(), at)

    def cancel(self, asked: SendPortCancellation, at: Moment) -> Any:
        """A ``cancel``."""
        builder = (
            CancelBuilder()
            .set_header(self._us, self.code_of(asked.donor))
            .set_dossierid(asked.reference)
        )
        return self._dated(builder.build(), at)

    def performed(self, asked: PerformPort, at: Moment) -> Any:
        """A ``portingperformed``."""
        donor, number = self.code_of(asked.donor), self.national(asked.number)
        builder = (
            PortingPerformedBuilder()
            .set_header(self._us, donor)
            .set_dossierid(asked.reference)
            .set_recipientnetworkoperator(self._us)
            .set_donornetworkoperator(donor)
            .set_actualdatetime(self.digits(at))
        )
        series = builder.add_porting_performed_seq().set_number_series(number, number)
        return self._dated(series.finish().build(), at)

    def answer(self, request: Letter, at: Moment, *, no: str) -> Any:
        """A ``portingrequestanswer``: a yes from now on, or a no with this code."""
        builder = (
            PortingRequestAnswerBuilder()
            .set_header(self._us, request.sender)
            .set_dossierid(request.content.dossierid)
            .set_blocking("Y" if no else "N")
        )
        for series in request.content.series:
            seq = builder.add_porting_request_answer_seq()
            seq.set_number_series(series.start, series.end)
            seq.set_donornetworkoperator(self._us).set_firstpossibledate(self.digits(at))
            if no:
                seq.set_blockingcode(no)
            seq.finish()
        return self._dated(builder.build(), at)

    def _dated(self, message: Any, at: Moment) -> Any:
        """With our time: the library writes the machine's, in whatever zone that stands."""
        message.get_message().header.timestamp = self.digits(at)
        return message


def _customer(asked: SendPortRequest) -> dict[str, str]:
    """What the house may be told of the holder; an address only where we have one."""
    name = "companyname" if asked.holder.business else "lastname"
    told = {name: asked.holder.name[:70]}
    if asked.address is None:
        return told
    told["postcode"] = asked.address.postcode.replace(" ", "").upper()[:6]
    house = _HOUSE.search(asked.address.street)
    if house is not None:
        told["housenr"] = house[1]
        told |= {"housenrext": house[2]} if house[2] else {}
    return told
