"""The same numbers in Kamailio's own table (htable), filled from PostgreSQL as a site would."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from relevo.adapters.postgres.embedded import embedded
from relevo.engine.clock import elapsed_seconds
from relevo.engine.connection import connect
from relevo.testing.kamailio import Kamailio, free_port, kamailio

_TABLES = """
create table version (table_name varchar(32) primary key, table_version int);
insert into version values ('np', 2);
create table np (
    id serial, key_name varchar(64), key_type int, value_type int, key_value varchar(128),
    expires int)
"""
_FILL = "copy np (key_name, key_type, value_type, key_value, expires) from stdin"
_BYTES_OF_A_NUMBER = 320  # of its shared memory, generously
_CHUNK_BYTES = 1 << 20


@dataclass(slots=True)
class Peer:
    """A Kamailio that is about to be started on a filled database."""

    folder: Path
    url: str
    socket: str
    numbers: int
    port: int = field(default_factory=free_port)
    load_s: float = 0.0

    @classmethod
    @contextmanager
    def filled(cls, folder: Path, rows: Path, numbers: int) -> Iterator[Peer]:
        """With the rows of that file in its table."""
        with embedded(folder / "server") as server:
            dsn = server.create_database("np")
            with connect(dsn, name="relevo bench lookup") as connection:
                connection.execute(_TABLES)
                with connection.cursor().copy(_FILL) as copy, rows.open("rb") as file:
                    while chunk := file.read(_CHUNK_BYTES):
                        copy.write(chunk)
            known = conninfo_to_dict(dsn)
            url = f"postgres://{known['user']}@/{known['dbname']}"
            yield cls(folder, url, str(known["host"]), numbers)

    @contextmanager
    def serving(self) -> Iterator[Kamailio]:
        """Started, and all its table loaded."""
        text = files("relevo.bench").joinpath("lookup_kamailio.cfg").read_text(encoding="ascii")
        slots = min(31, max(10, math.ceil(math.log2(self.numbers))))  # a number for each slot
        config = text.format(port=self.port, database=self.url, size=slots)
        memory_mb = 128 + self.numbers * _BYTES_OF_A_NUMBER // 1_000_000
        began = elapsed_seconds()
        with kamailio(
            config,
            self.folder,
            port=self.port,
            memory_mb=memory_mb,
            environment={"PGHOST": self.socket},
            within_s=3600,
        ) as running:
            self.load_s = elapsed_seconds() - began
            yield running
