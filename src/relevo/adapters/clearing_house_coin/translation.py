"""Between the house's letters and our messages. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.adapters.clearing_house_coin.letters import CoinRules, Writer
from relevo.adapters.clearing_house_coin.reading import Letter, NumberSeries, from_digits
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    HubState,
    PortStateSeen,
    SendPortRequest,
    Witness,
)
from relevo.porting.port_out.messages import NumberAsked, PortOutAsked, PortOutSeen
from relevo.porting.profile import HubKind
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn, number_kind

NUMBERS_MAX = 10_000
"""A series longer than this is no request that one customer could make."""


class Translation:
    """One house, under one country's rules, for one operator."""

    def __init__(self, rules: CoinRules, writer: Writer, operator: str) -> None:
        self._rules = rules
        self._writer = writer
        self._operator = operator

    def taken(self, asked: SendPortRequest, at: Moment) -> HubAccepted:
        """A request that was taken. The window is ours to choose; the house knows of none."""
        return HubAccepted(
            reference=self._writer.dossier(asked.contract_code),
            donor=asked.donor,
            window=asked.window or self._rules.default_window(asked.hub, at),
            reply_due=self._rules.reply_due(asked.hub, at),
        )

    def news(self, letter: Letter) -> Sequence[PortStateSeen | HubDeclined]:
        """What a letter says of a request of ours."""
        match letter.kind:
            case "portingrequestanswer":
                return [self._answer(letter)]
            case "pradelayed":
                return [self._delayed(letter)]
            case "cancel":
                return [self._seen(letter, HubState.CANCELLED)]
            case "portingperformed":
                return [self._seen(letter, HubState.PORTED)]
            case "errorfound":
                return [_declined(letter)]
            case _:
                return []

    def donor_news(self, letter: Letter) -> PortOutAsked | PortOutSeen | None:
        """What a letter says to us as the donor; None when we are not."""
        content = letter.content
        match letter.kind:
            case "portingrequest":
                return self.asked(letter)
            case "cancel":
                return self._seen_out(letter, HubState.CANCELLED, letter.at)
            case "portingperformed" if self._is_us(content.donornetworkoperator):
                moved_at = content.actualdatetime
                at = from_digits(moved_at, self._rules.zone) if moved_at else letter.at
                return self._seen_out(letter, HubState.PORTED, at)
            case _:
                return None

    def asked(self, letter: Letter) -> PortOutAsked:
        """A request to us. The house names no document, and no day: that is for us to answer."""
        numbers = [n for series in letter.content.series for n in self._numbers(series)]
        hub = HubKind.MOBILE if number_kind(numbers[0]) == "mobile" else HubKind.FIXED
        return PortOutAsked(
            reference=letter.content.dossierid,
            hub=hub,
            donor=self._operator,
            recipient=self._name_of(letter.sender),
            document_type="",
            document_number="",
            numbers=tuple(NumberAsked(number=each) for each in numbers),
            is_multiple=len(numbers) > 1,
            asked_at=letter.at,
            answer_from=self._rules.reply_from(hub, letter.at),
            answer_until=self._rules.reply_due(hub, letter.at),
            window=self._rules.default_window(hub, letter.at),
            rules=self._rules.code,
        )

    def _numbers(self, series: NumberSeries) -> list[Msisdn]:
        first, last = int(series.start), int(series.end)
        last = min(last, first + NUMBERS_MAX)
        width, calling = len(series.start), self._rules.calling_code
        return [Msisdn(f"+{calling}{f'{n:0{width}d}'[1:]}") for n in range(first, last + 1)]

    def _answer(self, letter: Letter) -> PortStateSeen:
        """Yes or no is said for the whole; a code beside a yes decides nothing."""
        seqs = letter.content.seqs
        if letter.content.blocking == "Y":
            codes = [seq.blockingcode for seq in seqs if seq.blockingcode]
            return self._seen(letter, HubState.REJECTED, cause=codes[0] if codes else "")
        dates = [seq.firstpossibledate for seq in seqs if seq.firstpossibledate]
        first = max((from_digits(each, self._rules.zone) for each in dates), default=None)
        return self._seen(letter, HubState.CONFIRMED, not_before=first)

    def _delayed(self, letter: Letter) -> PortStateSeen:
        """The donor needs longer. Without a day that is worth a note to nobody: the limit holds."""
        due = letter.content.answerduedatetime
        moment = from_digits(due, self._rules.zone) if due else None
        calendar = self._rules.calendar(HubKind.MOBILE)
        day = calendar.local(moment).date() if moment else None
        return PortStateSeen(
            reference=letter.content.dossierid,
            state=HubState.REQUESTED,
            witness=Witness.MAILBOX,
            at=letter.at,
            expected_on=day,
        )

    def _seen(
        self,
        letter: Letter,
        state: HubState,
        *,
        cause: str = "",
        not_before: Moment | None = None,
    ) -> PortStateSeen:
        return PortStateSeen(
            reference=letter.content.dossierid,
            state=state,
            witness=Witness.MAILBOX,
            at=letter.at,
            cause=cause,
            not_before=not_before,
        )

    def _seen_out(self, letter: Letter, state: HubState, at: Moment) -> PortOutSeen:
        dossier = letter.content.dossierid
        return PortOutSeen(reference=dossier, state=state, witness=Witness.MAILBOX, at=at)

    def _is_us(self, code: str | None) -> bool:
        return code is not None and self._name_of(code) == self._operator

    def _name_of(self, code: str) -> str:
        """The operator's name; its code when nobody is known by it."""
        found = self._rules.operator_coded(HubKind.MOBILE, code)
        return code if found is None else found.name


def _declined(letter: Letter) -> HubDeclined:
    """The house found something wrong; whether with the request or what followed is not said."""
    seq = letter.content.seqs[0] if letter.content.seqs else None
    return HubDeclined(
        code=(seq.errorcode or "") if seq else "",
        text=(seq.description or "") if seq else "",
        of="request",
        field=(seq.phonenumber or "") if seq else "",
    )
