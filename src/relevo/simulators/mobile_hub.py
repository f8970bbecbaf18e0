"""The mobile hub: a web service that checks, stores and notifies, and a place for files.

What changes something is taken in opening hours only; everything can be read at any time. A session
knows its operator, and a party sees only what it is a party to. The requests, returns and
migrations themselves are in ``mobile_ports``, ``mobile_returns``, ``mobile_migrations``; what each
role may do with them in the faces.
"""

from __future__ import annotations

from relevo.simulators.donors import Donors
from relevo.simulators.exchange import Exchange
from relevo.simulators.http import Answer, Asked, Route, not_found
from relevo.simulators.mobile_books import Books
from relevo.simulators.mobile_contingency import Contingency
from relevo.simulators.mobile_creation import Creation
from relevo.simulators.mobile_donor import DonorFace
from relevo.simulators.mobile_donors import MobileDonors
from relevo.simulators.mobile_migration_face import MigrationFace
from relevo.simulators.mobile_migrations import MobileMigrations
from relevo.simulators.mobile_notices import Notices
from relevo.simulators.mobile_ports import MobilePorts, Port
from relevo.simulators.mobile_queries import QueryFace
from relevo.simulators.mobile_recipient import RecipientFace
from relevo.simulators.mobile_return_face import ReturnFace
from relevo.simulators.mobile_returns import MobileReturns
from relevo.simulators.mobile_soap import (
    Call,
    NotSoap,
    Operation,
    Operations,
    Verdict,
    read_call,
    write_fault,
    write_reply,
)
from relevo.simulators.operators import with_mobile_code
from relevo.simulators.outage import Outage
from relevo.simulators.stage import Stage
from relevo.simulators.status_file import StatusFile, next_file_at, returned_files, write_file
from relevo.values.ids import READABLE, code

NO_SESSION = Verdict("ACCS NXSES", "La sesión no existe")
XML = "text/xml; charset=utf-8"


