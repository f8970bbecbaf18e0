"""The vocabulary of parcels, in folded Spanish and English."""

from __future__ import annotations

import re

from relevo.claims.patterns import any_of

PARCEL_WORDS = re.compile(
    r"\b(?:paquete|envio|tarjetas?|repart|mensajer|courier|parcel|package|cards?"
    r"|sims?|delivery|pedido)\b"
)
ARRIVE_WORDS = re.compile(
    r"\b(?:llega(?:n|ra|ran|r)?|entrega(?:n|ra|ran|mos|remos|r)?|recibir(?:as|a)"
    r"|reparto|arrives?|arriving|will arrive|be delivered|deliver(?:y|ed)? (?:on"
    r"|by))\b"
)

PARCEL_STATES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "delivered",
        any_of(
            r"\b(?:ha sido|han sido|esta|fue|consta como|figura como|ya) entregad[ao]s?\b",
            r"\b(?:was|is|has been|were|have been) delivered\b",
            r"\bya (?:la|lo|las|los) tienes\b",
        ),
    ),
    (
        "out_for_delivery",
        any_of(
            r"\b(?:esta|estan|sale|salio|ha salido) (?:hoy )?(?:en|a) reparto\b",
            r"\bout for delivery\b",
        ),
    ),
    (
        "in_transit",
        any_of(
            r"\b(?:esta|estan|van|va) (?:ya )?(?:en transito|de camino|en camino)\b",
            r"\b(?:is|are) (?:in transit|on (?:its|the|their) way)\b",
        ),
    ),
    (
        "attempt_failed",
        any_of(
            r"\bno (?:se )?(?:pudo|ha podido|pudieron|han podido) (?:ser )?entrega",
            r"\bintento de entrega (?:fallido|sin exito)\b",
            r"\b(?:could not|couldn't) (?:be )?deliver",
            r"\bdelivery attempt failed\b",
        ),
    ),
    (
        "at_pickup",
        any_of(
            r"\b(?:esta|espera|te espera) en (?:el|un) punto de recogida\b",
            r"\bat the (?:pick-?up point|parcel shop)\b",
        ),
    ),
    (
        "returning",
        any_of(
            r"\b(?:vuelve|devuelt[ao]|devolviendo|esta siendo devuelt[ao])\b",
            r"\b(?:is being returned|returning to sender|sent back)\b",
        ),
    ),
    (
        "lost",
        any_of(
            r"\bse ha (?:perdido|extraviado)\b",
            r"\b(?:esta )?(?:extraviad|perdid)[ao]\b",
            r"\b(?:is|was|has been|got) lost\b",
        ),
    ),
)
