"""By SMS into the voice of an order, and from it: the line of a whole worker, with its engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import psycopg
import pytest

from relevo import wiring
from relevo.adapters.sms_smpp.client import SmppSms
from relevo.adapters.sms_smpp.link import LinkState
from relevo.config import Endpoints, MissingSettings, endpoints
from relevo.engine.clock import SystemClock
from relevo.engine.engine import Engine
from relevo.engine.process import wire_name
from relevo.notices.voice.messages import CustomerWrote, DeliveryReported
from relevo.rim import Site, group_rim, with_sms_centre
from relevo.testing.patience import until
from relevo.testing.postgres import clone, session_server
from relevo.testing.sms_site import PHONE
from relevo.testing.sms_site import sms as say
from relevo.testing.smsc_process import SmscProcess

ORDER = "R7K2M9QX"
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def dsn() -> Iterator[str]:
    with session_server(wiring.SCHEMA_PACKAGES) as server:
        yield clone(server, "sms")


@pytest.fixture
def smsc(tmp_path: Path) -> Iterator[SmscProcess]:
    made = SmscProcess(tmp_path)
    yield made
    made.kill()


@pytest.fixture
def line(dsn: str, smsc: SmscProcess, tmp_path: Path) -> Iterator[SmppSms]:
    agreement = tmp_path / "smsc.toml"
    agreement.write_text(
        f'host = "127.0.0.1"\nport = {smsc.port}\nsystem_id = "brisa"\ncountry_prefix = "+34"\n'
    )
    environment = {f"RELEVO_{each.name.upper()}": NOWHERE for each in fields(Endpoints)}
    environment |= {"RELEVO_SMTP_PORT": "1", "RELEVO_SMSC_FILE": str(agreement)}
    environment["RELEVO_MAIL_FILE"] = ""
    clock = SystemClock()
    rules = wiring.book().on("es", clock.now().date())
    site = Site(operator="brisa", rules=rules, endpoints=endpoints(environment))
    with psycopg.connect(dsn) as rows:
        rows.execute("insert into notice_sender values (%s, %s, now())", (f"+{PHONE}", ORDER))
    outside = with_sms_centre(group_rim(site, clock), site, dsn, clock)
    engine = Engine(dsn=dsn, catalogue=wiring.catalogue(), clock=clock, performers={}, worker="w1")
    assert isinstance(outside.sms, SmppSms)
    outside.sms.listen(engine)
    yield outside.sms
    for each in (*outside.closes, engine):
        each.close()


def test_a_wrong_agreement_stops_a_worker_with_the_name_of_the_field(
    dsn: str, tmp_path: Path
) -> None:
    agreement = tmp_path / "smsc.toml"
    agreement.write_text('host = "127.0.0.1"\nport = 2775\n')
    urls = {each.name: NOWHERE for each in fields(Endpoints) if each.name.endswith("_url")}
    outside = Endpoints(**urls, smtp_host="h", smtp_port=1, smsc_file=str(agreement))
    clock = SystemClock()
    site = Site(
        operator="brisa", rules=wiring.book().on("es", clock.now().date()), endpoints=outside
    )
    with pytest.raises(MissingSettings, match=r"RELEVO_SMSC_FILE: smsc.toml: .*`system_id`"):
        with_sms_centre(group_rim(site, clock), site, dsn, clock)


def test_the_voice_hears_what_came_of_its_sms_and_what_the_customer_answers(
    dsn: str, smsc: SmscProcess, line: SmppSms
) -> None:
    until(lambda: line.state[0] is LinkState.BOUND, "the line is bound")
    line.send(say(f"{ORDER}-1"))
    smsc.say("¿Cuándo?".encode("utf-16-be"), coding=8, source="600000101", ton=2)
    smsc.say(b"who am I?", source="34699999999")

    def told() -> set[tuple[str, str]]:
        with psycopg.connect(dsn) as rows:
            found = rows.execute("select process_id, name from mailbox").fetchall()
            strays = rows.execute("select 'stray', said from notice_stray").fetchall()
            return {(str(a), str(b)) for a, b in found + strays}

    voice = f"{ORDER}/voice"
    wanted = {
        (voice, wire_name(DeliveryReported)),
        (voice, wire_name(CustomerWrote)),
        ("stray", "who am I?"),
    }
    until(lambda: told() == wanted, "the voice knows")
