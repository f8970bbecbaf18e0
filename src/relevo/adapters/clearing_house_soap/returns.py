"""Numbers that go back, at the web-service hub: notices, their cancellation, and what came back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from relevo.adapters.clearing_house_soap.contingency import Detour, Wish
from relevo.adapters.clearing_house_soap.line import HubLine, NoSession, theirs
from relevo.adapters.clearing_house_soap.names import HubNames
from relevo.adapters.clearing_house_soap.reading import Reading
from relevo.adapters.clearing_house_soap.translation import Translation
from relevo.engine.performer import Temporary
from relevo.porting.gateway import ReturnedFile, ReturnedNumber
from relevo.porting.number_return.messages import (
    QueryReturn,
    ReturnAccepted,
    ReturnDeclined,
    ReturnSeen,
    ReturnState,
    SendReturnCancellation,
    SendReturnNotice,
)
from relevo.porting.port_in.messages import Witness
from relevo.porting.profile import HubKind, Reaction
from relevo.values.msisdn import national

_LIVE = frozenset({ReturnState.NOTIFIED, ReturnState.HELD})


class SoapReturnHouse:
    """A ``ReturnHouse`` and ``RangeHolderFiles`` behind a web service."""

    def __init__(self, line: HubLine) -> None:
        self._line = line
        self._codec = line.language.codec
        self._names = HubNames(line.rules)
        self._reading = Reading(line.language, line.rules)
        self._translation = Translation(line.language, line.rules)
        self._detour = Detour(line)

    def notify_return(
        self, asked: SendReturnNotice, *, key: str
    ) -> Sequence[ReturnAccepted | ReturnDeclined]:
        """Say that a number is not used any more; a notice that the hub has already is ours."""
        del key  # the number and the day are enough
        codec, number = self._codec, asked.number
        day = self._line.rules.calendar(HubKind.MOBILE).local(asked.ceased_at).date()
        wish = Wish(
            kind="RETURN",
            key=f"{national(number)}_{day:%Y%m%d}",
            log_key=number,
            content=lambda: codec.encode_contingency_return(number, asked.ceased_at),
            answer=lambda sent: codec.decode_contingency_returns(sent).get(number),
        )
        encode = partial(codec.encode_return, msisdn=number, ceased_at=asked.ceased_at)
        by_web = self._by_web(codec.Operation.RETURN, encode, codec.decode_return, number)
        try:
            reply = self._detour.carry(wish, by_web)
        except NoSession as shut:
            return [_declined(shut.answer, "notice")]
        if reply.answer.is_success and reply.window_opens:
            window = self._names.window(reply.window_opens)
            return [ReturnAccepted(reference=reply.reference, window=window)]
        reference = reply.reference or reply.existing
        if reference is None:
            return [self._refused(reply.answer, "notice")]
        seen = self._seen(reference, Witness.REPLY)
        if seen is None or seen.number != number or seen.state not in _LIVE or not seen.window:
            return [self._refused(reply.answer, "notice")]
        return [ReturnAccepted(reference=reference, window=seen.window)]

    def cancel_return(
        self, asked: SendReturnCancellation, *, key: str
    ) -> Sequence[ReturnSeen | ReturnDeclined]:
        """The customer came back. What counts is how the hub has it afterwards."""
        del key  # the reference is enough
        codec, number, reference = self._codec, asked.number, asked.reference
        cause = self._translation.cause("customer")
        wish = Wish(
            kind="RETURN_CANCEL",
            key=f"{national(number)}_{reference}",
            log_key=reference,
            content=lambda: codec.encode_contingency_return_cancel(number, reference, cause),
            answer=lambda sent: _answer_in(codec.decode_contingency_returns(sent).get(number)),
        )
        encode = partial(codec.encode_return_cancel, reference=reference, cause=cause)
        operation = codec.Operation.RETURN_CANCEL
        by_web = self._by_web(operation, encode, codec.decode_answer, reference)
        try:
            answer = self._detour.carry(wish, by_web)
        except NoSession as shut:
            return [_declined(shut.answer, "cancellation")]
        if self._line.is_away_for_long():  # answered by file: nobody can be asked
            return [] if answer.is_success else [self._refused(answer, "cancellation")]
        seen = self._seen(reference, Witness.REPLY)
        if seen is not None and (answer.is_success or seen.state is ReturnState.CANCELLED):
            return [seen]
        return [self._refused(answer, "cancellation")]

    def query_return(self, asked: QueryReturn) -> Sequence[ReturnSeen]:
        """The return as the hub has it; without a reference it is found by its number."""
        if asked.reference:
            seen = self._seen(asked.reference, Witness.QUERY)
            return [] if seen is None else [seen]
        codec = self._codec
        pages = self._line.pages(
            codec.Operation.RETURN_LIST,
            partial(codec.encode_return_list, msisdn=asked.number),
            codec.decode_return_list,
        )
        found = [each for page in pages for each in page.entries if each.msisdn == asked.number]
        newest = max(found, key=lambda each: each.changed_at, default=None)
        return [] if newest is None else [self._reading.seen_return(newest, Witness.QUERY)]

    def returned_files(self, after: str) -> Sequence[ReturnedFile]:
        """The lists of numbers that came back to us, after the one of this name."""
        files, us = self._line.language.files, self._line.us().mobile_code
        names = [f.name for f in self._line.files() if files.is_returned_file(f.name, us)]
        return [self._read(name) for name in names if name > after]

    def _read(self, name: str) -> ReturnedFile:
        content = self._line.file(name)
        if content is None:
            raise Temporary(f"the hub lists {name} and does not give it")
        read = theirs(self._line.language.files.decode_returned_file, content)
        return ReturnedFile(
            name=name,
            numbers=tuple(ReturnedNumber(number=n.msisdn, since=n.since) for n in read.numbers),
            bad_lines=tuple(f"line {bad.line}: {bad.why}" for bad in read.bad),
        )

    def _seen(self, reference: str, witness: Witness) -> ReturnSeen | None:
        codec = self._codec
        encode = partial(codec.encode_return_get, reference=reference)
        sent = self._line.look(codec.Operation.RETURN_GET, encode, reference)
        reply = theirs(codec.decode_return_get, sent)
        return None if reply.status is None else self._reading.seen_return(reply.status, witness)

    def _by_web(
        self,
        operation: Any,
        encode: Callable[[str], bytes],
        decode: Callable[[bytes], Any],
        key: str,
    ) -> Callable[[], Any]:
        return lambda: theirs(decode, self._line.ask(operation, encode, key))

    def _refused(self, answer: Any, of: str) -> ReturnDeclined:
        """A refusal; what passes by itself is tried again."""
        if self._line.rules.hub_answer(answer.code).reaction is Reaction.RETRY_SOON:
            raise Temporary(f"the hub answers {answer.code}: {answer.description}")
        return _declined(answer, of)


def _answer_in(reply: Any) -> Any:
    return None if reply is None else reply.answer


def _declined(answer: Any, of: str) -> ReturnDeclined:
    return ReturnDeclined(code=answer.code, text=answer.description, of=of)
