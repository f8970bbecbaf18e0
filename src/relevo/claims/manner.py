"""The vocabulary of causes, blame, money, and of how things are put, in folded text."""

from __future__ import annotations

import re

from relevo.claims.patterns import any_of

TROUBLE = re.compile(
    r"\b(?:sin servicio|cortad|baja|fall[oa]|averia|incidencia|problema"
    r"|no funciona|retras|perdi|error|corte|trouble|fault|cut|failure|delay"
    r"|problem|outage|mistake)"
)
CAUSE_AFTER_EFFECT = any_of(
    (
        r"\b(?:porque|debido a|a causa de|por culpa de|por un (?:error|fallo|problema"
        r"|retraso)|se debe a|causad[ao] por|provocad[ao] por)\b"
    ),
    r"\b(?:because(?: of)?|due to|caused by|owing to|as a result of)\b",
)
CAUSE_ALONE = any_of(
    r"\b(?:la causa|el motivo|la razon) (?:es|ha sido|fue|era)\b",
    r"\bthe (?:cause|reason) (?:is|was|has been)\b",
)
CAUSE_OPEN = any_of(
    (
        r"\b(?:comprobando|investigando|averiguando|aun no (?:lo )?sabemos"
        r"|todavia no (?:lo )?sabemos|no sabemos|desconocemos|por que)\b"
    ),
    (
        r"\b(?:checking|investigating|looking into|finding out|do not (?:yet )?know"
        r"|don't (?:yet )?know|not know|why)\b"
    ),
)
BLAME = any_of(
    (
        r"\b(?:culpa|error de|fallo de|se ha equivocado|se equivoco|lo ha hecho mal"
        r"|ha fallado|negligencia)\b"
    ),
    (
        r"\bresponsables? (?:de(?:l| la| este| esta)?|por) (?:corte|baja|fallo|error"
        r"|retraso|perdida|problema|averia)\b"
    ),
    (
        r"\b(?:fault of|'s fault|to blame|responsible for (?:the|this) (?:cut|fault"
        r"|failure|delay|loss|outage)|mistake by|error by|'s (?:mistake|error)"
        r"|failed)\b"
    ),
)
COMPANIES = re.compile(
    r"\b(?:altamar|brisa|cantil|duna|rauda|(?:tu|su) (?:antiguo|anterior) operador"
    r"|(?:la|tu) otra compania|el mensajero|la mensajeria"
    r"|(?:la )?empresa de (?:transporte|mensajeria)|(?:the|your) (?:old|former"
    r"|other) (?:operator|company)|the courier)\b"
)
ACKNOWLEDGED = any_of(
    (
        r"\b(?:corregimos|correccion|corrijo|rectific|antes te (?:dijimos|dije)"
        r"|te (?:habiamos|dijimos)|nos equivocamos|disculpa|cambia|ha cambiado"
        r"|cambio de fecha|iba a ser|pasa a ser|en lugar de|en vez de|ya no"
        r"|nueva fecha|no pudimos|no se cumplio|era)\b"
    ),
    (
        r"\b(?:correct(?:ion|ing)?|we (?:had )?told you|we said|we were wrong|sorry"
        r"|has changed|changes|instead of|no longer|new date|was going to|was to be"
        r"|moved from)\b"
    ),
)
SURVEY = any_of(
    r"\b(?:encuesta|valora(?:nos|r)?|puntua|satisfaccion|como nos puntuarias)\b",
    r"\b(?:survey|rate us|rate your|satisfaction score|how did we do)\b",
)
SELLING = any_of(
    (
        r"\b(?:oferta|promocion|descuento especial|aprovecha|contrata (?:ya|ahora)"
        r"|tarifa nueva|mejora tu tarifa|por solo)\b"
    ),
    (
        r"\b(?:special offer|promotion|upgrade (?:now|your plan)|limited time"
        r"|discount on|sign up for)\b"
    ),
)
FOREIGN_RIGHTS: dict[str, re.Pattern[str]] = {
    "es": re.compile(r"\b(?:ofcom|arcep|agcom|anacom|bundesnetzagentur|bnetza|ibpt|tkg|cpce)\b"),
}
UNFILLED = re.compile(
    r"\{\{[^}]*\}\}|\{[a-z_]+\}|_{3,}|\[(?:nombre|name|numero|number|fecha|date"
    r"|xxx+)\]|\bxx+\b"
)
COMPENSATES = re.compile(
    r"\b(?:compens|indemniz|abon|descont|descuent|devolv|devoluc|reembols|credit"
    r"|refund|compensation)"
)
_COMMON = {
    "es": "el la de que tu los las por con para una un se es y en ya te su lo esta del hola gracias"
    " linea numero",
    "en": "the you your is of to and we not with for on it are will be this that have has our line"
    " number hello thanks",
}
STOPWORDS: dict[str, frozenset[str]] = {
    language: frozenset(common.split()) for language, common in _COMMON.items()
}
