"""The vocabulary of promises and requests, in folded Spanish and English."""

from __future__ import annotations

import re

from relevo.claims.patterns import any_of

PROMISES_NOW = any_of(
    (
        r"\b(?:te|le|os|se lo|te lo) (?:llam|escrib|avis|contact|inform|confirm"
        r"|actualiz|respond|contest|dec|dig|resuelv|resolv|solucion|mand|envi"
        r"|cont)(?:o|amos|emos|imos)\b"
    ),
    (
        r"\b(?:llamamos|llamo|escribo|escribimos|avisamos|contestamos"
        r"|nos ponemos en contacto|lo arreglamos|lo resolvemos|lo solucionamos)\b"
    ),
    (
        r"\b(?:we|i|marta) (?:call|write to|ring|update|contact|inform|tell"
        r"|answer) you\b"
    ),
)
PROMISES_LATER = any_of(
    (
        r"\b(?:(?:te|le|os|se lo|te lo) )?(?:vuelvo|volvemos|volveremos|volvere|vamos"
        r"|voy) a (?:llamar|escribir|avisar|contactar|informar|confirmar|actualizar"
        r"|responder|contestar|decir|resolver|solucionar|mandar|enviar|arreglar)(?:te"
        r"|le|lo|os)?\b"
    ),
    (
        r"\b(?:te|le|os|lo|se lo|te lo) (?:llam|escrib|avis|contact|inform|confirm"
        r"|actualiz|respond|contest|d|resolv|solucion|mand|envi|arregl)(?:are|ere|ire"
        r"|aremos|eremos|iremos|ara|era|ira|aran|eran|iran)\b"
    ),
    (
        r"\b(?:llamare|llamaremos|escribire|escribiremos|avisare|avisaremos"
        r"|contactaremos|resolveremos|solucionaremos|arreglaremos)\b"
    ),
    r"\b(?:nos pondremos|me pondre) en contacto\b",
    (
        r"\b(?:recibiras|tendras|recibira|tendra) (?:noticias|respuesta|una llamada"
        r"|novedades|(?:la|una) solucion)\b"
    ),
    (
        r"\b(?:i|we|marta|someone|somebody)(?:'ll| will| am going to"
        r"| are going to)(?: \w+){0,2} (?:call|write|ring|update|contact|let you know"
        r"|get back|inform|tell|answer|reply|confirm|fix|solve)\b"
    ),
    (
        r"\byou(?:'ll| will) (?:hear|get (?:a call|an answer|news)|receive (?:a call"
        r"|an answer))\b"
    ),
)
BOUND_TO_EVENT = re.compile(
    r"\b(?:cuando|en cuanto|una vez|tan pronto como|when|once"
    r"|as soon as (?!possible|we can))\b"
)
RELATIVE = any_of(
    r"\ben breve\b",
    r"\bbrevemente\b",
    r"\ben un (?:rato|ratito|momento|instante|minuto)\b",
    r"\ben unos (?:minutos|momentos)\b",
    r"\bpronto\b",
    r"\ben ?seguida\b",
    r"\b(?:lo )?antes posible\b",
    r"\bcuanto antes\b",
    r"\bmas tarde\b",
    r"\bluego\b",
    r"\bantes de (?:comer|cenar|cerrar|que acabe)\b",
    r"\besta (?:tarde|noche)\b",
    r"\ba lo largo de(?:l dia| la)\b",
    r"\ben las proximas horas\b",
    (
        r"\b(?:en|dentro de) (?:\d+|un[ao]s?|dos|tres|pocas?|pocos"
        r"|un par de) (?:horas?|minutos?|dias?|semanas?|rato)\b"
    ),
    r"\bla semana que viene\b",
    r"\bahora mismo\b",
    r"\ba ultima hora\b",
    r"\ba primera hora\b",
    r"\bal final del dia\b",
    r"\bsoon\b",
    r"\bshortly\b",
    r"\blater\b",
    r"\bin a (?:while|moment|minute|bit|few (?:minutes|hours|days))\b",
    r"\bas soon as (?:possible|we can)\b",
    r"\basap\b",
    r"\bthis (?:afternoon|evening)\b",
    r"\btonight\b",
    r"\bright away\b",
    r"\bnext week\b",
    (
        r"\b(?:in|within) (?:\d+|an?|one|two|a few|a couple of) (?:hours?|minutes?"
        r"|days?|weeks?)\b"
    ),
    r"\bby the end of the day\b",
)

