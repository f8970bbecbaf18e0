"""The words of an installation. Done is what was seen to work, not what a technician says."""

from __future__ import annotations

from relevo.activation.installation.model import Outcome, Site, Slot
from relevo.engine.process import effect, fact, message
from relevo.values.moment import Moment


@message("activation.install_access")
class InstallAccess:
    """Lay this access; after a failure: what stood against it is cleared, go again."""

    site: Site


@message("activation.visit_booked")
class VisitBooked:
    """The field service's answer: the slot that it keeps, and others that are free."""

    visit: int
    slot: Slot
    others: tuple[Slot, ...] = ()


@message("activation.visit_declined")
class VisitDeclined:
    """It takes no visit like this; the field tells what is wrong with it."""

    visit: int
    field: str
    text: str


@message("activation.visit_seen")
class VisitSeen:
    """What the field service says of a visit; ``said`` is its own word where we know none."""

    visit: int
    outcome: Outcome
    at: Moment
    said: str = ""


@message("activation.choose_visit_slot")
class ChooseVisitSlot:
    """The customer takes another of the free slots, with one tap."""

    slot: Slot
    by: str


@message("activation.access_tested")
class AccessTested:
    """What the exchange sees at the end of the access; ``test`` counts the looks of one visit."""

    visit: int
    test: int
    works: bool
    at: Moment


@message("activation.stop_installation")
class StopInstallation:
    why: str


@fact("activation.installation_asked")
class InstallationAsked:
    site: Site


@fact("activation.visit_asked")
class VisitAsked:
    """A visit is asked for; the one before it, if any, will not happen any more."""

    line: str
    visit: int
    wanted: Slot | None
    why: str  # "ordered" | "customer_chose" | "mended" | the outcome of the visit before


@fact("activation.visit_agreed")
class VisitAgreed:
    line: str
    visit: int
    slot: Slot
    others: tuple[Slot, ...]


@fact("activation.visit_late")
class VisitLate:
    """The technician comes after the slot that was agreed."""

    line: str
    visit: int
    at: Moment


@fact("activation.visit_failed")
class VisitFailed:
    """``missed_by`` is who did not keep the appointment (LGTel 70.8: that may be owed for)."""

    line: str
    visit: int
    outcome: Outcome
    missed_by: str  # "contractor" | "customer" | "nobody"
    at: Moment


@fact("activation.visit_done")
class VisitDone:
    """So they say; it is looked at before anybody relies on it."""

    line: str
    visit: int
    at: Moment


@fact("activation.access_silent")
class AccessSilent:
    """Said to be done, and the exchange sees nothing at its end; looked at again."""

    line: str
    visit: int
    test: int
    at: Moment


@fact("activation.installation_proven")
class InstallationProven:
    """The new access was seen to work, beside the old one, which goes on."""

    line: str
    access: str
    at: Moment


@fact("activation.installation_failed")
class InstallationFailed:
    """Another visit by itself would not help."""

    line: str
    why: str
    said: str = ""


@fact("activation.installation_stopped")
class InstallationStopped:
    line: str
    why: str


@effect("activation.book_visit")
class BookVisit:
    """Asks for a visit; the same reference and number are the same visit, a higher number takes
    the place of the one before."""

    reference: str
    visit: int
    site: Site
    wanted: Slot | None


@effect("activation.cancel_visit")
class CancelVisit:
    reference: str
    visit: int


@effect("activation.probe_access")
class ProbeAccess:
    access: str
    visit: int
    test: int
