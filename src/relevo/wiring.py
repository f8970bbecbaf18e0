"""The composition root: the only module that knows everyone.

Routes are not written down here one by one. A process says what it ``hears``; a fact goes to every
kind that hears it, in the same family, at the id that follows from where the fact was stated:
line-wise kinds get the facts of their own line, the order, the voice and the case get all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from typing import Any, Protocol

from relevo.activation import perform as activation_perform
from relevo.activation.actions import Watchlist
from relevo.activation.activation.decider import activation_process
from relevo.activation.intake import NetworkIntake, Watch
from relevo.activation.projections import lines_of_activation
from relevo.adapters.channel_email.client import SmtpEmail
from relevo.adapters.channel_sms.client import RestSms
from relevo.adapters.clearing_house_files.client import FilesClearingHouse
from relevo.adapters.clearing_house_files.settings import FileAccount
from relevo.adapters.clearing_house_soap.client import SoapClearingHouse
from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.adapters.clearing_house_soap.settings import HubAccount
from relevo.adapters.courier_rest.client import RestCourier
from relevo.adapters.donor_desk_rest.client import DeskAccount, RestDonorDesk
from relevo.adapters.es2plus.client import Es2PlusServer
from relevo.adapters.http import client
from relevo.adapters.mail_inbox.client import RestInbox
from relevo.adapters.network_rest.client import RestNetwork
from relevo.care.case.decider import case_process
from relevo.care.rights import CareRights
from relevo.compensation.claim.decider import claim_process
from relevo.compensation.schedule import Schedule
from relevo.config import Endpoints
from relevo.engine.catalogue import Catalogue, Projection, Route
from relevo.engine.clock import Clock
from relevo.engine.engine import Engine
from relevo.engine.performer import Performer
from relevo.engine.process import ProcessType, family
from relevo.notices import perform as notices_perform
from relevo.notices.intake import MailIntake
from relevo.notices.projections import senders
from relevo.notices.queries import read_texts
from relevo.notices.voice.decider import voice_process
from relevo.orders.custody import first_holders
from relevo.orders.line.decider import line_process
from relevo.orders.order.decider import order_process
from relevo.orders.projections import order_numbers
from relevo.porting import perform as porting_perform
from relevo.porting.custody import custody_projection
from relevo.porting.gateway import ClearingHouse
from relevo.porting.intake import DeskIntake, HubIntake
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.projections import ports_projection
from relevo.porting.recovery.decider import recovery_process
from relevo.profiles.book import Book, load_book
from relevo.promises.promise.decider import promise_process
from relevo.sims import perform as sims_perform
from relevo.sims.custody import card_custody
from relevo.sims.dispatch.decider import dispatch_process
from relevo.sims.esim.decider import esim_process
from relevo.sims.intake import CourierIntake, EsimIntake
from relevo.sims.projections import cards

SCHEMA_PACKAGES = (
    "relevo.engine",
    "relevo.numbering",
    "relevo.porting",
    "relevo.sims",
    "relevo.activation",
    "relevo.orders",
    "relevo.notices",
)
"""Packages with a ``schema`` folder, in the order in which they are applied."""

LINE_WISE = {
    "orders.line": "line",
    "activation.activation": "activation",
    "compensation.claim": "compensation",
}
"""Kinds with one process for each line, and the second part of its id."""

FAMILY_WISE = {"orders.order": "", "notices.voice": "/voice", "care.case": "/case"}
"""Kinds with one process for each order, and what follows its key in the id."""


class Intake(Protocol):
    """Fetches what an outside system has for us, and tells the processes."""

    def poll(self) -> int:
        """Fetch what is new; the number of messages told."""

    def close(self) -> None:
        """Give back what it holds."""


class Closable(Protocol):
    """A client that holds connections."""

    def close(self) -> None:
        """Give them back."""


@cache
def book() -> Book:
    """All countries that are installed."""
    return load_book()


@cache
def _schedule(code: str) -> Schedule:
    """The schedule of compensation of the country of a pinned edition ("es@2012-06-01")."""
    schedule: Schedule = country_module(code, "compensation").schedule()
    return schedule


def _care_of(rules: Callable[[str], PortingProfile]) -> Callable[[str], CareRights]:
    @cache
    def care(code: str) -> CareRights:
        days = rules(code).calendar(HubKind.MOBILE)
        rights: CareRights = country_module(code, "care").care(days)
        return rights

    return care


def country_module(code: str, name: str) -> Any:
    """A module of the profile of the country of an edition."""
    return import_module(f"relevo.profiles.{country_of(code)}.{name}")


def country_of(code: str) -> str:
    """The country of an edition's code."""
    return code.partition("@")[0]


def processes() -> tuple[ProcessType[Any], ...]:
    """Every kind of process."""
    rules: Callable[[str], PortingProfile] = book().pinned
    return (
        order_process(rules),
        line_process(rules),
        port_in_process(rules),
        recovery_process(rules),
        dispatch_process(lambda code: rules(code).courier_calendar()),
        esim_process(),
        activation_process(),
        promise_process(),
        voice_process(read_texts(), rules),
        case_process(_care_of(rules)),
        claim_process(_schedule),
    )


def line_of(process_id: str) -> str:
    """The line in the id of a process, for example M2 in R7/port/M2/1; empty if it has none."""
    parts = process_id.split("/")
    has_line = len(parts) > 2 and parts[1] != "promise"
    return parts[2] if has_line else ""


