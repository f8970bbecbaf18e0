"""The composition root: the only module that knows everyone.

Routes are not written down here one by one. A process says what it ``hears``; a fact goes to every
kind that hears it, in the same family, at the id that follows from where the fact was stated:
line-wise kinds get the facts of their own line, the order, the voice and the case get all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Protocol

from relevo.access.links import LinkingChannel, links_of_site
from relevo.activation import perform as activation_perform
from relevo.activation.actions import Watchlist
from relevo.activation.activation.decider import activation_process
from relevo.activation.fleet.decider import fleet_process
from relevo.activation.fleet.projections import fleet_cards
from relevo.activation.installation import perform as installation_perform
from relevo.activation.installation.decider import installation_process
from relevo.activation.installation.intake import FieldServiceIntake
from relevo.activation.intake import NetworkIntake, Watch
from relevo.activation.projections import lines_of_activation
from relevo.adapters.channel_email.letters import LetterCarrier, letters_of_site
from relevo.adapters.mail_inbox.intakes import mail_intakes
from relevo.adapters.mail_inbox.vault import keep_mailed
from relevo.adapters.malware_scan.client import scanner_of_site
from relevo.adapters.network_rest.donor_lines import DonorLines
from relevo.adapters.sms_smpp.client import SmppSms
from relevo.brands.network import SharedNetwork
from relevo.brands.projections import family_brands
from relevo.care.case.decider import case_process
from relevo.care.complaint.decider import complaint_process
from relevo.care.complaint.queries import read_wordings
from relevo.care.complaint.terms import ComplaintTerms
from relevo.care.fault.decider import fault_process
from relevo.care.intake import VaultIntake
from relevo.care.projections import stage_history
from relevo.care.rights import CareRights
from relevo.compensation.claim.decider import claim_process
from relevo.compensation.schedule import Schedule
from relevo.desk import faults, owners
from relevo.desk.lists import desk_lists
from relevo.desk.projections import desk_queues
from relevo.desk.wire_log import StoredWireLog
from relevo.engine.catalogue import Catalogue, Projection
from relevo.engine.clock import Clock
from relevo.engine.engine import Engine
from relevo.engine.performer import Performer
from relevo.engine.process import ProcessType
from relevo.notices import perform as notices_perform
from relevo.notices.intake import MailIntake
from relevo.notices.letter.decider import letter_process
from relevo.notices.projections import orders_written_about, senders
from relevo.notices.queries import read_letters, read_texts
from relevo.notices.voice.decider import voice_process
from relevo.orders.company_batch import perform as company_perform
from relevo.orders.company_batch.decider import company_batch_process
from relevo.orders.company_move.decider import company_move_process
from relevo.orders.company_move.projections import company_numbers
from relevo.orders.custody import first_holders
from relevo.orders.line.decider import line_process
from relevo.orders.order.decider import order_process
from relevo.orders.projections import order_numbers
from relevo.orders.serving.projections import newly_served
from relevo.orders.ties.queries import order_ties, orders_that_name
from relevo.porting import perform as porting_perform
from relevo.porting.cease.decider import cease_process
from relevo.porting.custody import custody_projection
from relevo.porting.donor import perform as donor_perform
from relevo.porting.donor.gateway import LineNetwork
from relevo.porting.donor.intake import DonorFiles, DonorIntake
from relevo.porting.donor.perform import ServedBooks
from relevo.porting.donor.projections import donor_projections
from relevo.porting.fixed_bulletin.intake import BoardIntake
from relevo.porting.fixed_incoherence import perform as incoherence_perform
from relevo.porting.fixed_incoherence.decider import incoherence_process
from relevo.porting.fixed_incoherence.perform import LedgerLook
from relevo.porting.intake import DeskIntake, HubFiles, HubIntake
from relevo.porting.migration.decider import migration_process
from relevo.porting.migration.projections import migration_projections
from relevo.porting.migrations import perform as migration_perform
from relevo.porting.migrations.intake import MigrationIntake
from relevo.porting.migrations.perform import MigrationBooks
from relevo.porting.multiple.custody import multiple_custody
from relevo.porting.multiple.decider import multiple_process
from relevo.porting.multiple.projections import multiples_projection
from relevo.porting.number_return.decider import number_return_process
from relevo.porting.number_return.projections import return_projections
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.port_out.decider import port_out_process
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.projections import ports_projection
from relevo.porting.quota.perform import QuotaGate
from relevo.porting.recovery.decider import recovery_process
from relevo.porting.returns import perform as return_perform
from relevo.porting.returns.intake import ReturnIntake
from relevo.porting.returns.perform import ReturnBooks
from relevo.porting.undue_port.decider import undue_port_process
from relevo.porting.undue_port.projections import undue_projections
from relevo.profiles.book import Book, load_book
from relevo.promises.promise.decider import promise_process
from relevo.rim import Closable, Rim, Site, country_module, equipped, group_rim
from relevo.routing import routes
from relevo.sims import perform as sims_perform
from relevo.sims.custody import card_custody
from relevo.sims.dispatch.decider import dispatch_process
from relevo.sims.esim.decider import esim_process
from relevo.sims.intake import CourierIntake, EsimIntake
from relevo.sims.projections import cards
from relevo.tracking.finding.queries import findings

SCHEMA_PACKAGES = (
    "relevo.engine",
    "relevo.numbering",
    "relevo.customers",
    "relevo.porting",
    "relevo.sims",
    "relevo.activation",
    "relevo.orders",
    "relevo.notices",
    "relevo.desk",
    "relevo.brands",
    "relevo.access",
    "relevo.care",
    "relevo.tracking",
)
"""Packages with a ``schema`` folder, in the order in which they are applied."""


class Intake(Protocol):
    """Fetches what an outside system has for us, and tells the processes."""

    def poll(self) -> int:
        """Fetch what is new; the number of messages told."""

    def close(self) -> None:
        """Give back what it holds."""


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


def _complaints_of(rules: Callable[[str], PortingProfile]) -> Callable[[str], ComplaintTerms]:
    def terms(code: str) -> ComplaintTerms:
        days = rules(code).calendar(HubKind.MOBILE)
        found: ComplaintTerms = country_module(code, "complaint").complaint_terms(days)
        return found

    return cache(terms)


def processes() -> tuple[ProcessType[Any], ...]:
    """Every kind of process."""
    rules: Callable[[str], PortingProfile] = book().pinned
    return (
        order_process(rules),
        line_process(rules),
        company_move_process(rules),
        company_batch_process(),
        port_in_process(rules),
        multiple_process(rules),
        port_out_process(rules),
        cease_process(rules),
        number_return_process(rules),
        migration_process(rules),
        incoherence_process(rules),
        undue_port_process(rules),
        recovery_process(rules),
        dispatch_process(lambda code: rules(code).courier_calendar()),
        esim_process(),
        activation_process(),
        installation_process(),
        fleet_process(),
        promise_process(),
        voice_process(read_texts(), rules),
        letter_process(read_letters(), rules),
        case_process(_care_of(rules)),
        complaint_process(_complaints_of(rules), read_wordings()),
        fault_process(),
        claim_process(_schedule),
    )


def projections() -> tuple[Projection, ...]:
    """What is written in the transaction of the facts itself; the order matters for custody."""
    return (
        order_numbers(),
        company_numbers(),
        first_holders(),
        custody_projection(),
        multiple_custody(),
        card_custody(),
        fleet_cards(),
        ports_projection(),
        multiples_projection(),
        *donor_projections(),
        *return_projections(),
        *migration_projections(),
        *undue_projections(),
        newly_served(),
        cards(),
        lines_of_activation(),
        senders(),
        orders_written_about(),
        desk_queues(),
        desk_lists(),
        faults.desk_faults(),
        stage_history(),
        findings(),
        family_brands(),
    )


def catalogue() -> Catalogue:
    """The whole program as the engine knows it."""
    kinds = processes()
    return Catalogue(kinds, routes(kinds), projections())


class Books:
    """Our own tables, as performers look into them; each has a connection of its own."""

    def __init__(self, dsn: str, clock: Clock) -> None:
        self.link_of = links_of_site(dsn)
        self.letter_of = letters_of_site(dsn, book().pinned, self.link_of)
        self.watchlist = Watchlist(dsn)
        self.served = ServedBooks(dsn, order_ties)
        self.ledger = LedgerLook(dsn)
        self.quotas = QuotaGate(dsn, book().pinned, clock)
        self.returns = ReturnBooks(dsn, orders_that_name)
        self.migrations = MigrationBooks(dsn)
        self.roster = owners.Roster(dsn)
        self.faults = faults.FaultTeller(dsn, clock, catalogue)

    def close(self) -> None:
        """Give the connections back."""
        for each in (self.watchlist, self.served, self.ledger, self.quotas):
            each.close()
        self.returns.close()
        self.migrations.close()
        self.roster.close()
        self.faults.close()


def performers(outside: Rim, lines: LineNetwork, books: Books) -> dict[type, Performer]:
    """Who carries out which effect."""
    return {
        **porting_perform.performers(outside.houses, outside.desk, books.quotas.through),
        **company_perform.performers(outside.houses),
        **donor_perform.performers(outside.donor_houses, lines, books.served),
        **return_perform.performers(
            outside.return_houses, {HubKind.MOBILE: outside.registry}, books.returns
        ),
        **migration_perform.performers(outside.migrations, books.migrations),
        **sims_perform.performers(outside.courier, outside.profile_server),
        **activation_perform.performers(outside.network, outside.prober, books.watchlist),
        **installation_perform.performers(outside.field_service),
        **incoherence_perform.performers(outside.board, books.ledger),
        **owners.performers(books.roster),
        **faults.performers(books.faults),
        **notices_perform.performers(
            LinkingChannel(outside.sms, books.link_of),
            LinkingChannel(LetterCarrier(outside.email, books.letter_of), books.link_of),
            outside.social.channel if outside.social else None,
        ),
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
    wire_log = StoredWireLog(dsn)
    outside = equipped(group_rim(site, clock, wire_log), site, dsn, clock)
    lines = SharedNetwork(DonorLines(outside.network), dsn)
    books = Books(dsn, clock)
    engine = Engine(
        dsn=dsn,
        catalogue=catalogue(),
        clock=clock,
        performers=performers(outside, lines, books),
        worker=worker,
        performer_threads=threads,
    )
    if isinstance(outside.sms, SmppSms):
        outside.sms.listen(engine)
    intakes: tuple[Intake, ...] = (
        *(HubIntake(engine, dsn, hub, house) for hub, house in outside.houses.items()),
        HubFiles(engine, dsn, outside.houses, us=site.operators),
        *(
            DonorIntake(engine, dsn, hub, house, site.rules)
            for hub, house in outside.donor_houses.items()
        ),
        DonorFiles(engine, dsn, outside.houses),
        MigrationIntake(engine, dsn, outside.migrations, outside.houses[HubKind.MOBILE]),
        ReturnIntake(engine, dsn, outside.return_sources, site.operator, site.rules),
        DeskIntake(engine, dsn, outside.desk),
        BoardIntake(engine, dsn, outside.board, rules=site.rules.code),
        CourierIntake(engine, dsn, outside.courier),
        EsimIntake(engine, dsn, outside.profile_server),
        NetworkIntake(engine, dsn, outside.network),
        FieldServiceIntake(engine, dsn, outside.field_service),
        MailIntake(engine, dsn, outside.inbox, vault=keep_mailed),
        *mail_intakes(outside.mail, engine, dsn, keep_mailed),
        *([outside.social.intake(engine, keep_mailed)] if outside.social else []),
        Watch(engine, dsn, outside.prober, clock),
        VaultIntake(dsn, clock, scanner_of_site()),
    )
    return System(
        engine,
        intakes,
        (lines, books, wire_log, outside.board, *outside.closes),
    )
