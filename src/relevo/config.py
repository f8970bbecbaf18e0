"""Settings: where the outside systems are. Read once from the environment, checked, frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields


class MissingSettings(ValueError):
    """Settings that the program cannot do without; the message names each and an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The outside systems. Each field is read from ``RELEVO_<FIELD>``, in capitals."""

    mobile_hub_url: str  # the clearing house for mobile numbers, SOAP
    fixed_hub_url: str  # the clearing house for fixed numbers, files
    desk_url: str  # operator-to-operator desk
    courier_url: str
    field_service_url: str  # who sends technicians into houses
    network_url: str  # subscriber registry and test calls
    esim_url: str  # ES2+
    mail_url: str  # SMS gateway and inbound messages
    smtp_host: str
    smtp_port: int
    mail_file: str = ""  # how mail is signed, sent and taken in (adapters.channel_email.account)
    smsc_file: str = ""  # the agreement with an SMS centre: SMS go by SMPP, not over mail_url
    social_file: str = ""  # our account on an open network (adapters.channel_social.account)
    origins_file: str = ""  # from where test calls are made by SIP (adapters.probes_sip.origins)


def endpoints(environment: Mapping[str, str] = os.environ) -> Endpoints:
    """Read the endpoints from the environment.

    Raises MissingSettings when one is absent or the port is not a number.
    """
    found = {f.name: environment.get(f"RELEVO_{f.name.upper()}", "") for f in fields(Endpoints)}
    needed = [f.name for f in fields(Endpoints) if f.default is MISSING]
    missing = [f"RELEVO_{name.upper()}" for name in needed if not found[name]]
    if missing:
        raise MissingSettings(
            f"set {', '.join(missing)}; for example RELEVO_COURIER_URL=https://courier.example"
        )
    port = found.pop("smtp_port")
    if not port.isdigit():
        raise MissingSettings(f"RELEVO_SMTP_PORT is {port!r}; it must be a number, for example 25")
    return Endpoints(**found, smtp_port=int(port))
