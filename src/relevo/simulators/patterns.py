"""How the customer reads: a few patterns in Spanish and English, and the numbers that he knows."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PUT_IN = (
    re.compile(r"\b(pon|pong|insert|met|coloc|cambi|introdu)\w*\b[^.!?]*\b(tarjeta|sim|esim)"),
    re.compile(r"\b(put|insert|swap|place)\w*\b[^.!?]*\b(card|sim|esim)\b"),
)
_TROUBLE = re.compile(
    r"sin servicio|sin línea|no funciona|no recib|no puede|cortad|cortó|ha cortado|dado de baja"
    r"|incidencia|problema|fallo|avería|interrump|recuper|caíd|fuera de servicio"
    r"|not work|out of service|no service|cut off|has cut|was cut|been cut|trouble|problem|fault"
    r"|interrupt|recover|outage|restor|cannot be (called|reached)|can't be (called|reached)"
)
_ARRIVED = re.compile(
    r"(has|ha|le|te|han) (recibido|llegado)[^.]*(paquete|envío|tarjeta|sim)"
    r"|(te|le) ha llegado[^.]*(paquete|envío|tarjeta|sim)"
    r"|(have|did) you (received?|got|get)[^.]*(parcel|package|card|sim)"
    r"|(has|did) [^.]*(parcel|package|card|sim)[^.]* arrived?"
)
_LPA = re.compile(r"LPA:1\$[^\s$]+\$([A-Za-z0-9-]+)")
_WORDS = {
    "es": {"port": "PORTAR", "keep": "MANTENER", "cease": "BAJA"},
    "en": {"port": "PORT", "keep": "KEEP", "cease": "CEASE"},
}


def numbers_in(text: str, known: Iterable[str]) -> list[str]:
    """Which of these numbers the text names, in any spacing."""
    digits = re.sub(r"\D", "", text)  # a company has thousands of numbers: most are not in it
    return [each for each in known if _national(each) in digits and _names(text, each)]


def tells_to_put_in(text: str) -> bool:
    """Whether he is told to put a card into the phone."""
    lowered = text.lower()
    return any(pattern.search(lowered) for pattern in _PUT_IN)


def tells_of_trouble(text: str) -> bool:
    """Whether it speaks of something that does not work."""
    return _TROUBLE.search(text.lower()) is not None


def asks_if_arrived(text: str) -> bool:
    """Whether he is asked if the parcel is there."""
    return "?" in text and _ARRIVED.search(text.lower()) is not None


def activation_codes(text: str) -> list[str]:
    """The matching ids of the eSIM activation codes in it."""
    return _LPA.findall(text)


def word_for(decision: str, text: str) -> str | None:
    """The word with which to answer a question that offers at least two of the three."""
    for words in _WORDS.values():
        offered = [word for word in words.values() if re.search(rf"\b{word}\b", text)]
        if len(offered) >= 2:
            return words[decision]
    return None


def _names(text: str, number: str) -> bool:
    spaced = r"[\s.\-]*".join(_national(number))
    return re.search(rf"(?<!\d)(?:\+?34[\s.\-]*)?{spaced}(?!\d)", text) is not None


def _national(number: str) -> str:
    return re.sub(r"\D", "", number).removeprefix("34")