class MobileHub:
    """The door: sessions, operations by their names, and the files."""

    def __init__(self, stage: Stage, exchange: Exchange, donors: Donors, outage: Outage) -> None:
        self._stage = stage
        self._outage = outage
        self.books = books = Books(exchange)
        self.requests = MobilePorts(stage, books)
        self.returns = MobileReturns(stage, books, self.requests)
        self.migrations = MobileMigrations(stage)
        self.creation = Creation(stage, exchange, books, self.requests)
        self.donors = MobileDonors(stage, self.requests, donors, self._is_played)
        notices = Notices(stage)
        self._as_recipient = RecipientFace(stage, self.requests, self.creation, notices)
        self._as_donor = DonorFace(stage, self.requests, notices)
        self._as_giver = ReturnFace(stage, books, self.requests, self.returns)
        self._operations: Operations = {
            **self._as_recipient.operations(),
            **self._as_donor.operations(),
            **QueryFace(exchange, books, self.requests, notices).operations(),
            **self._as_giver.operations(),
            **MigrationFace(stage, self.migrations, notices).operations(),
        }
        self._contingency = Contingency(stage, self._operation, self._publish)
        self.requests.moved.append(self._tell)
        self._sessions: dict[str, str] = {}
        self._logins = 0
        self._played: set[str] = {stage.recipient}
        self._files: dict[str, StatusFile] = {}
        self._notify_ceased()
        self._plan_files()

    def routes(self) -> list[Route]:
        """The addresses of this server."""
        return [
            Route(self._stage, "POST", "/nc", self._serve),
            Route(self._stage, "POST", "/nc/{module}", self._serve),
            Route(self._stage, "GET", "/nc/files", self._list_files),
            Route(self._stage, "GET", "/nc/files/{name}", self._give_file),
            Route(self._stage, "PUT", "/nc/files/{name}", self._take_file),
        ]

    def holder(self, number: str) -> str:
        """Who holds the number in the hub's books."""
        return self.books.holder(number)

    def _is_played(self, operator: str) -> bool:
        """Whether a peer acts for this operator: we always do, others once they log in."""
        return operator in self._played

    def _tell(self, port: Port) -> None:
        """News go into the mailboxes of those who read them; a window is nobody's news."""
        if self._is_played(port.recipient):
            self._as_recipient.tell(port)
            if self._outage.is_in_contingency():
                self._contingency.tell(port)
        self._as_donor.tell(port, has_reader=self._is_played(port.donor))

    def _operation(self, name: str) -> Operation:
        return self._operations[name][1]

    def _serve(self, asked: Asked) -> Answer:
        if self._outage.is_service_down():
            return Answer(503, write_fault("Servicio no disponible"), XML)
        try:
            call = read_call(asked.body)
        except NotSoap:
            text = "El mensaje no es un sobre SOAP válido"
            return Answer(500, write_fault(text, whose="Client"), XML)
        if call.operation == "IniciarSesion":
            return Answer(200, self._log_in(call), XML)
        if call.operation not in self._operations:
            text = f"Operación desconocida: {call.operation}"
            return Answer(500, write_fault(text, whose="Client"), XML)
        prefix, operation = self._operations[call.operation]
        if self._stage.strike("hub", "session_lost") is not None:
            self._sessions.pop(call.text("codigoSesion"), None)
        operator = self._sessions.get(call.text("codigoSesion"))
        if operator is None:
            return Answer(200, write_reply(prefix, call.operation, NO_SESSION, []), XML)
        verdict, fields = operation(operator, call)
        return Answer(200, write_reply(prefix, call.operation, verdict, fields), XML)

    def _log_in(self, call: Call) -> bytes:
        operator = with_mobile_code(call.text("codigoOperador"))
        if operator is None or not call.text("codigoUsuario") or not call.text("claveAcceso"):
            wrong = Verdict("GENE INFOR", "Faltan datos de acceso", (("codigoOperador", "falta"),))
            return write_reply("acc", "IniciarSesion", wrong, [])
        self._logins += 1
        session = "S" + code(10, READABLE, "session", operator.name, str(self._logins))
        self._sessions[session] = operator.name
        self._played.add(operator.name)
        return write_reply("acc", "IniciarSesion", Verdict(), [("nc:codigoSesion", session)])

    def _notify_ceased(self) -> None:
        """What was ported to us and ceased before the story began is on its way back already."""
        for part in self._stage.parts:
            for ours in part.plan.served:
                if ours.ceased_at is not None and ours.ported_from is not None:
                    self._as_giver.begin(self._stage.recipient, ours.number, ours.ceased_at)

    def _plan_files(self) -> None:
        self._stage.later(next_file_at(self._stage), "hub file", self._publish_today)

    def _publish_today(self) -> None:
        returns, migrations = self.returns.returns, self.migrations.migrations
        for file in returned_files(self._stage.now(), returns.values()):
            self._publish(file)
        every = self.requests.ports.values(), returns.values(), migrations.values()
        self._publish(write_file(self._stage, *every))
        self._plan_files()

    def _publish(self, file: StatusFile) -> None:
        self._files[file.name] = file
        self._stage.changed("hub files")

    def _list_files(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503)
        files = self._files.values()
        return Answer(
            200, {"files": [{"name": f.name, "published_at": f.published_at} for f in files]}
        )

    def _give_file(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503)
        file = self._files.get(asked.path["name"])
        return not_found("the file") if file is None else Answer(200, file.content, "text/plain")

    def _take_file(self, asked: Asked) -> Answer:
        if self._outage.is_down():
            return Answer(503)
        is_new = self._contingency.take(asked.path["name"], asked.body)
        if is_new is None:
            return Answer(400, {"error": "name: write it as NC_CONT_<token>_<operator>_<key>.csv"})
        return Answer(201 if is_new else 200)
