"""The timeline of an order from its facts: one for everybody who may see the order. Pure.

The desk and the customer see the same steps; each reads them in words of his own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from relevo.orders.order.messages import OrderAccepted
from relevo.tracking.labels import Labels, labels, labels_to_customer
from relevo.tracking.replay import Entry
from relevo.tracking.timeline import Step, step_of
from relevo.values.msisdn import spoken


def steps(records: Iterable[Entry], *, language: str, zone: str) -> list[Step]:
    """The steps of these facts; those that are not for people are left out."""
    return _told(records, labels(language, zone))


def steps_to_customer(records: Sequence[Entry], *, language: str, zone: str) -> list[Step]:
    """The same for whose order it is: his numbers are called by what he dials."""
    known = labels_to_customer(language, zone)
    numbers = {
        line.id: spoken(line.number) if line.number else known.words[line.kind]
        for each in records
        if isinstance(each.fact, OrderAccepted)
        for line in each.fact.lines
    }
    return _told(records, replace(known, words={**known.words, **numbers}))


def _told(records: Iterable[Entry], words: Labels) -> list[Step]:
    found = (step_of(each.process_id, each.fact, at=each.at, labels=words) for each in records)
    return [step for step in found if step is not None]
