"""What an amount of money is for: what the customer gets, what he is billed, or something else."""

from __future__ import annotations

import re

from relevo.claims.lexicon import pattern
from relevo.claims.spot import MoneySeen

OWED = pattern("style", "money", "owed")
BILL = pattern("style", "money", "bill")
OTHER = re.compile(
    r"\b(?:cuotas?|mensualidad|al mes|por mes|tarifa|coste de la llamada|media de|media|a month"
    r"|per month|monthly|fees?|average)\b"
)
MONTHS = {
    word: number
    for words in (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "january february march april may june july august september october november december",
    )
    for number, word in enumerate(words.split(), 1)
}
MONTH = re.compile(
    r"\b(?:(?:factura|recibo|importe) (?:del? )?(?:mes de )?(?=" + "|".join(MONTHS) + r")|(?="
    r"(?:" + "|".join(MONTHS) + r")(?:'s)? (?:bill|invoice)))(" + "|".join(MONTHS) + r")\b"
)
""" "The March bill", "factura de marzo": the month of a bill, not of its due day."""


def topic_of(text: str, money: MoneySeen, carried: str) -> str:
    """What an amount is for: the nearest word tells."""
    near = [
        (abs(match.start() - money.start), topic)
        for topic, words in (("owed", OWED), ("bill", BILL), ("other", OTHER))
        for match in words.finditer(text)
    ]
    owed = [each for each in near if each[1] == "owed"]
    bill = [each for each in near if each[1] == "bill"]
    if (
        owed
        and bill
        and "factura" in text
        and re.search(r"\b(?:en|on|off) (?:la|tu|su|your|the)\b", text)
    ):
        return "owed" if min(owed) <= min(bill) or len(owed) > 1 else "bill"
    return min(near)[1] if near else carried


def month_of(text: str) -> tuple[str, ...]:
    """The month whose bill is spoken of, as a word; () where none is named, or several are."""
    named = {match[1] for match in MONTH.finditer(text)}
    return tuple(named) if len(named) == 1 else ()
