"""The connection breaks in mid-commit, and nobody can know whether it was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import psycopg
import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.engine.connection import connect
from relevo.testing.crew import Crew
from relevo.testing.proxy import CommitCutter, Cut
from relevo.testing.street import Outcome, Street

pytestmark = pytest.mark.service

TEMPLATE = "street"


@pytest.mark.parametrize("threads", [1, 4])
def test_a_commit_whose_answer_never_came_is_neither_lost_nor_done_twice(
    durable: Server,
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
    threads: int,
) -> None:
    street = place(durable.create_database(f"cut_{threads}", template=TEMPLATE), 60, 1)
    cutter = CommitCutter(street.dsn, of="relevo w", every=4, most=24)
    crew = hire(street, dsn=cutter.dsn, threads=threads)
    crew.start("w1")
    crew.start("w2")
    found = street.play()
    cutter.close()
    assert Counter(cutter.cuts) == {Cut.LOST: 8, Cut.UNHEARD: 8, Cut.UNDER_WAY: 8}
    assert found == peaceful(60, 1)
    crew.dismiss()
    assert "Traceback" not in crew.said()


def test_a_message_whose_commit_was_cut_is_told_once(
    durable: Server,
    place: Callable[..., Street],
    hire: Callable[..., Crew],
    peaceful: Callable[[int, int], Outcome],
) -> None:
    """The teller tells again; the key makes it one message."""
    dsn = durable.create_database("cut_teller", template=TEMPLATE)
    cutter = CommitCutter(dsn, of="relevo teller", every=3, most=30, by_itself=True)
    street = place(cutter.dsn, 60, 1)
    crew = hire(street, dsn=dsn)
    crew.start("w1")
    assert street.play() == peaceful(60, 1)
    assert len(cutter.cuts) == 30
    cutter.close()
    crew.dismiss()


def test_the_proxy_breaks_the_line_as_it_says(durable: Server) -> None:
    """Each kind of cut, seen from both ends: what makes the other tests worth something."""
    dsn = durable.create_database("cut_proxy", template="template1")
    cutter = CommitCutter(dsn, of="relevo w", every=1, most=3)
    with connect(dsn, autocommit=True) as looking:
        looking.execute("create table seen (kind text)")
        for kind in Cut:
            cut_off = connect(cutter.dsn, name="relevo w1")
            cut_off.execute("insert into seen values (%s)", (kind.value,))
            with pytest.raises(psycopg.OperationalError, match="closed"):
                cut_off.commit()
        rows = looking.execute("select kind from seen order by kind").fetchall()
    cutter.close()
    assert ("lost",) not in rows
    assert ("unheard",) in rows
    # What was under way may be seen by now or not: that is what is so bad about it.
