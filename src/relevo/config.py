"""Settings: where the outside systems are. Read once from the environment, checked, frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields


class MissingSettings(ValueError):
    """Settings that the program cannot do without; the message names each and an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The outside systems. Each field is read from ``RELEVO_<FIELD>``, in capitals."""

    mobile_hub_url: str  # the clearing house for mobile numbers, SOAP
    fixed_hub_url: str  # the clearing house for fixed numbers, files
    desk_url: str  # operator-to-operator desk
    courier_url: str
    network_url: str  # subscriber registry and test calls
    esim_url: str  # ES2+
    mail_url: str  # SMS gateway and inbound messages
    smtp_host: str
    smtp_port: int


def endpoints(environment: Mapping[str, str] = os.environ) -> Endpoints:
    """Read the endpoints from the environment.

    Raises MissingSettings when one is absent or the port is not a number.
    """
    found = {f.name: environment.get(f"RELEVO_{f.name.upper()}", "") for f in fields(Endpoints)}
    missing = [f"RELEVO_{name.upper()}" for name, value in found.items() if not value]
    if missing:
        raise MissingSettings(
            f"set {', '.join(missing)}; for example RELEVO_COURIER_URL=https://courier.example"
        )
    port = found.pop("smtp_port")
    if not port.isdigit():
        raise MissingSettings(f"RELEVO_SMTP_PORT is {port!r}; it must be a number, for example 25")
    return Endpoints(**found, smtp_port=int(port))
