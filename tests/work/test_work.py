"""The production worker: a broken source holds up no other; settings are asked for by name."""

from __future__ import annotations

import pytest

from relevo.config import MissingSettings, endpoints
from relevo.work import look

COMPLETE = {
    "RELEVO_MOBILE_HUB_URL": "https://hub.example",
    "RELEVO_FIXED_HUB_URL": "https://files.example",
    "RELEVO_DESK_URL": "https://desk.example",
    "RELEVO_COURIER_URL": "https://courier.example",
    "RELEVO_FIELD_SERVICE_URL": "https://visits.example",
    "RELEVO_NETWORK_URL": "https://network.example",
    "RELEVO_ESIM_URL": "https://esim.example",
    "RELEVO_MAIL_URL": "https://mail.example",
    "RELEVO_SMTP_HOST": "mail.example",
    "RELEVO_SMTP_PORT": "25",
}


class Broken:
    """A source that fails in a way nobody foresaw."""

    def poll(self) -> int:
        raise RuntimeError("the cable is cut")

    def close(self) -> None:
        """Nothing is open."""


class Steady:
    """A source with two messages."""

    def poll(self) -> int:
        return 2

    def close(self) -> None:
        """Nothing is open."""


def test_a_broken_source_holds_up_no_other() -> None:
    assert look([Steady(), Broken(), Steady()]) == 4


def test_the_endpoints_are_read_from_the_environment() -> None:
    assert endpoints(COMPLETE).smtp_port == 25


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(MissingSettings, match=name):
        endpoints({key: value for key, value in COMPLETE.items() if key != name})


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(MissingSettings, match="must be a number"):
        endpoints(COMPLETE | {"RELEVO_SMTP_PORT": "smtp"})
