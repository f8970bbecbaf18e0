"""The register of a play's world, held by a real HLR: rows of cards over its control interface, and
phones that a switch attaches over GSUP."""

from __future__ import annotations

from relevo.adapters.registry_osmocom.ctrl import Ctrl, Request
from relevo.simulators.exchange import Served
from relevo.simulators.plan import LineKind
from relevo.simulators.registry import Subscription
from relevo.testing.osmo_hlr import OsmoHlr
from relevo.testing.phones import Switch


class HlrRegister:
    """One HLR that holds what the world's register holds. ``mirror`` is for ``watch_lines``."""

    def __init__(self, hlr: OsmoHlr) -> None:
        self._hlr = hlr
        self._control = Ctrl(hlr.host)
        self._switch = Switch(hlr.host)
        self._cards: dict[str, str] = {}  # the IMSI that has the number
        self._attached: set[str] = set()

    def mirror(self, served: Served, subscription: Subscription | None) -> None:
        """One line as it is now."""
        number = served.plan.number
        if number is None:
            return  # nobody calls a fibre
        if subscription is None or not subscription.is_active:
            self._forget(number)
            return
        imsi = _imsi(subscription.iccid or number)
        if self._cards.get(number) != imsi:
            self._forget(number)
            self._do("subscriber.create", imsi)
            self._do(f"subscriber.by-imsi-{imsi}.msisdn", number.removeprefix("+"))
            self._cards[number] = imsi
        self._do(f"subscriber.by-imsi-{imsi}.ps-enabled", str(int(subscription.can("data"))))
        has_phone = subscription.is_registered or served.plan.kind is not LineKind.MOBILE
        if has_phone and imsi not in self._attached:
            assert self._switch.attach(imsi).what == "accepted", imsi
            self._attached.add(imsi)

    def restart(self) -> None:
        """SIGKILL, and a new life on the same store."""
        self._hlr.kill()
        self._hlr.start()
        self._switch.close()
        self._switch = Switch(self._hlr.host)

    def close(self) -> None:
        """Hang up."""
        self._switch.close()
        self._control.close()

    def _forget(self, number: str) -> None:
        imsi = self._cards.pop(number, None)
        if imsi is not None:
            self._do("subscriber.delete", imsi)
            self._attached.discard(imsi)

    def _do(self, what: str, value: str) -> None:
        (reply,) = self._control.ask([Request(what, value)])
        assert not reply.is_refused, (what, value, reply.value)


def _imsi(card: str) -> str:
    """The IMSI of a card; E.212 keeps 999 for networks that are nobody else's."""
    return "99970" + "".join(filter(str.isdigit, card))[-10:].rjust(10, "0")
