"""The catalogue that is shipped with the package."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from relevo.catalog.model import Catalogue, LineOffer


@cache
def offered() -> Catalogue:
    """Read ``offers.toml``. Raises KeyError when an entry lacks a key: our own mistake."""
    table = tomllib.loads(files("relevo.catalog").joinpath("offers.toml").read_text("utf-8"))
    offers = (
        LineOffer(
            kind=row["kind"],
            needs_number=row["needs_number"],
            needs_card=row["needs_card"],
            number_kinds=tuple(row["number_kinds"]),
            moves_with=row.get("moves_with", ""),
        )
        for row in table["offer"]
    )
    return Catalogue(version=table["version"], offers={offer.kind: offer for offer in offers})