def _at_its_line(role: str, source: str, _: object) -> str | None:
    line = line_of(source)
    return f"{family(source)}/{role}/{line}" if line else None


def _at_its_order(suffix: str, source: str, _: object) -> str | None:
    target = family(source) + suffix
    return None if target == source else target


def routes(kinds: Sequence[ProcessType[Any]]) -> Iterator[Route]:
    """A route for each fact that a kind hears."""
    stated = {fact for kind in kinds for fact in kind.facts}
    for kind in kinds:
        for fact in kind.hears:
            if fact in stated:
                yield Route(fact, kind.kind, _ear_of(kind.kind))


def _ear_of(kind: str) -> Callable[[str, Any], str | None]:
    """Where a kind of process hears. Raises LookupError for one that has no such place."""
    if kind in LINE_WISE:
        return partial(_at_its_line, LINE_WISE[kind])
    return partial(_at_its_order, FAMILY_WISE[kind])


def projections() -> tuple[Projection, ...]:
    """What is written in the transaction of the facts itself; the order matters for custody."""
    return (
        order_numbers(),
        first_holders(),
        custody_projection(),
        card_custody(),
        ports_projection(),
        cards(),
        lines_of_activation(),
        senders(),
    )


def catalogue() -> Catalogue:
    """The whole program as the engine knows it."""
    kinds = processes()
    return Catalogue(kinds, routes(kinds), projections())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rim:
    """Clients of the outside systems; none connects before it is used."""

    closes: Sequence[Closable]
    houses: Mapping[HubKind, ClearingHouse]
    desk: RestDonorDesk
    courier: RestCourier
    profile_server: Es2PlusServer
    network: RestNetwork
    sms: RestSms
    email: SmtpEmail
    inbox: RestInbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Whose installation this is, and what it needs to know of the outside."""

    operator: str  # our name at the hubs, for example "brisa"
    rules: PortingProfile
    endpoints: Endpoints
    hub_user: str = "relevo"
    hub_key: str = "relevo"


def rim(site: Site) -> Rim:
    """The clients of a site."""
    where = site.endpoints
    courier, esim, network, mail = (
        client(url)
        for url in (where.courier_url, where.esim_url, where.network_url, where.mail_url)
    )
    language = HubLanguage(
        codec=country_module(site.rules.code, "codec_mobile"),
        words=country_module(site.rules.code, "hub_words"),
        files=country_module(site.rules.code, "codec_status"),
    )
    account = HubAccount(
        url=where.mobile_hub_url, operator=site.operator, user=site.hub_user, key=site.hub_key
    )
    fixed = FileAccount(url=where.fixed_hub_url, operator=site.operator)
    records = country_module(site.rules.code, "codec_fixed")
    mobile_house = SoapClearingHouse(account, language, site.rules)
    fixed_house = FilesClearingHouse(fixed, records, site.rules)
    desk = RestDonorDesk(DeskAccount(url=where.desk_url, operator=site.operator))
    return Rim(
        houses={HubKind.MOBILE: mobile_house, HubKind.FIXED: fixed_house},
        desk=desk,
        closes=(mobile_house, fixed_house, desk, courier, esim, network, mail),
        courier=RestCourier(courier),
        profile_server=Es2PlusServer(esim),
        network=RestNetwork(network),
        sms=RestSms(mail),
        email=SmtpEmail(where.smtp_host, where.smtp_port),
        inbox=RestInbox(mail),
    )


def performers(outside: Rim, watchlist: Watchlist) -> dict[type, Performer]:
    """Who carries out which effect."""
    return {
        **porting_perform.performers(outside.houses, outside.desk),
        **sims_perform.performers(outside.courier, outside.profile_server),
        **activation_perform.performers(outside.network, watchlist),
        **notices_perform.performers(outside.sms, outside.email),
    }


class System:
    """One worker with everything that it needs: an engine, its performers and its intakes."""

    def __init__(
        self, engine: Engine, intakes: Sequence[Intake], others: Sequence[Closable]
    ) -> None:
        self.engine = engine
        self.intakes = tuple(intakes)
        self._others = tuple(others)

    def close(self) -> None:
        """Give back connections and leases."""
        for each in (*self.intakes, *self._others, self.engine):
            each.close()


def build(dsn: str, *, clock: Clock, site: Site, worker: str = "w1", threads: int = 1) -> System:
    """A worker on this database. One thread makes the order of all effects the same each time;
    a production worker takes more, so that one slow peer does not hold up the others."""
    outside = rim(site)
    watchlist = Watchlist(dsn)
    engine = Engine(
        dsn=dsn,
        catalogue=catalogue(),
        clock=clock,
        performers=performers(outside, watchlist),
        worker=worker,
        performer_threads=threads,
    )
    intakes: tuple[Intake, ...] = (
        HubIntake(engine, dsn, outside.houses),
        DeskIntake(engine, dsn, outside.desk),
        CourierIntake(engine, dsn, outside.courier),
        EsimIntake(engine, dsn, outside.profile_server),
        NetworkIntake(engine, dsn, outside.network),
        MailIntake(engine, dsn, outside.inbox),
        Watch(engine, dsn, outside.network, clock),
    )
    return System(engine, intakes, (watchlist, *outside.closes))
