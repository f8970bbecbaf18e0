"""Makes test calls to lines from every origin. Implements ``activation.gateway.Prober``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from relevo.activation.gateway import Prober, Probes, Seen
from relevo.activation.ladder import Reach, reach
from relevo.adapters.probes_sip.heard import Heard, heard_in
from relevo.adapters.probes_sip.line import Line, Wanted
from relevo.adapters.probes_sip.origins import Origins
from relevo.engine.clock import Clock, SystemClock, elapsed_seconds
from relevo.engine.performer import Permanent

_NUMBER = re.compile(r"\+[1-9]\d{5,14}")

Keep = Callable[[Sequence[Heard]], None]
"""Where what was heard is kept, call by call."""


class SipProber:
    """Test calls by SIP from every origin of a site.

    What no call can tell (messages, data, whether the phone is registered) is asked of ``beside``;
    without one it is left out, and a phone that was reached is registered. A line is left out of
    the round when not more than half of the networks said anything of it: with less, one network
    with an old table would be taken for all.
    """

    def __init__(
        self,
        origins: Origins,
        *,
        beside: Prober | None = None,
        keep: Keep | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._origins = origins
        self._beside = beside
        self._keep = keep
        self._clock = clock or SystemClock()
        self._line = Line(origins)

    def close(self) -> None:
        """Give the sockets back."""
        self._line.close()

    def probe(self, subjects: Sequence[str]) -> Probes:
        """Call all these numbers from everywhere; may raise what ``beside`` raises."""
        if not subjects:
            raise Permanent("name at least one line to call")
        beside = {} if self._beside is None else self._beside.probe(subjects).seen
        calls: dict[str, list[Heard]] = {each: [] for each in subjects if _NUMBER.fullmatch(each)}
        at = self._clock.now()
        for heard in self.heard(list(calls)):
            calls[heard.subject].append(heard)
        if self._keep is not None:
            self._keep([each for heard in calls.values() for each in heard])
        seen = {
            subject: each
            for subject, heard in calls.items()
            if (each := self._seen(heard, beside.get(subject))) is not None
        }
        uncalled = {subject: each for subject, each in beside.items() if subject not in calls}
        return Probes(at=at, seen={**uncalled, **seen})

    def heard(self, numbers: Sequence[str]) -> list[Heard]:
        """Call these numbers from everywhere; what each call heard."""
        at, began = self._clock.now(), elapsed_seconds()
        wanted = [Wanted(number, name) for number in numbers for name in self._origins.networks]
        return [
            heard_in(call, each.origin, at + timedelta(seconds=call.began - began))
            for each, call in self._line.call(wanted)
        ]

    def _seen(self, heard: Sequence[Heard], beside: Seen | None) -> Seen | None:
        calls_in = {each.origin: each.status for each in heard if each.status is not None}
        if 2 * len(calls_in) <= len(self._origins.networks):
            return None
        if self._beside is None:
            is_reached = any(reach(status) is Reach.REACHED for status in calls_in.values())
            return Seen(calls_in=calls_in, works={}, registered=is_reached)
        if beside is None:
            return None
        return Seen(calls_in=calls_in, works=beside.works, registered=beside.registered)