ASKS = any_of(
    (
        r"\b(?:env[ií]e(?:nos|me)?|envianos|enviame|envienos|enviar(?:nos|me)?"
        r"|manda(?:nos|me|r|rnos|rme)?|mande(?:nos|me|n)?|adjunt[ea](?:r|nos|me)?"
        r"|aport[ea](?:r|nos)?|facilit[ea](?:r|nos|me)?|remit[ae](?:nos)?"
        r"|remitir(?:nos)?|proporcion[ea](?:r|nos|me)?|pas[ae](?:nos|me)"
        r"|present[ea](?:r|nos)?|haga(?:nos)? llegar|haznos llegar|indique(?:nos)?"
        r"|indicanos|confirm[ea](?:nos|me)?|escanee|fotografi[ea])\b"
    ),
    (
        r"\b(?:necesit(?:o|amos|aremos|aria|ariamos)|nos hace falta|nos hara falta"
        r"|hace falta|requerimos|falta|nos falta|pedimos|solicitamos|precisamos"
        r"|debes? (?:enviar|aportar|mandar|presentar)|tiene[s]? que (?:enviar|aportar"
        r"|mandar|presentar|adjuntar))\b"
    ),
    (
        r"\b(?:send|provide|attach|forward|supply|upload|e-?mail|submit)(?: (?:us|me"
        r"|over))?\b"
    ),
    r"\b(?:we|i)(?:'ll)? (?:will )?(?:need|require|ask you for|are missing)\b",
)
NOT_ASKED = any_of(
    (
        r"\bno (?:hace falta|es necesario|necesitas?|necesitamos|hay que|tienes? que"
        r"|te pedimos|envies|mandes|envie|mande|adjuntes|debes)\b"
    ),
    r"\bsin (?:que tengas que|necesidad de|pedirte)\b",
    (
        r"\b(?:no need to|you (?:do not|don't) (?:need|have) to|we (?:do not"
        r"|don't) need|please (?:do not|don't)|there is no need)\b"
    ),
    r"\b(?:ya (?:tenemos|lo tenemos|la tenemos|consta)|we already have)\b",
    (
        r"\b(?:te|le|os) (?:enviamos|mandamos|adjuntamos|envio|mando|adjunto"
        r"|hemos enviado)\b|\bwe (?:have )?(?:sent|send|attach) you\b"
    ),
)
HELD_THINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "termination_notice",
        any_of(
            (
                r"\b(?:justificante|certificado|prueba|comprobante|documento|sms|mensaje|aviso"
                r"|notificacion|acreditacion|carta)s? (?:de|del|de la|de su|de tu"
                r"|sobre la)(?: (?:solicitud|alta o|alta y)(?: de)?)* ?(?:la )?(?:baja|cese"
                r"|cancelacion|terminacion)\b"
            ),
            r"\bde (?:la )?(?:alta y|activacion y)(?: de)?(?: la)? (?:baja|terminacion)\b",
            (
                r"\b(?:proof|notice|certificate|evidence|confirmation|sms|message"
                r"|letter) of (?:the |your )?(?:activation and )?(?:termination|cancellation"
                r"|cease|disconnection)\b"
            ),
            r"\b(?:termination|cancellation) (?:notice|letter|sms|proof|certificate)\b",
            r"\b(?:baja|terminacion)\b.{0,12}\bjustificante\b",
        ),
    ),
    (
        "activation_notice",
        any_of(
            (
                r"\b(?:justificante|certificado|prueba|comprobante|documento|sms|mensaje|aviso"
                r"|contrato|acreditacion)s? (?:de|del|de la|de su|de tu)(?: (?:baja o"
                r"|baja y)(?: de)?)* ?(?:la |el )?(?:alta|activacion)\b"
            ),
            (
                r"\b(?:proof|notice|certificate|evidence|confirmation) of (?:the "
                r"|your )?(?:termination and )?activation\b"
            ),
            r"\bactivation (?:notice|sms|proof|certificate)\b",
        ),
    ),
    (
        "identity_document",
        any_of(
            (
                r"\b(?:dni|nif|nie|cif|pasaporte|documento (?:nacional )?de identidad"
                r"|documento identificativo|tarjeta de identidad|carnet)\b"
            ),
            (
                r"\b(?:id card|id document|identity (?:card|document)|passport|copy of your id"
                r"|national id|proof of identity|your id)\b"
            ),
        ),
    ),
    ("bill", any_of(r"\b(?:factura|recibo)s?\b", r"\b(?:bill|invoice)s?\b")),
    (
        "consent",
        any_of(
            r"\b(?:consentimiento|autorizacion|contrato firmado|mandato|firma)\b",
            r"\b(?:consent|authori[sz]ation|signed contract|signature|mandate)\b",
        ),
    ),
    (
        "delivery_receipt",
        any_of(
            (
                r"\b(?:justificante|comprobante|albaran|prueba"
                r"|resguardo)(?: de)?(?: la)? ?(?:entrega|recepcion)?\b(?<=entrega|albaran"
                r"|cepcion|sguardo)"
            ),
            r"\b(?:delivery (?:receipt|note)|proof of delivery)\b",
        ),
    ),
    (
        "sim_photo",
        any_of(
            (
                r"\b(?:foto|imagen|fotografia|captura)s? (?:de |del )?(?:la |tu "
                r"|su )?(?:tarjeta|sim|iccid)\b"
            ),
            (
                r"\b(?:numero|codigo) (?:de |del )?(?:la |tu )?(?:iccid|tarjeta sim|sim)\b"
                r"|\biccid\b"
            ),
            r"\b(?:photo|picture|image) of (?:the |your )?(?:sim|card)\b",
        ),
    ),
    (
        "address",
        any_of(
            r"\b(?:direccion|domicilio)\b(?! de correo)(?! electronica)(?! de e-?mail)",
            r"\b(?:(?:postal |delivery |home |your )address)\b",
        ),
    ),
    (
        "bank_account",
        any_of(
            r"\b(?:iban|cuenta bancaria|numero de cuenta|datos bancarios)\b",
            r"\b(?:bank account|account number|bank details)\b",
        ),
    ),
)
