"""What the web-service hub knows of a number: who serves it, whose range it is, what it was in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from relevo.adapters.clearing_house_soap.line import HubLine, theirs
from relevo.adapters.clearing_house_soap.names import HubNames
from relevo.engine.performer import Temporary
from relevo.porting.gateway import NumberProcess, NumberStanding, RangeStanding
from relevo.values.msisdn import Msisdn


class SoapRegistry:
    """A ``Bulletin`` and ``Registry`` behind a web service."""

    def __init__(self, line: HubLine) -> None:
        self._line = line
        self._codec = line.language.codec
        self._named = HubNames(line.rules).operator_coded

    def standing_of(self, number: Msisdn) -> NumberStanding | None:
        """Who serves a number; None when nobody has it."""
        codec = self._codec
        encode = partial(codec.encode_number_query, msisdn=number)
        reply = theirs(codec.decode_number, self._line.look(codec.Operation.NUMBER, encode, number))
        if not reply.is_assigned:
            return None
        if not reply.answer.is_success:
            raise Temporary(f"the bulletin does not show {number}: {reply.answer.code}")
        return NumberStanding(
            number=number,
            serving=self._named(reply.serving),
            range_holder=self._named(reply.range_holder),
            is_ported=reply.is_ported,
            is_in_process=reply.is_in_process,
        )

    def ranges_of(self, number: Msisdn) -> Sequence[RangeStanding]:
        """The blocks that a number lies in."""
        codec = self._codec
        encode = partial(codec.encode_ranges, msisdn=number)
        return [
            RangeStanding(
                first=block.first,
                last=block.last,
                holder=self._named(block.holder),
                sub_holder=self._named(block.sub_holder),
            )
            for block in self._entries(codec.Operation.RANGES, encode, codec.decode_ranges)
        ]

    def processes_of(self, number: Msisdn) -> Sequence[NumberProcess]:
        """What a number is or was in."""
        codec = self._codec
        encode = partial(codec.encode_processes, msisdn=number)
        return [
            NumberProcess(
                kind=each.kind,
                reference=each.reference,
                state=each.state,
                donor=self._named(each.donor),
                recipient=self._named(each.recipient),
                created_at=each.created_at,
                cause=each.rejection_cause or each.cancellation_cause or "",
            )
            for each in self._entries(codec.Operation.PROCESSES, encode, codec.decode_processes)
        ]

    def _entries(self, operation: Any, encode: Any, decode: Any) -> Iterator[Any]:
        for page in self._line.pages(operation, encode, decode):
            yield from page.entries
