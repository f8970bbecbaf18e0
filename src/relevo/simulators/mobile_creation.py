"""How the mobile hub takes a new request: its own checks, in its order (porting-es 3.8, 4.2)."""

from __future__ import annotations

from datetime import timedelta

from relevo.simulators.exchange import Exchange
from relevo.simulators.hours import SWITCHES, at, local
from relevo.simulators.mobile_books import Books
from relevo.simulators.mobile_form import Form
from relevo.simulators.mobile_ports import MobilePorts, Port
from relevo.simulators.mobile_soap import Verdict
from relevo.simulators.operators import named, somebody_else, with_mobile_code
from relevo.simulators.stage import Stage

LATEST_WINDOW = timedelta(days=30)
CLOSED = Verdict("ACCS PERME", "Operación no permitida fuera del horario del servicio")
REFUSALS = {
    # What the fault `refuse` has the hub say; a code that is not here has no text of its own.
    "ACCS PERME": CLOSED.text,
    "GENE INFOR": "Formato de campos no válido",
    "GENE ERINT": "Error interno",
    "AREC FORMA": "El formato de la solicitud no es válido",
    "AREC CUPO1": "Cupo diario agotado",
    "AREC CUPO4": "Cupo diario agotado para el operador donante",
    "AREC FMAYO": "Fuerza mayor declarada",
    "AREC HORFV": "La fecha de la ventana de cambio no es válida",
    "AREC NRNRE": "El NRN no es del operador receptor",
    "AREC FSABF": "La fecha de solicitud del abonado es futura",
    "AREC DOMIN": "Valor fuera de dominio",
}


class Creation:
    """Takes forms; whoever brings them (a peer, a file, an operator of this world)."""

    def __init__(
        self, stage: Stage, exchange: Exchange, books: Books, requests: MobilePorts
    ) -> None:
        self._stage = stage
        self._exchange = exchange
        self._books = books
        self._requests = requests
        self._spent: set[tuple[int | None, str, str]] = set()

    def take(self, form: Form) -> tuple[Verdict, Port | None]:
        """The hub's verdict, and the request if it took it."""
        if not self._stage.hours.is_open(self._stage.now()):
            return CLOSED, None
        verdict = self._check(form)
        if not verdict.is_success:
            return verdict, None
        port = self._made(form)
        self._requests.open(port)
        return verdict, port

    def _check(self, form: Form) -> Verdict:
        known = self._requests.with_contract(form.contract)
        if known is not None:
            return _exists(known, form.claims[0].number)
        refused = self._refused(form)
        if refused is not None:
            return refused
        for claimed in form.claims:
            verdict = self._check_number(claimed.number, form)
            if not verdict.is_success:
                return verdict
        if not self._has_quota(form):
            return Verdict("AREC CUPO4", REFUSALS["AREC CUPO4"])
        recipient = with_mobile_code(form.recipient_code)
        if recipient is None or recipient.nrn_mobile != form.nrn:
            return Verdict("AREC NRNRE", REFUSALS["AREC NRNRE"])
        return self._check_window(form)

    def _check_number(self, number: str, form: Form) -> Verdict:
        digits = number.removeprefix("+34")
        if not self._books.knows(number):
            return Verdict("AREC DOMIN", f"El MSISDN {digits} no está asignado")
        if self._stage.strike("hub", "wrong_donor", number=number):
            asks = with_mobile_code(form.recipient_code)
            known = self._books.holder(number), asks.name if asks else ""
            self._exchange.rehome(number, somebody_else(*known))
        right = named(self._books.holder(number)).mobile_code
        if right != form.donor_code:
            return Verdict("AREC ENUME", f"El MSISDN {digits} pertenece al operador {right}")
        live = self._requests.live_on(number)
        return Verdict() if live is None else _exists(live, number)

    def _refused(self, form: Form) -> Verdict | None:
        """Fault `refuse`: the hub says no to a form in which nothing is wrong."""
        numbers = [each.number for each in form.claims]
        fault = self._stage.strike_one_of("hub", "refuse", numbers)
        if fault is None:
            return None
        cause, digits = fault.plan.cause or "GENE ERINT", numbers[0].removeprefix("+34")
        if cause == "AREC EXIST":  # somebody else's request, of whom nobody here knows
            return Verdict(cause, f"Ya existe un proceso: MSISDN {digits}")
        fields = (("MSISDN", "no válido"),) if cause == "GENE INFOR" else ()
        return Verdict(cause, REFUSALS.get(cause, cause), fields)

    def _check_window(self, form: Form) -> Verdict:
        if form.window is None:
            return Verdict()
        today = local(self._stage.now()).date()
        default = at(self._stage.hours.working_day_after(today, 2), SWITCHES)
        latest = at(today + LATEST_WINDOW, SWITCHES)
        is_on_the_hour = local(form.window).time() == SWITCHES
        if not is_on_the_hour or not default <= form.window <= latest:
            return Verdict("AREC HORFV", REFUSALS["AREC HORFV"])
        return Verdict()

    def _has_quota(self, form: Form) -> bool:
        number, donor = form.claims[0].number, form.donor_code
        today = local(self._stage.now()).date().isoformat()
        fault = self._stage.strike_one_of("hub", "quota", [each.number for each in form.claims])
        if fault is not None:
            self._spent.add((fault.place, donor, today))
        owner = self._stage.owner_of(number)
        touched = {None, owner.place if owner is not None else None}
        return not any((place, donor, today) in self._spent for place in touched)

    def _made(self, form: Form) -> Port:
        now, number = self._stage.now(), form.claims[0].number
        donor = self._books.holder(number)
        recipient = with_mobile_code(form.recipient_code) or named(self._stage.recipient)
        codes = f"{recipient.mobile_code}{named(donor).mobile_code}"
        volume = "2" if form.is_multiple else "1"
        default = at(self._stage.hours.working_day_after(local(now).date(), 2), SWITCHES)
        return Port(
            reference=self._new_reference(f"{codes}1{volume}{local(now):%y%m%d%H%M}", form),
            form=form,
            donor=donor,
            recipient=recipient.name,
            created_at=now,
            window=form.window or default,
            slot=self._stage.hours.reply_slot(now),
        )

    def _new_reference(self, head: str, form: Form) -> str:
        names = ("reference", form.claims[0].number, form.contract)
        counter = self._stage.between(0, 99_999, *names, of=names[1])
        while (reference := f"{head}{counter:05d}") in self._requests.ports:
            counter = (counter + 1) % 100_000
        return reference


def _exists(known: Port, number: str) -> Verdict:
    return Verdict(
        "AREC EXIST",
        f"Ya existe un proceso: MSISDN {number.removeprefix('+34')}, contrato {known.contract}, "
        f"referencia {known.reference}",
    )
