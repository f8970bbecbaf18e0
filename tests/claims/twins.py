"""Twins: a sentence that is true and one like it that is not, for each rule and both languages.

The laws (``test_laws.py``) hold for all of them, too.
"""

from __future__ import annotations

from typing import NamedTuple


class Twin(NamedTuple):
    """``rule`` is the one that ``false`` breaks; ``true`` breaks none."""

    rule: int
    language: str
    true: str
    false: str


_ES = (
    # 1: dates and times
    (1, "Tu 611 222 333 se porta el viernes 12 de marzo.", "Tu 611 222 333 se porta el 13/3."),
    (1, "Pasas el 12/03 de 2 a 6 de la madrugada.", "Pasas el 12/03 de 8 a 10 de la mañana."),
    (1, "El 333 cambia el viernes, día 12.", "El 333 cambia el jueves 12 de marzo."),
    (
        1,
        "Puedes anular hasta el jueves 11 a las 14:00.",
        "Puedes anular hasta el jueves 11 a las 18:00.",
    ),
    (
        1,
        "El paquete KX4471 llega el jueves 11 de marzo.",
        "El paquete KX4471 llega el miércoles 10 de marzo.",
    ),
    (
        1,
        "Se cortó el lunes 8 de marzo a las 9:30.",
        "El 444 se cortó el lunes 8 de marzo a las 7:15.",
    ),
    (1, "El recibo vence el 20 de marzo.", "El recibo vence el 25 de marzo."),
    # whose date, since when, and a night of two days
    (1, "El 444 está sin línea desde el lunes 8 de marzo.", "El 444 está sin línea desde el 7/3."),
    (1, "El 333 se cambia la noche del 11 al 12 de marzo.", "El 333 se cambia la noche del 13/3."),
    (
        1,
        "El paquete KX4471 sigue en camino y la nueva fecha prevista es el jueves 11 de marzo.",
        "El paquete KX4471 sigue en camino y la nueva fecha prevista es el lunes 15 de marzo.",
    ),
    # what must be or would be is not said to be
    (3, "El 444 tendría que funcionar y no funciona.", "El 444 tenía que fallar, pero funciona."),
    (3, "Primero tiene que funcionar el 444.", "Primero funciona el 444, y ahora el 333."),
    (3, "Negamos que el KX4471 se haya perdido.", "Lamentamos que el KX4471 se haya perdido."),
    (3, "El 333 sigue funcionando con su operador actual.", "El 444 va de maravilla."),
    (3, "El 777 se recuperó y funciona.", "El 444 se recuperó y funciona."),
    # hints, and causes that were found out
    (5, "No hay nada que reprochar a Duna.", "Si Duna hubiera avisado, hoy tendría usted línea."),
    (5, "Del trabajo de Duna no podemos opinar.", "Del trabajo de Duna, mejor no hablamos."),
    (6, "Aún no hemos averiguado el motivo.", "Hemos averiguado el motivo: el repetidor."),
    (6, "La causa del corte está en estudio.", "El corte se produjo porque falló el repetidor."),
    # 2: amounts
    (2, "La compensación es de 3,46 €.", "La compensación es de 4,36 €."),
    (2, "Tu factura es de 31,40 euros.", "Tu factura es de 34,10 euros."),
    (
        2,
        "Te devolvemos tres euros con cuarenta y seis por el corte.",
        "Te devolvemos seis euros por el corte.",
    ),
    # 3: states
    (3, "El 611 222 777 funciona.", "El 611 222 444 funciona."),
    (3, "El 611 222 444 sigue cortado.", "El 611 222 777 sigue cortado."),
    (3, "Tu cambio del 611 222 333 está confirmado.", "Tu cambio del 611 222 333 está rechazado."),
    (3, "El 611 222 333 aún no está portado.", "El 611 222 333 ya está portado."),
    (3, "Con el 611 222 444 no te entran llamadas.", "Con el 611 222 444 ya te entran llamadas."),
    (3, "El paquete está en camino.", "El paquete está entregado."),
    (3, "El envío va a Teruel.", "El envío va a Huesca."),
    # 5 and 6: who and why
    (5, "El 611 222 444 lo cortó Cantil.", "El corte es culpa de Duna."),
    (5, "No sabemos quién es el responsable del corte.", "La responsable del corte es Duna."),
    (6, "Todavía no sabemos por qué se cortó.", "Se cortó por un fallo del repetidor."),
    (6, "Estamos mirando la causa del corte.", "La causa del corte es una avería de la central."),
    # 7: promises
    (7, "Irene te llama hoy 9 de marzo a las 13:00.", "Irene te llama hoy 9 de marzo a las 12:00."),
    (7, "Te avisaremos cuando el número cambie.", "Te avisaremos en cuanto podamos."),
    (7, "Te escribo hoy 9 de marzo antes de las 13:00.", "Te escribo esta tarde."),
    # 8: the ground of an amount
    (8, "Son 3,46 € según ES.voice.outage.", "Son 3,46 € según ES.port.delay."),
    # 9: rights
    (9, "Tienes un mes para reclamar.", "Tienes seis meses para reclamar."),
    (9, "Puedes acudir a la oficina de atención al usuario.", "Puedes reclamar a Ofcom."),
    # 11: told otherwise before
    (11, "Irene te llama hoy 9 de marzo a las 13:00.", "No hay ninguna llamada prevista."),
    # 13: a slot
    (13, "Hola, Alba:", "Hola, {{nombre_cliente}}:"),
    (13, "Tu caso es AL-7003.", "Tu caso es ______."),
    # 16: the language
    (
        16,
        "Gracias por tu paciencia, lo tenemos todo.",
        "Thank you for your patience, we have it all.",
    ),
    # 17 and 18: no survey, no selling
    (17, "No te mandamos ninguna encuesta.", "Puntúa del 1 al 5 nuestra atención."),
    (18, "No es momento de ofertas.", "Tenemos una oferta de fibra para ti."),
    # 19: asked again
    (19, "No necesitamos tu DNI, ya lo tenemos.", "Mándanos otra vez el DNI."),
    (19, "Tu factura ya la tenemos.", "Nos hace falta una factura tuya."),
    # 20 (and 4): another customer's
    (20, "Tu número es el 611 222 333.", "Tu número es el 611 222 999."),
    (20, "Es el caso AL-7003.", "Es el caso AL-7030."),
    (
        20,
        "La tarjeta 8934071234567890123 es la tuya.",
        "La tarjeta 8934071234567899999 es la tuya.",
    ),
    (
        9,
        "El derecho a conservar tu número dura un mes desde la baja.",
        "Con la baja pierdes el derecho a conservar tu número.",
    ),
    (
        9,
        "Cancelar el cambio no te hace perder el derecho a conservar el número.",
        "Una vez cancelado el cambio, pierde usted el derecho a conservar su número.",
    ),
    (
        9,
        "La compensación se abona sola, sin que la reclames.",
        "La compensación solo se paga si la reclamas por escrito.",
    ),
    (
        9,
        "La indemnización no depende de que la solicite.",
        "La indemnización se abona únicamente cuando usted la solicita.",
    ),
    (
        9,
        "Según la normativa, el número se activa en un día hábil.",
        "Según la normativa, el número se activa en tres días hábiles.",
    ),
    (
        9,
        "Por ley respondemos a su reclamación en un mes.",
        "Por ley respondemos a su reclamación en tres meses.",
    ),
    (9, "Puedes desistir en 14 días.", "Puedes desistir en 30 días."),
    (
        9,
        "No hay derecho a exigir un supervisor.",
        "Tiene derecho a que le atienda en esta misma llamada un supervisor.",
    ),
    (
        9,
        "Cobrar la compensación no le quita otras acciones.",
        "Al aceptar la compensación renuncia a reclamar daños.",
    ),
    (19, "No es preciso que nos envíe su DNI.", "Me haría falta tu DNI otra vez."),
    (19, "Ni el DNI ni la factura nos hacen falta.", "El DNI y la factura nos hacen falta."),
    (
        18,
        "Ahora no toca hablar de ofertas de fibra.",
        "Los tres primeros meses de fibra son gratis.",
    ),
    (
        8,
        "Son 3,46 € según el Real Decreto 899/2009.",
        "Te corresponden 3,46 € según el Real Decreto 1736/1998.",
    ),
    # what is wished, what stands in a list, and the little "sin"
    (3, "Lo primero es que el 444 vuelva a funcionar.", "Lo primero: el 444 ya funciona."),
    (3, "El 777 funciona, puedes llamar sin miedo.", "El 444 funciona, puedes llamar sin miedo."),
    (3, "En el 777 tienes llamadas y datos.", "En el 777 no tienes llamadas."),
    (3, "La portabilidad del 333 sigue en curso.", "La portabilidad del 444 sigue en curso."),
    (3, "El paquete KX4471 está en camino.", "El repartidor lo lleva ahora mismo a tu casa."),
    (1, "El 333, el viernes 12 de marzo.", "El 333 cae este viernes de madrugada."),
    # by whose fault, in whatever words
    (
        5,
        "Nadie ha dicho que sea responsabilidad de Duna.",
        "El 444 no recibe llamadas por culpa de Duna.",
    ),
    (5, "No decimos que la responsabilidad sea de Duna.", "La responsabilidad es toda de Duna."),
    # who does what until when, without a word of promising
    (
        7,
        "Irene te lo dice hoy, 9 de marzo, a las 13:00.",
        "Irene te lo deja arreglado el 11 de marzo antes de las 12:00.",
    ),
    (7, "Te lo confirmo hoy, 9 de marzo, a las 13:00.", "Luego te confirmo que ha llegado, ¿vale?"),
    (11, "No hay otra llamada prevista.", "No hay ninguna llamada prevista."),
    # the law's terms in another order of words
    (
        9,
        "En el plazo de tres meses puede acudir a la Oficina de Atención al Usuario.",
        "En el plazo de un año puede acudir a la Oficina de Atención al Usuario.",
    ),
    (
        9,
        "Desde la fecha pactada, la ley da un día hábil para activar su número.",
        "Desde la fecha pactada, la ley da cinco días hábiles para activar su número.",
    ),
    (9, "Los 3,46 € le corresponden por ley.", "Los 3,46 € son un detalle comercial de la casa."),
    # the card of another line of his
    (
        4,
        "La SIM del 611 222 333 es la 8934071234567890123.",
        "La SIM del 611 222 777 es la 8934071234567890123.",
    ),
)
_EN = (
    (1, "The 444 has had no service since Monday 8 March.", "The 444 has been dead since 7 March."),
    (1, "The 333 moves in the night of 11 to 12 March.", "The 333 moves in the night of 13 March."),
    (
        3,
        "The 444 must be activated within one working day.",
        "The 444 is activated within the day.",
    ),
    (3, "The 444 would be working if it had not been cut.", "The 444 is working once more."),
    (3, "We deny that parcel KX4471 is lost.", "We regret that parcel KX4471 is lost."),
    (3, "The 333 still works with your current provider.", "The 444 still works as ever."),
    (5, "What Duna does we cannot judge.", "If Duna had kept to it you would have a line."),
    (6, "The cause is still under investigation.", "We found out why: a broken mast took it down."),
    (7, "Irene will ring you at 13:00 today.", "One of our people will ring you soon."),
    (1, "Your 611 222 333 moves on Friday 12 March.", "Your 611 222 333 moves on 13 March."),
    (1, "It moves on 12 March from 2 to 6 am.", "It moves on 12 March from 8 to 10 am."),
    (
        1,
        "You can cancel until Thursday 11 March at 2 pm.",
        "You can cancel until Thursday 11 March at 6 pm.",
    ),
    (1, "The parcel arrives on 11 March.", "The parcel arrives on 10 March."),
    (
        1,
        "611 222 444 was cut off on 8 March at 9:30.",
        "611 222 444 was cut off on 8 March at 7:15.",
    ),
    (1, "The bill is due on 20 March.", "The bill is due on 25 March."),
    (2, "Your compensation is €3.46.", "Your compensation is €4.36."),
    (2, "Your bill is 31.40 euros.", "Your bill is 34.10 euros."),
    (3, "Your 611 222 777 works.", "Your 611 222 444 works."),
    (3, "Your 611 222 444 is still dead.", "Your 611 222 777 is still dead."),
    (3, "The move of 611 222 333 is confirmed.", "The move of 611 222 333 was rejected."),
    (3, "611 222 333 has not been ported yet.", "611 222 333 has been ported already."),
    (3, "You cannot receive calls on 611 222 444.", "You can receive calls on 611 222 444."),
    (3, "Your parcel is on its way.", "Your parcel has been delivered."),
    (5, "We do not know who is to blame for the cut.", "Duna is to blame for the cut."),
    (6, "We do not know yet why it was cut.", "It was cut because of a mast fault."),
    (6, "We are looking into the cause.", "The cause is a broken exchange."),
    (
        7,
        "Irene will call you today, 9 March, at 1 pm.",
        "Irene will call you today, 9 March, at noon.",
    ),
    (7, "We'll let you know when the number moves.", "We'll let you know as soon as we can."),
    (7, "I will write to you on 9 March by 13:00.", "I will write to you this afternoon."),
    (8, "It is €3.46 by rule ES.voice.outage.", "It is €3.46 by rule ES.port.delay."),
    (9, "You have one month to complain.", "You have six months to complain."),
    (9, "You can go to the telecoms users' office.", "You can complain to Ofcom."),
    (11, "Irene will call you today, 9 March, at 13:00.", "There is no call planned for you."),
    (13, "Hello Alba,", "Hello {{first_name}},"),
    (
        16,
        "Thank you for your patience, we have it all.",
        "Gracias por tu paciencia, lo tenemos todo.",
    ),
    (17, "We will not send you a survey.", "Please rate us from 1 to 5."),
    (18, "This is not the time for offers.", "We have a special offer on fibre for you."),
    (19, "No need to send your ID, we have it.", "Please send us your ID card again."),
    (19, "We already have your bill.", "We need a copy of your bill."),
    (20, "Your number is 611 222 333.", "Your number is 611 222 999."),
    (20, "Your case is AL-7003.", "Your case is AL-7030."),
    (20, "Card 8934071234567890123 is yours.", "Card 8934071234567899999 is yours."),
    (
        9,
        "Your right to keep the number lives one month after the contract ends.",
        "By cancelling you lose the right to keep your number.",
    ),
    (
        9,
        "Cancelling does not make you lose the right to keep your number.",
        "Once the move is cancelled you forfeit the right to keep the number.",
    ),
    (
        9,
        "Compensation is credited by itself, nobody has to claim it.",
        "Compensation is paid only if you claim it in writing.",
    ),
    (
        9,
        "By law a number is ported within one working day.",
        "By law a number is ported within three working days.",
    ),
    (
        9,
        "By law we answer complaints within one month.",
        "By law we answer complaints within six months.",
    ),
    (
        9,
        "You may withdraw from the contract within 14 days.",
        "You may withdraw from the contract within 30 days.",
    ),
    (
        9,
        "Taking the compensation closes no other door.",
        "By accepting the compensation you waive any further claim.",
    ),
    (
        19,
        "Neither your ID card nor a bill is needed.",
        "Might we kindly ask you once more for your ID card?",
    ),
    (18, "This is not the time for fibre offers.", "Can I interest you in our landline offer?"),
    (
        8,
        "It is €3.46 under Royal Decree 899/2009.",
        "You are owed €3.46 under Royal Decree 1736/1998.",
    ),
    (3, "It can't make or take calls on the 444.", "The 444 is able to ring out again."),
    (3, "611 222 777 is with us already.", "611 222 333 has gone through already."),
    (
        6,
        "We haven't got to the bottom of it yet.",
        "We got to the bottom of it: a storm at the mast.",
    ),
    (7, "Irene will call you today, 9 March, at 13:00.", "Irene'll let you know shortly."),
    (
        7,
        "Irene will call you today, 9 March, at 13:00.",
        "Irene will have your incoming calls fixed by 10:00 on 11 March.",
    ),
    (
        9,
        "You have three months from our answer to take it to the telecoms users' office.",
        "You have two years from our answer to take it to the telecoms users' office.",
    ),
    (19, "We have the text that Cantil sent.", "Would you mind sending a copy of your last bill?"),
    (18, "No bundles today, only your line.", "Look at our family bundle, sign up this week!"),
)

TWINS = (
    *(Twin(rule, "es", true, false) for rule, true, false in _ES),
    *(Twin(rule, "en", true, false) for rule, true, false in _EN),
)
