"""How a line comes by its fibre: a visit, an access that was seen to work, and then the old one.

The new access is laid beside the donor's, which serves until the new one works (LGTel 70.4). While
it is not proven the line is not ready, and its whole group goes back before its safety time.
"""

from __future__ import annotations

from relevo.activation.installation.messages import (
    InstallAccess,
    InstallationFailed,
    InstallationProven,
    StopInstallation,
    VisitAgreed,
)
from relevo.activation.installation.model import Site
from relevo.engine.process import NOTHING, Decision, Tell, family
from relevo.orders.held import HeldLine, LineKind, Party
from relevo.orders.line.messages import (
    LineInstallationAsked,
    LineInstalled,
    LineMended,
    LineNotInstalled,
    LineOldAccessReleased,
    LineStuck,
    LineVisitAgreed,
)
from relevo.orders.line.model import Line
from relevo.orders.process_ids import INSTALLATION, installation_process
from relevo.orders.view import NOT_INSTALLED
from relevo.porting.profile import WhoActs
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

VisitFact = VisitAgreed | InstallationProven | InstallationFailed


def access_of(held: HeldLine, contact: Msisdn | None) -> str:
    """How the network names a line without a number: a line's id alone is one order's word only."""
    return f"{contact}.{held.id}" if contact else held.id


def ask(line: Line, held: HeldLine, customer: Party) -> Decision:
    """Have the access laid, if the line is one."""
    if held.kind is not LineKind.FIBRE:
        return NOTHING
    return Decision(
        facts=(LineInstallationAsked(line=held.id),), tells=(_lay(line, held, customer),)
    )


def mend(line: Line, how: str) -> Decision:
    """What stood against the installation is cleared: another visit."""
    assert line.line is not None and line.customer is not None  # noqa: PT018
    mended = LineMended(line=line.line.id, how=how)
    return Decision(facts=(mended,), tells=(_lay(line, line.line, line.customer),))


def stop(line: Line, why: str) -> tuple[Tell, ...]:
    """Nobody has to come any more."""
    to = installation_process(line.process_id)
    return (Tell(kind=INSTALLATION, to=to, message=StopInstallation(why=why)),)


def hear_of_visit(line: Line, fact: VisitFact) -> Decision:
    """News of the installation."""
    if not line.is_installing or line.line is None:
        return NOTHING
    name = line.line.id
    match fact:
        case VisitAgreed():
            agreed = LineVisitAgreed(line=name, opens=fact.slot.opens, closes=fact.slot.closes)
            return Decision(facts=(agreed,))
        case InstallationProven():
            return Decision(facts=(LineInstalled(line=name, at=fact.at),))
        case InstallationFailed():
            stuck = LineStuck(line=name, who=WhoActs.DESK, why=NOT_INSTALLED)
            return Decision(facts=(LineNotInstalled(line=name, why=fact.why), stuck))


def release(line: Line, at: Moment) -> tuple[LineOldAccessReleased, ...]:
    """The new access serves the line: only now, and once, the old one is given up."""
    held = line.line
    if held is None or held.kind is not LineKind.FIBRE or held.number or line.is_released:
        return ()  # a number's own port ends what is tied to it (RD 899/2009 art. 10.1)
    return (LineOldAccessReleased(line=held.id, donor=held.donor, at=at),)


def is_waiting_for(line: Line) -> bool:
    """Whether it is the installation that stands against the port."""
    return line.against == NOT_INSTALLED


def _lay(line: Line, held: HeldLine, customer: Party) -> Tell:
    site = Site(
        access=held.number or access_of(held, customer.contact),
        order=family(line.process_id),
        line=held.id,
        name=customer.holder.name,
        phone=customer.contact,
        address=customer.address,
    )
    to = installation_process(line.process_id)
    return Tell(kind=INSTALLATION, to=to, message=InstallAccess(site=site))
