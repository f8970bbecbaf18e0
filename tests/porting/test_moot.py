"""What was given up at a hub waits for nobody once the request has ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import Connection, connect
from relevo.engine.recorded import Recorded
from relevo.porting.multiple.messages import MultipleCancelled
from relevo.porting.multiple.projections import write_multiples
from relevo.porting.port_in.messages import CancellationMissed, PortInCompleted
from relevo.porting.projections import write_ports
from relevo.testing.postgres import clone, wipe
from relevo.testing.vocabulary.cast import AT
from relevo.testing.vocabulary.heard import sample

ENDED, OTHER = "R7/port/M2/1", "R8/port/M2/1"


@pytest.fixture
def connection(postgres: Server) -> Iterator[Connection]:
    dsn = clone(postgres, "moot_tests")
    migrate(dsn, ("relevo.numbering", "relevo.porting"))
    with connect(dsn, name="test") as opened:
        yield opened
    wipe(dsn)


def record(process_id: str, fact: object) -> Recorded:
    return Recorded(process_id=process_id, kind="k", version=1, at=AT, fact=fact, seq=1)


def give_up(connection: Connection, process_id: str) -> None:
    connection.execute(
        """insert into parked (parked_id, bucket, process_id, kind, role, name, body, at, attempts,
                               reason, parked_at)
           values (%(id)s || '#1', 0, %(id)s, 'porting.port_in', 'effect',
                   'porting.send_port_cancellation', '{}', now(), 9, 'the hub is away', now())""",
        {"id": process_id},
    )


def listed(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("select process_id from parked order by 1")]


def test_a_cancellation_that_was_given_up_is_listed_until_the_request_has_ended(
    connection: Connection,
) -> None:
    give_up(connection, ENDED)
    give_up(connection, OTHER)
    missed = record(ENDED, sample(CancellationMissed))
    with connection.cursor() as cursor:
        write_ports(cursor, [missed])
        assert listed(connection) == [ENDED, OTHER], "somebody may still bring it to the hub"
        write_ports(cursor, [missed, record(ENDED, sample(PortInCompleted))])
    assert listed(connection) == [OTHER]


def test_so_is_that_of_a_request_for_many(connection: Connection) -> None:
    give_up(connection, ENDED)
    with connection.cursor() as cursor:
        write_multiples(cursor, [record(ENDED, sample(MultipleCancelled))])
    assert listed(connection) == []
