"""One customer whom all tables of sentences are about, and how a sentence to her is judged.

Four lines, so that every word for a line means something: a mobile that waits for its day, a mobile
that its donor cut, a landline that works but for one network, and a mobile that works.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from relevo.claims.check import check
from relevo.claims.model import Draft, Snapshot, Verdict

WAITS, CUT, FIXED, WORKS = "+34611222333", "+34611222444", "+34976555010", "+34611222777"

_SNAPSHOT = f"""
{{"now": "2021-03-09T10:15:00+01:00", "zone": "Europe/Madrid", "profile": "es", "language": "es",
 "case": {{"key": "AL-7003", "owner": "Irene", "next_update": "2021-03-09T13:00:00+01:00",
          "legal_due": "2021-03-10T12:00:00+01:00"}},
 "addressee": {{"numbers": ["{WAITS}", "{CUT}", "{FIXED}", "{WORKS}"], "name": "Vivero Alba"}},
 "facts": [
  {{"subject": "{WAITS}", "predicate": "state", "value": "confirmed"}},
  {{"subject": "{WAITS}", "predicate": "port_window",
    "value": ["2021-03-12T02:00:00+01:00", "2021-03-12T06:00:00+01:00"]}},
  {{"subject": "{WAITS}", "predicate": "cancel_until", "value": "2021-03-11T14:00:00+01:00"}},
  {{"subject": "{WAITS}", "predicate": "iccid", "value": "8934071234567890123"}},
  {{"subject": "{CUT}", "predicate": "state", "value": "cut_by_donor",
    "since": "2021-03-08T09:30:00+01:00", "seen": "2021-03-09T10:10:00+01:00"}},
  {{"subject": "{CUT}", "predicate": "calls_in", "value": false}},
  {{"subject": "{CUT}", "predicate": "donor", "value": "Cantil"}},
  {{"subject": "{CUT}", "predicate": "cause", "value": null}},
  {{"subject": "{CUT}", "predicate": "compensation", "value": 3.46, "unit": "EUR",
    "rule": "ES.voice.outage"}},
  {{"subject": "{FIXED}", "predicate": "state", "value": "ported"}},
  {{"subject": "{FIXED}", "predicate": "calls_out", "value": true}},
  {{"subject": "{FIXED}", "predicate": "calls_in", "value": "partial", "except_from": ["duna"]}},
  {{"subject": "{WORKS}", "predicate": "state", "value": "live"}},
  {{"subject": "{WORKS}", "predicate": "calls_out", "value": true}},
  {{"subject": "{WORKS}", "predicate": "calls_in", "value": true}},
  {{"subject": "{WORKS}", "predicate": "data", "value": true}},
  {{"subject": "parcel:KX4471", "predicate": "state", "value": "in_transit"}},
  {{"subject": "parcel:KX4471", "predicate": "expected", "value": "2021-03-11"}},
  {{"subject": "parcel:KX4471", "predicate": "address_city", "value": "Teruel"}},
  {{"subject": "bill:F2103", "predicate": "amount", "value": 31.40, "unit": "EUR"}},
  {{"subject": "bill:F2103", "predicate": "due", "value": "2021-03-20"}}],
 "held": [{{"item": "identity_document"}}, {{"item": "consent"}}, {{"item": "bill"}}],
 "said": [{{"at": "2021-03-08T12:00:00+01:00", "channel": "sms",
   "text": "Tu número 611 222 333 cambia el 12 de marzo entre las 02:00 y las 06:00."}}],
 "open_promises": [{{"what": "call_back", "due": "2021-03-09T13:00:00+01:00", "owner": "Irene"}}]}}
"""

KNOWN = msgspec.json.decode(_SNAPSHOT, type=Snapshot)


def judged(text: str, language: str = "es", snapshot: Snapshot = KNOWN) -> Verdict:
    """The verdict on a text to this customer, who is written to in this language."""
    facts = replace(snapshot, language=language)
    return check(facts, Draft(id="d", channel="sms", text=text, language=language))


def rules_of(verdict: Verdict) -> set[int]:
    """The numbers of the rules that a text breaks."""
    return {finding.rule for finding in verdict.findings}
