"""A world that listens on loopback, and one hand that moves its clock and speaks its wire."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

import httpx2
import pytest

from relevo.engine.clock import VirtualClock
from relevo.simulators.plan import (
    AddressPlan,
    CustomerPlan,
    FaultPlan,
    LineKind,
    LinePlan,
    PortOutPlan,
    ServedPlan,
)
from relevo.simulators.plan import WorldPlan as Plan
from relevo.simulators.world import World
from relevo.values.moment import Moment, instant

F, M1, M2, P = "+34976000101", "+34600000101", "+34600000102", "+34600000103"
OLD_CARD = "8934071100000000012"
CARDS = {M1: "8934072200000000011", M2: "8934072200000000029", P: "8934072200000000037"}
ALL = ["calls_out", "calls_in", "sms_out", "sms_in", "data"]
ADDRESS = {
    "street": "Calle de Alfonso I 17, 3º",
    "postcode": "50003",
    "city": "Zaragoza",
    "province": "Zaragoza",
}
LINES = (
    LinePlan(id="F", kind=LineKind.FIXED, donor="altamar", number=F),
    LinePlan(id="L", kind=LineKind.FIBRE, donor="altamar"),
    LinePlan(id="M1", kind=LineKind.MOBILE, donor="altamar", number=M1, payment="postpaid"),
    LinePlan(
        id="M2",
        kind=LineKind.MOBILE,
        donor="altamar",
        number=M2,
        payment="postpaid",
        depends_on="M1",
    ),
    LinePlan(
        id="P",
        kind=LineKind.MOBILE,
        donor="altamar",
        number=P,
        payment="prepaid",
        iccid=OLD_CARD,
    ),
)
CREATE = "crearSolicitudIndividualAltaPortabilidadMovil"
NOTICES = "obtenerNotificacionesAltaPortabilidadMovilComoReceptorConfirmadasRechazadas"
MONDAY = "2019-01-14T09:00:00+01:00"


class Play:
    """A running world with short ways to do what a recipient does."""

    fixed, main, second, prepaid, fibre = F, M1, M2, P, "L"
    cards = CARDS
    old_card = OLD_CARD
    address = ADDRESS

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.clock = VirtualClock(plan.starts)
        self.world = World(plan, self.clock)
        self.ends = self.world.start()
        self.http = httpx2.Client(base_url=self.ends.http)
        self.session = ""
        self._sessions: dict[str, str] = {}

    def close(self) -> None:
        self.http.close()
        self.world.stop()

    # time

    def run_until(self, moment: str | Moment) -> None:
        """Step from one due thing to the next until this moment."""
        until = instant(moment) if isinstance(moment, str) else moment
        while (due := self.world.next_due()) is not None and due <= until:
            self.clock.advance_to(max(due, self.clock.now()))
            self.world.fire_due()
        self.clock.advance_to(until)

    def run_for(self, **span: float) -> None:
        self.run_until(self.clock.now() + timedelta(**span))

    # plain HTTP

    def get(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()

    def post(self, path: str, body: object) -> Any:
        return self.http.post(path, json=body).raise_for_status().json()

    # the mobile hub

    def soap(self, operation: str, inside: str) -> str:
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            f'<p:{operation} xmlns:p="http://nc.aopm.es/v1-10/portabilidad">'
            f"{inside}</p:{operation}></e:Body></e:Envelope>"
        )
        return self.http.post("/nc", content=body.encode()).text

    def log_in(self, operator: str = "902") -> str:
        text = self.soap(
            "IniciarSesion",
            "<codigoUsuario>u</codigoUsuario><claveAcceso>k</claveAcceso>"
            f"<codigoOperador>{operator}</codigoOperador>",
        )
        self.session = one(text, "codigoSesion")
        return self.session

    def ask_as(self, operator: str, operation: str, inside: str = "") -> str:
        """A call of any operator; the first one logs him in."""
        if operator not in self._sessions:
            ours = self.session
            self._sessions[operator] = self.log_in(operator)
            self.session = ours
        session = f"<codigoSesion>{self._sessions[operator]}</codigoSesion>"
        return self.soap(operation, session + inside)

    def request_many(self, *numbers: str, donor: str = "901", cards: str = "", **more: str) -> str:
        """Create one request for several numbers and give the hub's reply."""
        spans = "".join(
            f"<rangoMSISDN><valorInicial>{each[3:]}</valorInicial>"
            f"<valorFinal>{each[3:]}</valorFinal></rangoMSISDN>"
            for each in numbers
        )
        recipient = more.get("recipient", "902")
        return self.ask_as(
            recipient,
            "crearSolicitudMultipleAltaPortabilidadMovil",
            "<solicitud><fechaSolicitudPorAbonado>"
            f"{self.clock.now().isoformat()}</fechaSolicitudPorAbonado>"
            f"<codigoOperadorDonante>{donor}</codigoOperadorDonante>"
            f"<codigoOperadorReceptor>{recipient}</codigoOperadorReceptor><abonado>"
            "<documentoIdentificacion><tipo>CIF</tipo>"
            f"<documento>{more.get('document', 'B99286320')}</documento>"
            "</documentoIdentificacion><datosPersonales><PersonaJuridica>"
            "<razonSocial>Taller Cierzo S.L.</razonSocial></PersonaJuridica></datosPersonales>"
            f"</abonado><codigoContrato>{more.get('contract', recipient + 'MULTI001')}"
            f"</codigoContrato><NRNReceptor>799{recipient}</NRNReceptor>{spans}{cards}"
            "</solicitud>",
        )

    def ask_hub(self, operation: str, inside: str = "") -> str:
        if not self.session:
            self.log_in()
        return self.soap(operation, f"<codigoSesion>{self.session}</codigoSesion>{inside}")

    def request_port(self, number: str, contract: str = "", **fields: str) -> str:
        """Create a request and give the hub's reply; fields override what is right."""
        written = {
            "donor": "901",
            "type": "CIF",
            "document": "B99286320",
            "nrn": "799902",
            "asked": self.clock.now().isoformat(),
            **fields,
        }
        optional = "".join(
            f"<{name}>{written[key]}</{name}>"
            for key, name in (("window", "fechaVentanaCambio"), ("iccid", "ICCID"))
            if key in written
        )
        return self.ask_hub(
            CREATE,
            f"<solicitud><fechaSolicitudPorAbonado>{written['asked']}</fechaSolicitudPorAbonado>"
            f"<codigoOperadorDonante>{written['donor']}</codigoOperadorDonante>"
            "<codigoOperadorReceptor>902</codigoOperadorReceptor><abonado>"
            f"<documentoIdentificacion><tipo>{written['type']}</tipo>"
            f"<documento>{written['document']}</documento></documentoIdentificacion>"
            "<datosPersonales><PersonaJuridica><razonSocial>"
            f"{escape('Taller Cierzo S.L.')}</razonSocial></PersonaJuridica></datosPersonales>"
            f"</abonado><codigoContrato>{contract or '902' + number[-8:]}</codigoContrato>"
            f"<NRNReceptor>{written['nrn']}</NRNReceptor>{optional}"
            f"<MSISDN>{number.removeprefix('+34')}</MSISDN></solicitud>",
        )

    def state_of(self, reference: str) -> tuple[str, str]:
        """State and cause of a request."""
        text = self.ask_hub(
            "obtenerSolicitudAltaPortabilidadMovil",
            f"<codigoReferencia>{reference}</codigoReferencia>",
        )
        return one(text, "estado"), one(text, "causaEstado")

    def cancel(self, reference: str) -> str:
        """The code of the hub's reply to a cancellation."""
        text = self.ask_hub(
            "cancelarSolicitudAltaPortabilidadMovil",
            f"<codigoReferencia>{reference}</codigoReferencia><causaEstado>CANC_ABONA"
            "</causaEstado><cancelacionIniciadaPorDonante>false</cancelacionIniciadaPorDonante>",
        )
        return one(text, "codigoRespuesta")

    def notices(self) -> list[tuple[str, str, str]]:
        """Code, number and state of each unread notification."""
        text = self.ask_hub(NOTICES)
        return list(
            zip(
                every(text, "codigoNotificacion"),
                every(text, "MSISDN"),
                every(text, "estado"),
                strict=True,
            )
        )

    # the fixed hub

    def upload(self, *records: str, name: str = "1.txt", operator: str = "00902") -> str:
        headers = {"X-Operator": operator, "X-File-Name": name, "Content-Type": "text/plain"}
        body = "\n".join(records).encode()
        return self.http.post("/er/upload", content=body, headers=headers).text

    def fixed_replies(self, operator: str = "00902") -> list[str]:
        files = self.get(f"/er/download?operator={operator}&after=0")["files"]
        return [line for file in files for line in file["content"].splitlines()]

    # network, courier, desk, mail

    def subscribe(self, number: str, state: str = "active", key: str = "", **more: Any) -> Any:
        body = {"key": key or f"{number} {state}", "state": state, "capabilities": ALL, **more}
        if number in CARDS:
            body.setdefault("iccid", CARDS[number])
        return self.http.put(f"/network/subscriptions/{number}", json=body).json()

    def probe(self, number: str) -> Any:
        return self.post("/network/probes", {"numbers": [number]})["results"][number]

    def callers_hear(self, number: str) -> set[int]:
        return set(self.probe(number)["calls_in"].values())

    def send_parcel(self, *cards: str, reference: str = "order-1", **more: Any) -> str:
        body = {
            "reference": reference,
            "contents": list(cards),
            "name": "Taller Cierzo S.L.",
            "phone": "+34976000100",
            "address": ADDRESS,
            "pin": "4711",
            **more,
        }
        code: str = self.post("/courier/parcels", body)["tracking_code"]
        return code

    def scans(self) -> list[tuple[str, str | None, str | None]]:
        events = self.get("/courier/events?after=0")["events"]
        return [(each["state"], each["reason"], each["action"]) for each in events]

    def write_desk(self, topic: str, number: str, key: str = "k1", **more: Any) -> Any:
        body = {
            "key": key,
            "sender": "brisa",
            "topic": topic,
            "number": number,
            "order": "o1",
            "grounds": "cut without an order of its holder",
            "text": "",
            **more,
        }
        return self.post("/desk/altamar/messages", body)

    def desk_inbox(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.get("/desk/brisa/inbox?after=0")["messages"]
        return messages

    def sms(self, text: str, key: str = "", to: str = "+34976000100") -> Any:
        body = {"key": key or text, "sender": "Brisa", "to": to, "text": text}
        return self.post("/mail/sms", body)

    def inbound(self) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.get("/mail/inbound?after=0")["messages"]
        return messages

    def email(self, text: str, message_id: str, to: str = "hola@cierzo.example") -> None:
        message = (
            f"From: hola@brisa.example\r\nTo: {to}\r\nSubject: Tu pedido\r\n"
            f"Message-ID: <{message_id}>\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
        )
        with smtplib.SMTP(self.ends.smtp_host, self.ends.smtp_port) as smtp:
            smtp.sendmail("hola@brisa.example", [to], message.encode())


Start = Callable[..., Play]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a world: its faults, and what else shall be different in its plan."""
    running: list[Play] = []

    def begin(
        *faults: FaultPlan,
        starts: str = MONDAY,
        lines: tuple[LinePlan, ...] = LINES,
        decides: tuple[tuple[str, str], ...] = (),
        language: str = "es",
        seed: int = 1,
        served: tuple[ServedPlan, ...] = (),
        port_outs: tuple[PortOutPlan, ...] = (),
    ) -> Play:
        customer = CustomerPlan(
            name="Taller Cierzo S.L.",
            document_type="CIF",
            document_number="B99286320",
            business=True,
            language=language,
            email="hola@cierzo.example",
            contact="+34976000100",
            address=AddressPlan(**ADDRESS),
            decides=decides,
        )
        plan = Plan(
            starts=instant(starts),
            seed=seed,
            customer=customer,
            lines=lines,
            recipient="brisa",
            faults=faults,
            served=served,
            port_outs=port_outs,
        )
        running.append(Play(plan))
        return running[-1]

    yield begin
    for play in running:
        play.close()


def one(text: str, name: str) -> str:
    """The text of the first element of this name; empty if there is none."""
    return (every(text, name) or [""])[0]


def every(text: str, name: str) -> list[str]:
    """The texts of all elements of this name."""
    return re.findall(rf"<(?:\w+:)?{name}>([^<]*)</", text)


@pytest.fixture(name="every")
def _every() -> Callable[[str, str], list[str]]:
    return every


@pytest.fixture(name="one")
def _one() -> Callable[[str, str], str]:
    return one
