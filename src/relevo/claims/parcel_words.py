"""What is said of parcels: the words stand in ``lexicon/parcels.toml``."""

from __future__ import annotations

import re

from relevo.claims.lexicon import pattern, vocabulary, words

PARCEL_STATES = vocabulary("parcels", "state")
PARCEL_NOUNS = pattern("parcels", "noun", "parcel")
ARRIVES = pattern("parcels", "verb", "arrives")

OF_A_PARCEL_ALONE = frozenset(
    {"out_for_delivery", "at_pickup", "delivered", "attempt_failed", "label_created"}
)
"""Words that nobody says of a line."""

CITY = re.compile(
    r"\b(?:en|a|de|hacia|para|por|desde|in|to|at|from|near|for|puesto|pone|ponen|destino|dice|says|say"
    r"|reads|marked)\s+(" + "|".join(words("parcels", "places", "cities")) + r")\b"
)
