"""Rarer ways of saying what is so and what is not; ``amiss`` marks those that are not read yet.

About the customer of ``customer.py``; none of these sentences is of the labelled drafts.
"""

from __future__ import annotations

import pytest
from tests.claims.customer import judged


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "La del 333 será entre las 2 y las 6 del viernes 12."),
        ("es", "El 12 de marzo, de madrugada, pasa el 333."),
        ("es", "Quedan tres días: el 333 cambia el viernes 12 de marzo."),
        ("es", "Hasta el 11 de marzo a las dos de la tarde puedes echarte atrás."),
        ("es", "Ni llamas ni recibes con el 444."),
        ("es", "El 444 lo dio de baja Cantil el 8 de marzo."),
        ("es", "No ha sido cosa de Duna."),
        ("es", "No podemos decir que fuera la tormenta."),
        ("es", "Irene te llamará el martes 9 de marzo a la una de la tarde."),
        ("es", "¿Necesitas algo más?"),
        ("es", "El contrato firmado lo tenemos."),
        ("es", "El paquete no ha llegado todavía."),
        ("es", "Tu recibo, de 31,40 €, vence el 20 de marzo."),
        ("en", "Your 333 comes over on Friday the 12th between 2 and 6 in the morning."),
        ("en", "You have until 2 pm on Thursday 11 March to change your mind."),
        ("en", "Cantil disconnected your 444 on 8 March."),
        ("en", "Irene rings you on Tuesday 9 March at one in the afternoon."),
        ("en", "We will credit €3.46 on your next bill."),
        ("en", "We have your signed contract."),
        ("en", "The parcel has not arrived yet."),
        ("en", "Your bill of 31.40 euros is due on 20 March."),
        ("en", "Neither the 444 nor the landline gets all calls."),
        ("en", "Only the 777 and the landline can call."),
        ("en", "The cut will be credited once we know how long it lasted."),
        ("es", "El corte lo hizo Cantil."),
        ("es", "xq se corto no lo sabemos tdv"),
        ("es", "Según tú, el 611 222 444 está activo."),
        ("es", "Es posible que el 444 esté activo."),
        ("es", "El 611 222 444 activo no está todavía."),
        ("en", "The parcel arrives the day after tomorrow, 11 March."),
        ("es", "SON 3,46 € SEGÚN ES.VOICE.OUTAGE."),
        ("es", "El seis once dos dos dos siete siete siete funciona."),
    ],
)
def test_what_is_true_passes_in_rarer_words(language: str, text: str) -> None:
    assert judged(text, language).verdict == "pass"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El 333 cambia el 12 de abril."),
        ("es", "El 333 cambia el 12 de marzo a las 10 de la noche."),
        ("es", "Hasta el 12 de marzo puedes anular."),
        ("es", "El 333 ya está con nosotros."),
        ("es", "Tu 444 está perfecto desde esta mañana."),
        ("es", "El 444 suena otra vez."),
        ("es", "El 444 lo dio de baja Duna."),
        ("es", "Ha sido cosa de Duna."),
        ("es", "El 444 se cayó por la tormenta."),
        ("es", "Mañana sin falta te llamo."),
        ("es", "En un ratito te digo algo."),
        ("es", "Te indemnizamos con 10 €."),
        ("es", "Tienes derecho a 3 € por cada día de retraso de la portabilidad."),
        ("es", "¿Nos reenvías el contrato firmado?"),
        ("es", "Tu expediente es el AL-9999."),
        ("es", "El paquete KX9999 está en camino."),
        ("es", "El paquete lo recogiste el lunes."),
        ("es", "El paquete ya lo tienes en casa."),
        ("es", "El recibo de marzo son 35 €."),
        ("es", "Tenemos fibra a mitad de precio."),
        ("es", "Contesta a esta encuesta, son dos minutos."),
        ("en", "Your 333 comes over on Friday the 12th at 10 pm."),
        ("en", "You have until Friday 12 March to change your mind."),
        ("en", "Your 333 is already with us."),
        ("en", "444 rings again."),
        ("en", "Duna disconnected your 444."),
        ("en", "It was the storm that cut your line."),
        ("en", "I'll ring you tomorrow without fail."),
        ("en", "Bear with me, I'll have news in a bit."),
        ("en", "We will pay you 10 euros for the outage."),
        ("en", "Could you resend the signed contract?"),
        ("en", "The courier dropped the parcel off on Monday."),
        ("en", "Parcel KX9999 is on its way."),
        ("en", "How did we do? Give us five stars."),
        ("en", "Fancy an upgrade? Fibre is half price."),
        ("en", "All four lines are up."),
        ("es", "Te llamo el jueves 12 de marzo a las 13:00."),
        ("en", "Both numbers work."),
        ("es", "tu linea 611222444 ya esta activda"),
        ("en", "Your 611 222 777 gets no calls."),
        ("en", "Your 611 222 777 receives no calls."),
        ("es", "te llamo mñn"),
        ("es", "Dinos tu DNI."),
        ("en", "You can cancel until 11 March at 2 pm. Your 611 222 444 works."),
        ("en", "You can cancel until 11 March at 2 pm.\nYour 611 222 444 works."),
        ("en", "pls snd us ur id card"),
        ("es", "El 777 funciona y el 444 también."),
    ],
)
def test_what_is_false_is_stopped_in_rarer_words(language: str, text: str) -> None:
    assert judged(text, language).verdict == "block"
