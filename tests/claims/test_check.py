"""The check before sending, on the snapshot of the design: what must stop, what must pass."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.claims.check import check
from relevo.claims.model import Draft, KnownFact, Snapshot, Verdict
from relevo.claims.sentences import sentences_of
from relevo.claims.subjects import Reader, spoken

SNAPSHOT = """
{"now": "2019-01-16T18:40:00+01:00", "zone": "Europe/Madrid", "profile": "es", "language": "es",
 "case": {"key": "PT-4821", "owner": "Marta", "next_update": "2019-01-16T20:00:00+01:00",
          "legal_due": "2019-01-16T20:28:00+01:00"},
 "addressee": {"numbers": ["+34600000101", "+34600000102", "+34976000101"],
               "name": "Taller Cierzo S.L."},
 "facts": [
   {"subject": "+34600000102", "predicate": "state", "value": "cut_by_donor",
    "since": "2019-01-14T14:06:00+01:00", "seen": "2019-01-16T18:39:00+01:00"},
   {"subject": "+34600000102", "predicate": "calls_in", "value": false},
   {"subject": "+34600000101", "predicate": "port_window",
    "value": ["2019-01-18T02:00:00+01:00", "2019-01-18T06:00:00+01:00"]},
   {"subject": "parcel:RA123", "predicate": "state", "value": "out_for_delivery"},
   {"subject": "parcel:RA123", "predicate": "expected", "value": "2019-01-17"},
   {"subject": "+34600000102", "predicate": "cause", "value": null},
   {"subject": "+34600000102", "predicate": "compensation", "value": 2.08, "unit": "EUR",
    "rule": "ES.voice.outage"}],
 "held": [{"item": "termination_notice", "subject": "+34600000102",
           "since": "2019-01-14T14:06:00+01:00"},
          {"item": "identity_document"}, {"item": "activation_notice"}],
 "said": [{"at": "2019-01-16T12:10:00+01:00", "channel": "email",
           "text": "La línea 600 000 101 se activará el 18 de enero entre las 02:00 y las 06:00."}],
 "open_promises": [{"what": "call_back", "due": "2019-01-16T18:50:00+01:00", "owner": "Marta"}]}
