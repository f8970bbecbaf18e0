"""Talks to a PowerDNS: writes over its HTTP API, and asks over DNS what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from relevo.adapters.enum_powerdns.settings import EnumSettings, enum_name
from relevo.adapters.http import call, client, read_json
from relevo.engine.performer import Temporary

_RULE = re.compile(r"!\^\(\.\*\)\$!sip:\\1(?P<tail>[^!]*)!")
_ZONES = "/api/v1/servers/localhost/zones"


class PowerDns:
    """One zone of one server. Every method may raise Temporary or Permanent."""

    def __init__(self, settings: EnumSettings) -> None:
        self._settings = settings
        self._http = client(settings.url, headers={"X-API-Key": settings.key()})
        self._zone = f"{_ZONES}/{settings.zone}"

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def make_zone(self) -> None:
        """Have the server know the zone; one that it has stays as it is."""
        wanted = {"name": self._settings.zone, "kind": "Native", "nameservers": []}
        call(self._http, "POST", _ZONES, json=wanted, also={409})

    def write(self, tails: Mapping[str, str]) -> None:
        """Have it answer this for these numbers; nothing for those with an empty tail. All or
        nothing: a request is one transaction of the server."""
        sets = [self._record_set(number, tail) for number, tail in tails.items()]
        call(self._http, "PATCH", self._zone, json={"rrsets": sets})

    def answered(self, number: str) -> str:
        """The tail that a switch is answered over DNS now; empty where there is none."""
        host, _, port = self._settings.dns.rpartition(":")
        query = dns.message.make_query(enum_name(number), dns.rdatatype.NAPTR, use_edns=True)
        query.flags &= ~dns.flags.RD
        within_s = self._settings.dns_within_s
        try:
            answer, _ = dns.query.udp_with_fallback(query, host, port=int(port), timeout=within_s)
        except (dns.exception.DNSException, OSError) as broken:
            raise Temporary(f"DNS {self._settings.dns}: {type(broken).__name__}") from broken
        if answer.rcode() == dns.rcode.NXDOMAIN:
            return ""
        if answer.rcode() != dns.rcode.NOERROR:
            raise Temporary(f"DNS {self._settings.dns}: {dns.rcode.to_text(answer.rcode())}")
        rules = [
            record.regexp.decode("utf-8", "replace")
            for records in answer.answer
            for record in records
            if record.rdtype == dns.rdatatype.NAPTR
        ]
        return "" if not rules else _tail(rules)

    def numbers(self) -> Iterator[str]:
        """All numbers of which the server holds a record, as its API tells."""
        zone = read_json(call(self._http, "GET", self._zone), dict)
        for each in zone["rrsets"]:
            if each["type"] == "NAPTR":
                digits = each["name"].removesuffix(".e164.arpa.").split(".")
                yield "+" + "".join(reversed(digits))

    def _record_set(self, number: str, tail: str) -> dict[str, object]:
        named = {"name": enum_name(number), "type": "NAPTR"}
        if not tail:
            return {**named, "changetype": "DELETE", "records": []}
        rule = f'100 10 "u" "E2U+sip" "!^(.*)$!sip:\\\\1{tail}!" .'
        records = [{"content": rule, "disabled": False}]
        ttl = self._settings.ttl_s
        return {**named, "changetype": "REPLACE", "ttl": ttl, "records": records}


def _tail(rules: list[str]) -> str:
    """What one record of ours says; anything else is said as it is, so that it differs."""
    found = _RULE.fullmatch(rules[0])
    return found["tail"] if found and len(rules) == 1 else " ".join(rules)
