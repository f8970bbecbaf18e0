"""In what manner a thing is said: only what is stated, now, as the writer's own word is a claim.

In each row the words between the bars are what is asked of: ``Tu línea no está |activa|``.
"""

from __future__ import annotations

import pytest

from relevo.claims.sentences import Manner, sentences_of


def manner(marked: str) -> Manner:
    """How the words between the bars are said."""
    before, words, after = marked.split("|")
    start = len(before)
    for sentence in sentences_of(before + words + after):
        places = sentence.plain.places
        if places[0] <= start < places[-1]:
            begin = next(i for i, place in enumerate(places) if place >= start)
            end = next(i for i, place in enumerate(places) if place >= start + len(words))
            return sentence.manner(begin, end)
    raise AssertionError(marked)


@pytest.mark.parametrize(
    "text",
    [
        "Tu línea está |activa|.",
        "Sí, tu línea está |activa|.",
        "Si, ya está |activa|.",
        "La línea sí está |activa|.",
        "La linea si esta |activa|.",
        "No solo está |activa|, también recibe.",
        "No te preocupes: está |activa|.",
        "Aunque no te lo creas, está |activa|.",
        "Ya no hay avería y está |activa|.",
        "Está |activa|, no te preocupes.",
        "Como te dijimos, está |activa|.",
        "Your line is |active|.",
        "Don't worry, it is |active|.",
        "It is |active|, no problem.",
        "As we told you, it is |active|.",
        "Not only is it |active|, it also rings.",
    ],
)
def test_what_is_so_is_stated(text: str) -> None:
    said = manner(text)
    assert said.is_stated
    assert True not in {said.negated, said.past, said.future}


@pytest.mark.parametrize(
    "text",
    [
        "Tu línea no está |activa|.",
        "Tu línea aún no está |activa|.",
        "|Activa| no está todavía.",
        "|Activa| todavía no.",
        "Ninguna línea está |activa|.",
        "Tampoco está |activa|.",
        "Nunca ha estado |activa|.",
        "No llama ni |recibe|.",
        "Tu línea sigue sin |recibir| llamadas.",
        "Ha dejado de |funcionar|.",
        "Recibir SMS: |no|.",
        "Your line is not |active|.",
        "Your line isn't |active| yet.",
        "It does not |work|.",
        "It has stopped |working|.",
        "None of them is |active|.",
        "You can neither call nor |receive|.",
        "It is without |service|.",
    ],
)
def test_what_is_denied_before_or_behind_it_is_negated(text: str) -> None:
    assert manner(text).negated


@pytest.mark.parametrize(
    "text",
    [
        "Nunca ha dejado de |funcionar|.",
        "No ha dejado de |funcionar| en ningún momento.",
        "It has never stopped |working|.",
        "It hasn't stopped |working|.",
    ],
)
def test_what_is_denied_twice_is_not(text: str) -> None:
    assert not manner(text).negated


@pytest.mark.parametrize(
    "text",
    [
        "¿Está ya |activa|?",
        "Dime, ¿está |activa| tu línea?",
        "Está |activa|, ¿verdad?",
        "Ya está |activa|, ¿no?",
        "No sabemos por qué está |activa|.",
        "Estamos mirando si está |activa|.",
        "Averiguamos cuándo se |cortó|.",
        "Is it |active|?",
        "It is |active|, isn't it?",
        "We are checking whether it is |active|.",
        "We don't know why it is |active|.",
        "Can you tell me if it is |active|?",
    ],
)
def test_what_is_asked_outright_or_within_a_statement_is_asked(text: str) -> None:
    assert manner(text).asked


@pytest.mark.parametrize(
    "text",
    [
        "Si está |activa|, dínoslo.",
        "si esta |activa| te avisamos",
        "Cuando esté |activa| te avisamos.",
        "Te avisamos en cuanto esté |activa|.",
        "Seguimos hasta que esté |activa|.",
        "Por si está |activa|, prueba.",
        "Una vez que esté |activa|, podrás llamar.",
        "A no ser que esté |activa|.",
        "Ojalá esté |activa| pronto.",
        "If it is |active|, tell us.",
        "Tell us when it is |active|.",
        "We stay with you until it is |active|.",
        "As soon as it is |active| you can call.",
        "Unless it is |active|, write to us.",
        "We hope it is |active| by then.",
        "Should the line be |active|, tell us.",
    ],
)
def test_what_hangs_on_an_if_a_when_or_an_until_is_supposed(text: str) -> None:
    assert manner(text).supposed


@pytest.mark.parametrize(
    "text",
    [
        "Dices que está |activa|.",
        "Según dices está |activa|.",
        "Según tú, está |activa|.",
        "No es verdad que esté |activa|.",
        "No te puedo confirmar que esté |activa|.",
        "Ayer te dijimos que está |activa|, pero no.",
        'El aviso ponía "tu línea está |activa|".',
        "El aviso ponía «está |activa|».",
        "Iba a estar |activa| ayer.",
        "You say that it is |active|.",
        "It isn't true that it is |active|.",
        "I can't promise that it is |active|.",
        "We told you it was |active|, but that was wrong.",
        'The text said "it is |active|".',
        "It was supposed to be |active| yesterday.",
    ],
)
def test_others_words_and_what_is_taken_back_are_reported(text: str) -> None:
    assert manner(text).reported


@pytest.mark.parametrize(
    "text",
    [
        "Quizás está |activa|.",
        "Puede que esté |activa|.",
        "Es posible que esté |activa|.",
        "A lo mejor está |activa|.",
        "Maybe it is |active|.",
        "It might be |active|.",
        "Perhaps it is |active|.",
        "It could be |active|.",
    ],
)
def test_what_may_be_so_is_hedged(text: str) -> None:
    assert manner(text).hedged


@pytest.mark.parametrize(
    "text",
    [
        "Mañana estará |activa|.",
        "Tu línea va a estar |activa|.",
        "El viernes |funcionará|.",
        "It will be |active|.",
        "It's going to be |active|.",
        "You'll be |active|.",
    ],
)
def test_what_will_be_so_is_future(text: str) -> None:
    assert manner(text).future


@pytest.mark.parametrize(
    "text",
    [
        "Ayer estaba |activa|.",
        "La línea estuvo |activa|.",
        "Antes era |activa|.",
        "Yesterday it was |active|.",
        "It used to be |active|.",
        "It had been |active|.",
    ],
)
def test_what_was_so_is_past(text: str) -> None:
    assert manner(text).past


@pytest.mark.parametrize(
    "text",
    [
        "No está cortada, está |activa|.",
        "¿Sigue ahí? Está |activa|.",
        "Si dudas, escríbenos; está |activa|.",
        "Dices que no suena, pero está |activa|.",
        "Quizás no lo viste, pero está |activa|.",
        "It is not cut off, it is |active|.",
        "If in doubt, ask us: it is |active|.",
        "You say it is dead, but it is |active|.",
        "Still there? It is |active|.",
    ],
)
def test_a_manner_ends_where_its_clause_does(text: str) -> None:
    said = manner(text)
    assert said.is_stated
    assert not said.negated