"""

FACTS = msgspec.json.decode(SNAPSHOT, type=Snapshot)


def judged(text: str) -> Verdict:
    return check(FACTS, Draft(id="d", channel="sms", text=text))


@pytest.mark.parametrize(
    "text",
    [
        "Tu número 600 000 102 está cortado desde el 14 de enero a las 14:06.",
        "La línea 600 000 102 sigue sin servicio.",
        "600000102 no recibe llamadas.",
        "Tu línea 600 000 101 se activará el viernes 18 de enero entre las 02:00 y las 06:00.",
        "¿Está ya activa tu línea?",
        "Cuando tu línea esté activa te avisamos.",
        "Te escribimos hoy 16 de enero antes de las 20:00.",
        "Le llamo hoy a las 18:50.",
        "Tu tarjeta llega el 17 de enero.",
        "Mañana 17 de enero llega tu tarjeta.",
        "El paquete está en reparto.",
        "No hace falta que envíes el DNI.",
        "Aún no sabemos la causa: la estamos comprobando.",
        "Llevas 2,08 € de compensación por 600 000 102.",
        "Lo lleva Marta, caso PT-4821.",
        "Tu línea 600 000 102 todavía no está activa.",
        "Te escribimos porque tu número 600 000 102 está cortado.",
        "Hola, soy Marta. Sentimos mucho lo ocurrido y entendemos tu enfado.",
        "Tu línea 600 000 102 fue dada de baja el 14 de enero a las 14:06 y la recuperamos.",
        "Marta es la responsable de tu caso en Brisa.",
        "No vemos ningún problema nuevo en tu línea 600 000 101.",
        "Sí, tienes razón.\n> Tu línea 600 000 102 ya está activa.",
        "Si tu número no funciona el viernes, escríbenos.",
        "Antes te dijimos otra cosa: la línea 600 000 101 no cambia de día.",
    ],
)
def test_what_is_true_passes_however_it_is_worded(text: str) -> None:
    assert judged(text).verdict == "pass", judged(text).findings


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Tu línea 600 000 102 ya está activa.", 3),
        ("La linea 600000102 ya funciona perfectamente", 3),
        ("Tus líneas ya están activas.", 3),
        ("Tu número está portado.", 3),
        ("Con el 600 000 102 ya recibes llamadas.", 3),
        ("No nos consta esa segunda línea.", 3),
        ("no nos consta ninguna segunda linea en su contrato", 3),
        ("solo nos consta una línea móvil", 3),
        ("El paquete ha sido entregado.", 3),
        ("Tu línea 600 000 101 se activará el 20 de enero.", 1),
        ("Tu línea 600 000 101 se activará mañana.", 1),
        ("Tu línea 600 000 101 se activará el 18 de enero a las 12:00.", 1),
        ("La tarjeta llega mañana.", 1),
        ("Tu número está cortado desde el 12 de enero a las 09:00.", 1),
        ("Envíenos el justificante de baja y copia del DNI.", 19),
        ("Necesitamos que nos envíe el justificante de alta y de baja de la línea.", 19),
        ("¿Nos puede mandar una foto de su DNI?", 19),
        ("Facilítenos su número de cuenta bancaria.", 19),
        ("Le llamo en un rato.", 7),
        ("Te llamo mañana.", 7),
        ("Le llamaremos pronto", 7),
        ("Te llamamos hoy antes de las 23:00.", 7),
        ("Te abonaremos 5,00 € de compensación.", 2),
        ("Fue culpa de Altamar.", 5),
        ("El corte se debe a un error de configuración.", 6),
        ("Tu línea 600 000 999 está confirmada.", 20),
        ("Caso PT-9999", 20),
        ("Hola {{nombre}}", 13),
        ("¿Nos valoras en esta encuesta?", 17),
        ("Aprovecha nuestra oferta de fibra.", 18),
        ("We have looked at your line and it is not the one that you told us of in the call.", 16),
    ],
)
def test_what_is_not_so_is_stopped_by_its_rule(text: str, rule: int) -> None:
    verdict = judged(text)
    assert verdict.verdict == "block"
    assert rule in {finding.rule for finding in verdict.findings}


def test_a_finding_names_what_is_said_and_what_is_so() -> None:
    (finding,) = judged("Tu línea 600 000 102 ya está activa.").findings
    assert (finding.rule, finding.says, finding.facts_say) == (
        3,
        "state=live",
        "state=cut_by_donor",
    )
    assert finding.span[1] == 35


def test_another_date_than_the_one_told_before_must_say_that_it_changes() -> None:
    moved = msgspec.json.decode(SNAPSHOT.replace("2019-01-18T", "2019-01-22T"), type=Snapshot)
    silent = "La línea 600 000 101 se activará el 22 de enero."
    owned_up = "Cambia la fecha: la línea 600 000 101 se activará el 22 de enero."
    bare = check(moved, Draft(id="d", channel="sms", text=silent))
    said = check(moved, Draft(id="d", channel="sms", text=owned_up))
    assert {finding.rule for finding in bare.findings} == {11}
    assert said.verdict == "pass"


def test_a_partial_capability_is_not_told_as_none() -> None:
    partial = SNAPSHOT.replace('"calls_in", "value": false', '"calls_in", "value": "partial"')
    partial = partial.replace("cut_by_donor", "ported")
    facts = msgspec.json.decode(partial, type=Snapshot)
    none = check(facts, Draft(id="d", channel="sms", text="Con 600 000 102 no recibes llamadas."))
    some = check(
        facts,
        Draft(id="d", channel="sms", text="Con 600 000 102 no recibes llamadas de algunas redes."),
    )
    assert (none.verdict, some.verdict) == ("warn", "pass")


@pytest.mark.parametrize(
    "text",
    [
        "Your number 600 000 101 is working again.",
        "Your line 600 000 101 works now.",
        "Su línea 600 000 101 ya funciona perfectamente.",
        "Tu número 600 000 101 vuelve a funcionar.",
        "El 600 000 101 ha vuelto a funcionar.",
    ],
)
def test_a_line_does_not_work_while_one_thing_that_it_has_to_do_was_not_seen(text: str) -> None:
    state = KnownFact(subject="+34600000101", predicate="state", value="ported")
    proven = [
        KnownFact(subject="+34600000101", predicate=each, value=True)
        for each in ("calls_out", "sms_out", "data", "sms_in", "calls_in")
    ]
    unseen = replace(proven[-1], value=None)
    draft = Draft(id="d", channel="sms", text=text)
    facts = replace(FACTS, facts=(state, *proven[:-1], unseen), said=(), language="")
    assert check(facts, draft).verdict == "block"
    facts = replace(FACTS, facts=(state, *proven), said=(), language="")
    assert check(facts, draft).verdict == "pass"


def test_verdicts_are_json_of_the_contract() -> None:
    body = msgspec.json.decode(msgspec.json.encode(judged("Tu línea 600 000 102 ya está activa.")))
    assert body["verdict"] == "block"
    assert body["claims"] == [{"subject": "+34600000102", "predicate": "state", "value": "live"}]


@given(st.text(max_size=300))
def test_any_text_gets_a_verdict_and_the_same_one_twice(text: str) -> None:
    assert judged(text) == judged(text)


MIXTURE = (
    "tu línea 600 000 102 no está activa mañana , . ? te llamo el 18 de enero a las 25:61 31/02 "
    "envíanos DNI € 2,08 porque Altamar no your line is live tomorrow"
)


@given(st.lists(st.sampled_from(MIXTURE.split()), max_size=25))
def test_any_mixture_of_its_own_words_gets_a_verdict(words: list[str]) -> None:
    assert judged(" ".join(words)).verdict in {"pass", "warn", "block"}


@pytest.mark.parametrize(
    "text",
    [
        "600 699 001 no tiene por ahora día. Tu fibra cambia a Brisa el jueves 9 de abril.",
        "600 699 001 has no day for now. Your new internet changes to Brisa on Thursday 9 April.",
    ],
)
def test_a_sentence_about_the_fibre_is_not_about_the_number_before_it(text: str) -> None:
    named, fibre = spoken(sentences_of(text), Reader.of(FACTS))
    assert named.named[0].numbers == ("+34600699001",)
    assert fibre.carried == ()
