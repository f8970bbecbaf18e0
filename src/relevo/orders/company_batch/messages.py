"""The words of a batch: planned, its turn, what became of its request, repaired by somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from relevo.engine.process import effect, fact, message
from relevo.orders.company_batch.model import BatchPlan
from relevo.porting.profile import Window
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn


@message("orders.plan_batch")
class PlanBatch:
    """These numbers are asked for together. ``because`` says what they fell out of, if anything."""

    plan: BatchPlan
    because: str = ""  # "" | "left_out" | "would_split" | "elsewhere" | "half" | "suspect"


@message("orders.release_batch")
class ReleaseBatch:
    """Its turn has come; ``window`` is the one in which it is to move."""

    window: Window


@message("orders.repair_batch")
class RepairBatch:
    """Somebody found out what was wrong: ask again with these particulars."""

    plan: BatchPlan
    who: str


@message("orders.drop_batch")
class DropBatch:
    """The company does not want these numbers moved any more."""

    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What our own look found out about one number of a rejected request."""

    number: Msisdn
    why: str  # "elsewhere" | "not_assigned" | "in_process"
    serving: str = ""  # operator, where the bulletin names one


@message("orders.batch_checked")
class BatchChecked:
    """The answer to ``CheckBatch``; empty when nothing wrong was seen."""

    findings: tuple[Finding, ...]


@fact("orders.batch_planned")
class BatchPlanned:
    plan: BatchPlan
    because: str


@fact("orders.batch_lined_up")
class BatchLinedUp:
    """It stands in the line of its donor."""

    donor: str
    wish: date | None


@fact("orders.batch_asked")
class BatchAsked:
    """Its request is made; ``attempt`` counts them, and no two are alike."""

    attempt: int
    window: Window


@fact("orders.batch_confirmed")
class BatchConfirmed:
    """These move in that window. What fell out goes on in batches of its own."""

    numbers: tuple[Msisdn, ...]
    window: Window


@fact("orders.batch_moved")
class BatchMoved:
    numbers: tuple[Msisdn, ...]
    at: Moment


@fact("orders.numbers_set_apart")
class NumbersSetApart:
    """These go on in a batch of their own, of that name."""

    numbers: tuple[Msisdn, ...]
    into: str
    because: str


@fact("orders.batch_rejected")
class BatchRejected:
    """One no for all of them: who is meant is to be found out."""

    numbers: tuple[Msisdn, ...]
    code: str
    reason: str
    is_silence: bool  # the donor never answered


@fact("orders.batch_divided")
class BatchDivided:
    """Nothing is left of it: its numbers go on in other batches."""

    into: tuple[str, ...]


@fact("orders.batch_stopped")
class BatchStopped:
    """It cannot go on by itself. ``code`` is the counterpart's word, ``reason`` ours."""

    numbers: tuple[Msisdn, ...]
    code: str
    reason: str
    who_acts: str


@fact("orders.batch_repaired")
class BatchRepaired:
    """Its particulars were changed: by somebody, or by a rule that knows this cause."""

    plan: BatchPlan
    who: str


@fact("orders.batch_dropped")
class BatchDropped:
    numbers: tuple[Msisdn, ...]
    who: str
    why: str


@fact("orders.batch_done")
class BatchDone:
    """Every number of it was seen to work."""

    numbers: tuple[Msisdn, ...]


@effect("orders.check_batch")
class CheckBatch:
    """Look up in the hub's bulletin who serves each of these numbers."""

    numbers: tuple[Msisdn, ...]
    donor: str
