"""Numbers up to 31 in words, as days and hours are counted, in Spanish and English."""

from __future__ import annotations

import re

COUNTED = {
    name: number
    for number, names in (
        (1, "uno una un primero one first"),
        (2, "dos two second"),
        (3, "tres three third"),
        (4, "cuatro four fourth"),
        (5, "cinco five fifth"),
        (6, "seis six sixth"),
        (7, "siete seven seventh"),
        (8, "ocho eight eighth"),
        (9, "nueve nine ninth"),
        (10, "diez ten tenth"),
        (11, "once eleven eleventh"),
        (12, "doce twelve twelfth"),
        (13, "trece thirteen thirteenth"),
        (14, "catorce fourteen fourteenth"),
        (15, "quince fifteen fifteenth"),
        (16, "dieciseis sixteen sixteenth"),
        (17, "diecisiete seventeen seventeenth"),
        (18, "dieciocho eighteen eighteenth"),
        (19, "diecinueve nineteen nineteenth"),
        (20, "veinte twenty twentieth"),
        (21, "veintiuno veintiun veintiuna twenty-first"),
        (22, "veintidos twenty-two twenty-second"),
        (23, "veintitres twenty-three twenty-third"),
        (24, "veinticuatro twenty-four twenty-fourth"),
        (25, "veinticinco twenty-five twenty-fifth"),
        (26, "veintiseis twenty-six twenty-sixth"),
        (27, "veintisiete twenty-seven twenty-seventh"),
        (28, "veintiocho twenty-eight twenty-eighth"),
        (29, "veintinueve twenty-nine twenty-ninth"),
        (30, "treinta thirty thirtieth"),
        (31, "thirty-first"),
    )
    for name in names.split()
}


def number_of(written: str) -> int:
    """The number that is written in digits or in words."""
    digits = re.match(r"\d+", written)
    return int(digits[0]) if digits else COUNTED[written]
