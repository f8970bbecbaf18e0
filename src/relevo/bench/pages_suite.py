"""``relevo bench pages``: a database of seeded orders, and all that is measured of its pages."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from relevo import wiring
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.bench.ground import fresh_database, machine
from relevo.bench.pages import ROUNDS, counts, measure_pages, sampled
from relevo.bench.pages_live import measure_live
from relevo.bench.pages_served import served
from relevo.bench.seed import seed
from relevo.engine.connection import connect
from relevo.pages.site import TRIED_AS
from relevo.pages.tryout import furnish

SAMPLE = 200
"""Orders whose pages are asked for."""

HISTORY_EVERY = 100
OPEN_SHARE = 50
"""One order in so many is under way: at 10⁶ these are twenty thousand."""


def seeded_database(server: Server, orders: int, say: Callable[[str], None]) -> str:
    """So many orders on a server of ours; few of the finished ones with their history."""
    dsn = fresh_database(server, "pages")
    under_way = max(1, orders // OPEN_SHARE)
    seed(dsn, orders, open_orders=under_way, history_every=HISTORY_EVERY, say=say)
    return dsn


def orders_measured(folder: Path) -> int:
    """Over how many orders the pages were measured whose figures stand in this folder."""
    file = folder / "pages.json"
    if not file.is_file():
        return 0
    return int(json.loads(file.read_text(encoding="utf-8"))["seeded"]["orders"])


def run_pages(
    dsn: str, *, live: int, say: Callable[[str], None], rounds: int = ROUNDS
) -> dict[str, Any]:
    """Every page, one visitor after the other; then many open pages at once."""
    migrate(dsn, wiring.SCHEMA_PACKAGES)
    people_dsn = furnish(dsn, TRIED_AS)
    with connect(dsn, name="relevo bench", autocommit=True) as connection:
        sample = sampled(connection, SAMPLE)
    seeded = counts(dsn)
    say(", ".join(f"{number:,} {name}" for name, number in seeded.items()))
    result: dict[str, Any] = {
        "machine": machine(dsn),
        "load_at_start": round(os.getloadavg()[0], 1),
        "seeded": seeded,
    }
    with served(dsn, people_dsn) as site:
        result["rss_at_start_mb"] = round(site.rss_mb, 1)
        result |= measure_pages(site, sample, rounds=rounds, say=say)
        result["rss_after_pages_mb"] = round(site.rss_mb, 1)
    if live:
        with served(dsn, people_dsn) as site:
            result["live"] = measure_live(site, dsn, sample, live)
            say(", ".join(f"{name} {value}" for name, value in result["live"].items()))
    return result
