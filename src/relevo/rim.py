"""The rim: the clients of all outside systems, put together for one installation.

Each client is an adapter of a protocol that a capability owns. Nothing connects before it is used.
What is a country's own (its codecs) is found by the code of the edition that the site follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from relevo.activation.gateway import Prober
from relevo.adapters.channel_email.account import (
    MailAccount,
    WrongMailAccount,
    read_mail_account,
)
from relevo.adapters.channel_email.client import SmtpEmail
from relevo.adapters.channel_email.conversations import Conversations
from relevo.adapters.channel_sms.client import RestSms
from relevo.adapters.channel_social.account import WrongSocialAccount, read_social_accounts
from relevo.adapters.channel_social.line import SocialLine
from relevo.adapters.clearing_house_files.board import FilesBoardHouse
from relevo.adapters.clearing_house_files.client import FilesClearingHouse
from relevo.adapters.clearing_house_files.donor import FilesDonorHouse
from relevo.adapters.clearing_house_files.folder import FolderLog
from relevo.adapters.clearing_house_files.returns import FilesReturnHouse
from relevo.adapters.clearing_house_files.settings import FileAccount
from relevo.adapters.clearing_house_soap.client import SoapClearingHouse
from relevo.adapters.clearing_house_soap.donor import SoapDonorHouse
from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.adapters.clearing_house_soap.migration import SoapMigrationHouse
from relevo.adapters.clearing_house_soap.registry import SoapRegistry
from relevo.adapters.clearing_house_soap.returns import SoapReturnHouse
from relevo.adapters.clearing_house_soap.settings import HubAccount
from relevo.adapters.courier_rest.client import RestCourier
from relevo.adapters.donor_desk_rest.client import DeskAccount, RestDonorDesk
from relevo.adapters.es2plus.client import Es2PlusServer
from relevo.adapters.field_service_rest.client import RestFieldService
from relevo.adapters.http import client
from relevo.adapters.mail_inbox.client import RestInbox
from relevo.adapters.network_rest.client import RestNetwork
from relevo.adapters.probes_sip.kept import KeptCalls
from relevo.adapters.probes_sip.origins import WrongOrigins, read_origins
from relevo.adapters.probes_sip.prober import SipProber
from relevo.adapters.sms_smpp.account import WrongAccount, read_account
from relevo.adapters.sms_smpp.client import SmppSms
from relevo.brands.houses import BrandsDonorHouse, BrandsHouse
from relevo.config import Endpoints, MissingSettings
from relevo.engine.clock import Clock, SystemClock
from relevo.porting.gateway import ClearingHouse, DonorHouse, ReturnHouse, WireLog
from relevo.porting.profile import HubKind, PortingProfile
from relevo.porting.returns.intake import ReturnSources


class Closable(Protocol):
    """A client that holds connections."""

    def close(self) -> None:
        """Give them back."""


def country_module(code: str, name: str) -> Any:
    """A module of the profile of the country of an edition."""
    return import_module(f"relevo.profiles.{country_of(code)}.{name}")


def country_of(code: str) -> str:
    """The country of an edition's code."""
    return code.partition("@")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rim:
    """Clients of the outside systems; none connects before it is used."""

    closes: Sequence[Closable]
    houses: Mapping[HubKind, ClearingHouse]
    donor_houses: Mapping[HubKind, DonorHouse]
    return_houses: Mapping[HubKind, ReturnHouse]
    return_sources: ReturnSources
    registry: SoapRegistry
    migrations: SoapMigrationHouse
    board: FilesBoardHouse
    desk: RestDonorDesk
    courier: RestCourier
    profile_server: Es2PlusServer
    field_service: RestFieldService
    network: RestNetwork
    prober: Prober
    sms: RestSms | SmppSms
    email: SmtpEmail
    mail: MailAccount | None  # how mail comes in; None: over the inbox alone
    inbox: RestInbox
    social: SocialLine | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sister:
    """Another brand of the group in the same installation, with its own account at the hub."""

    operator: str
    hub_user: str = "relevo"
    hub_key: str = "relevo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Whose installation this is, and what it needs to know of the outside."""

    operator: str  # our name at the hubs, for example "brisa"
    rules: PortingProfile
    endpoints: Endpoints
    hub_user: str = "relevo"
    hub_key: str = "relevo"
    contingency_after_s: float = 1800.0  # of an outage of the mobile hub's service: then by file
    sisters: tuple[Sister, ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        """All names under which this installation speaks at the hubs."""
        return (self.operator, *(sister.operator for sister in self.sisters))


def rim(site: Site, clock: Clock | None = None, wire_log: WireLog | None = None) -> Rim:
    """The clients of a site; what they exchange with the hubs is kept in ``wire_log``."""
    where = site.endpoints
    web = (where.courier_url, where.esim_url, where.network_url, where.mail_url)
    courier, esim, network, mail, field = map(client, (*web, where.field_service_url))
    language = HubLanguage(
        codec=country_module(site.rules.code, "codec_mobile"),
        words=country_module(site.rules.code, "hub_words"),
        files=country_module(site.rules.code, "codec_status"),
    )
    account = HubAccount(
        url=where.mobile_hub_url,
        operator=site.operator,
        user=site.hub_user,
        key=site.hub_key,
        contingency_after_s=site.contingency_after_s,
    )
    fixed = FileAccount(url=where.fixed_hub_url, operator=site.operator)
    records = country_module(site.rules.code, "codec_fixed")
    log = FolderLog(wire_log, clock or SystemClock()) if wire_log is not None else None
    mobile_house = SoapClearingHouse(account, language, site.rules, clock=clock, wire_log=wire_log)
    fixed_house = FilesClearingHouse(fixed, records, site.rules, log)
    desk = RestDonorDesk(DeskAccount(url=where.desk_url, operator=site.operator))
    board = FilesBoardHouse(fixed, records, site.rules, log)
    fixed_donor = FilesDonorHouse(fixed, records, site.rules, log)
    mobile_returns, registry = SoapReturnHouse(mobile_house.line), SoapRegistry(mobile_house.line)
    fixed_returns = FilesReturnHouse(fixed, records, site.rules, log)
    houses = (mobile_house, fixed_house, fixed_donor, fixed_returns)
    return Rim(
        board=board,
        houses={HubKind.MOBILE: mobile_house, HubKind.FIXED: fixed_house},
        donor_houses={
            HubKind.MOBILE: SoapDonorHouse(mobile_house.line),
            HubKind.FIXED: fixed_donor,
        },
        return_houses={HubKind.MOBILE: mobile_returns, HubKind.FIXED: fixed_returns},
        return_sources=_return_sources(mobile_house, mobile_returns, fixed_returns),
        registry=registry,
        migrations=SoapMigrationHouse(mobile_house.line),
        desk=desk,
        closes=(*houses, desk, courier, field, esim, network, mail),
        courier=RestCourier(courier),
        profile_server=Es2PlusServer(esim),
        field_service=RestFieldService(field),
        network=RestNetwork(network),
        prober=RestNetwork(network),
        sms=RestSms(mail),
        email=SmtpEmail(where.smtp_host, where.smtp_port, clock=clock),
        mail=None,
        inbox=RestInbox(mail),
    )


def _return_sources(
    mobile: SoapClearingHouse, returned: SoapReturnHouse, fixed: FilesReturnHouse
) -> ReturnSources:
    return ReturnSources(
        files={HubKind.MOBILE: mobile},
        mail={HubKind.FIXED: fixed},
        lists={HubKind.MOBILE: returned},
    )


def with_mail(outside: Rim, site: Site, dsn: str, clock: Clock) -> Rim:
    """Mail goes out and comes in as the site's file says. Raises MissingSettings."""
    where = site.endpoints
    conversations = Conversations(dsn)
    account = None
    if where.mail_file:
        try:
            account = read_mail_account(Path(where.mail_file))
        except WrongMailAccount as wrong:
            raise MissingSettings(f"RELEVO_MAIL_FILE: {wrong}") from None
    email = SmtpEmail(
        where.smtp_host,
        where.smtp_port,
        account,
        clock=clock,
        conversation_of=conversations.of,
    )
    return replace(
        outside, email=email, mail=account, closes=(email, conversations, *outside.closes)
    )


def with_sms_centre(outside: Rim, site: Site, dsn: str, clock: Clock) -> Rim:
    """SMS go to a centre by SMPP where the site agreed it with one. Raises MissingSettings."""
    if not site.endpoints.smsc_file:
        return outside
    try:
        account = read_account(Path(site.endpoints.smsc_file))
    except WrongAccount as wrong:
        raise MissingSettings(f"RELEVO_SMSC_FILE: {wrong}") from None
    sms = SmppSms(account, dsn, clock)
    return replace(outside, sms=sms, closes=(sms, *outside.closes))


def with_social(outside: Rim, site: Site, dsn: str, clock: Clock) -> Rim:
    """Customers are answered on an open network where we have an account. Raises
    MissingSettings."""
    if not site.endpoints.social_file:
        return outside
    try:
        accounts = read_social_accounts(Path(site.endpoints.social_file))
    except WrongSocialAccount as wrong:
        raise MissingSettings(f"RELEVO_SOCIAL_FILE: {wrong}") from None
    line = SocialLine(accounts, dsn, clock)
    return replace(outside, social=line, closes=(line, *outside.closes))


def with_test_calls(outside: Rim, site: Site, dsn: str, clock: Clock) -> Rim:
    """Test calls are made by SIP where the site says from which networks; what no call can tell is
    asked as before. Raises MissingSettings."""
    if not site.endpoints.origins_file:
        return outside
    try:
        origins = read_origins(Path(site.endpoints.origins_file))
    except WrongOrigins as wrong:
        raise MissingSettings(f"RELEVO_ORIGINS_FILE: {wrong}") from None
    kept = KeptCalls(dsn)
    prober = SipProber(origins, beside=outside.prober, keep=kept.keep, clock=clock)
    return replace(outside, prober=prober, closes=(prober, kept, *outside.closes))


def equipped(outside: Rim, site: Site, dsn: str, clock: Clock) -> Rim:
    """With all that the site has a file for. Raises MissingSettings."""
    for add in (with_mail, with_sms_centre, with_social, with_test_calls):
        outside = add(outside, site, dsn, clock)
    return outside


def group_rim(site: Site, clock: Clock | None = None, wire_log: WireLog | None = None) -> Rim:
    """The clients of a site, with an account at the hubs for each of its brands."""
    own = rim(site, clock, wire_log)
    if not site.sisters:
        return own
    rims = {site.operator: own}
    for sister in site.sisters:
        name, user, key = sister.operator, sister.hub_user, sister.hub_key
        alone = replace(site, operator=name, hub_user=user, hub_key=key, sisters=())
        rims[name] = rim(alone, clock, wire_log)
    hubs = tuple(own.houses)
    return replace(
        own,
        houses={h: BrandsHouse({b: each.houses[h] for b, each in rims.items()}) for h in hubs},
        donor_houses={
            h: BrandsDonorHouse({b: each.donor_houses[h] for b, each in rims.items()}) for h in hubs
        },
        closes=tuple(client for each in rims.values() for client in each.closes),
    )
