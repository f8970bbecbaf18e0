"""The words of a mass fault. What is said of it is said once, and each customer hears the same."""

from __future__ import annotations

from relevo.engine.process import effect, fact, message
from relevo.values.moment import Moment


@message("care.open_fault")
class OpenFault:
    kind: str
    cause: str
    since: Moment  # troubles that began before it are others
    texts: dict[str, str]
    next_update: Moment
    by: str
    is_confirmed: bool = False  # the cause may be said as a fact
    brand: str = ""  # whose customers are told; "" for a site of one brand


@message("care.update_fault")
class UpdateFault:
    texts: dict[str, str]
    next_update: Moment
    by: str
    is_confirmed: bool = False


@message("care.end_fault")
class EndFault:
    texts: dict[str, str]
    by: str


@fact("care.fault_opened")
class FaultOpened:
    kind: str
    cause: str
    since: Moment
    texts: dict[str, str]
    next_update: Moment
    by: str
    at: Moment
    is_confirmed: bool = False
    brand: str = ""


@fact("care.fault_updated")
class FaultUpdated:
    step: int
    texts: dict[str, str]
    next_update: Moment
    by: str
    at: Moment
    is_confirmed: bool = False


@fact("care.fault_update_repeated")
class FaultUpdateRepeated:
    """It was due and nobody wrote one: all hear that it is so still, and when the next one is."""

    step: int
    next_update: Moment
    at: Moment


@fact("care.fault_ended")
class FaultEnded:
    step: int
    texts: dict[str, str]
    by: str
    at: Moment


@effect("care.tell_fault", renews=True)
class TellFault:
    """Tell all whom it concerns and who have not heard this step, each through his own voice."""

    fault: str
    step: int
    kind: str
    cause: str
    since: Moment
    texts: dict[str, str]
    next_update: Moment | None
    is_confirmed: bool = False
    is_over: bool = False
    brand: str = ""
