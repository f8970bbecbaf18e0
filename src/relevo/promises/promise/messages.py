"""The words of a promise. It can be moved only before it is due, and by telling."""

from __future__ import annotations

from relevo.engine.process import fact, message
from relevo.values.moment import Moment


@message("promises.make_promise")
class MakePromise:
    what: str  # "bundle_works" | "next_update" | "call_back" | ...
    to: str  # the order's key
    due: Moment
    owner: str
    rests_on: tuple[str, ...]  # the facts it rests on, in words or ids


@message("promises.move_promise")
class MovePromise:
    due: Moment
    why: str


@message("promises.keep_promise")
class KeepPromise:
    evidence: str  # what shows it


@message("promises.release_promise")
class ReleasePromise:
    """The customer no longer needs it (order withdrawn by him)."""

    why: str


@fact("promises.promise_made")
class PromiseMade:
    what: str
    to: str
    due: Moment
    owner: str
    rests_on: tuple[str, ...]


@fact("promises.promise_at_risk")
class PromiseAtRisk:
    what: str
    due: Moment
    owner: str


@fact("promises.promise_moved")
class PromiseMoved:
    what: str
    was_due: Moment
    due: Moment
    why: str


@fact("promises.promise_kept")
class PromiseKept:
    what: str
    due: Moment
    evidence: str


@fact("promises.promise_broken")
class PromiseBroken:
    """Due and not kept: it escalates, and says so before the customer asks."""

    what: str
    due: Moment
    owner: str


@fact("promises.promise_kept_late")
class PromiseKeptLate:
    what: str
    due: Moment
    evidence: str


@fact("promises.promise_released")
class PromiseReleased:
    what: str
    why: str
