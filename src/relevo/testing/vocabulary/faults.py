"""What may happen to a mass fault, and what the voice of one customer is told of it."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.care.fault.messages import EndFault, OpenFault, UpdateFault
from relevo.care.fault.model import Fault
from relevo.engine.process import EffectParked, TimerFired
from relevo.testing.vocabulary.cast import AT, DAY, HOUR
from relevo.values.moment import Moment

FAULT = "fault-R7K2QW9M"
STEPS_MAX = 4
_SAID = {"es": "Hay una avería.", "en": "There is a fault."}
_MORE = {"es": "La avería sigue.", "en": "The fault goes on."}


def fault_words(fault: Fault) -> Iterator[tuple[object, Moment]]:
    """Opened, updated or forgotten, ended; also in the wrong order and with nothing to say."""
    opens = OpenFault(
        kind="number_dead", cause="altamar", since=AT, texts=_SAID, next_update=AT + HOUR, by="eva"
    )
    yield opens, AT
    yield opens, AT + HOUR
    yield EndFault(texts={}, by="eva"), AT
    yield EndFault(texts=_MORE, by="eva"), AT + HOUR
    yield EffectParked(effect_id="1", effect="care.tell_fault", reason="away"), AT
    if fault.step < STEPS_MAX:
        yield UpdateFault(texts=_MORE, next_update=AT + DAY, by="eva"), AT
        yield UpdateFault(texts={"es": " "}, next_update=AT + DAY, by="eva"), AT
        yield TimerFired(name="update"), fault.next_update or AT
        yield TimerFired(name="update"), AT
    yield TimerFired(name="look"), AT
