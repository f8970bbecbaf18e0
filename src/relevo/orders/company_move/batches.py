"""Cutting a company's numbers into requests: as few as may be, and no group torn apart."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.orders.company_move.sheet import SheetNumber, groups
from relevo.porting.profile import MultipleTerms


def plan_batches(
    numbers: Sequence[SheetNumber], terms: MultipleTerms
) -> list[tuple[SheetNumber, ...]]:
    """One batch has one donor, one wish and, where the hub wants it so, one way of paying."""
    open_: dict[tuple[object, ...], list[SheetNumber]] = {}
    done: list[tuple[SheetNumber, ...]] = []
    for group in groups(numbers):
        first = group[0]
        kind = (first.donor, first.wish, None if terms.mixes_payment else first.prepaid)
        batch = open_.setdefault(kind, [])
        if batch and len(batch) + len(group) > terms.numbers_max:
            done.append(tuple(batch))
            batch = open_[kind] = []
        batch += group
    done += [tuple(batch) for batch in open_.values()]
    return sorted(done, key=lambda batch: batch[0].row)
