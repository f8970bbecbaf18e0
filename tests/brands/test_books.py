"""The books of two brands in one table: what one lets go of is not taken from the other."""

from __future__ import annotations

from tests.brands.conftest import AT, Group

from relevo.customers.actions import NewStanding, stand_lines
from relevo.customers.queries import served_lines
from relevo.customers.served import ServedStatus
from relevo.values.msisdn import Msisdn

CAME = Msisdn("+34600000501")


def test_news_that_a_number_left_altamar_does_not_end_the_line_that_brisa_serves(
    group: Group,
) -> None:
    """The donor's notice may be lost, and found in a file after the number works at the other."""
    group.serves("brisa", CAME)
    left = NewStanding(
        number=CAME, operator="altamar", status=ServedStatus.GONE, at=AT, caused_by="x@1"
    )
    with group.connection.transaction(), group.connection.cursor() as cursor:
        stand_lines(cursor, [left])
    (line,) = served_lines(group.connection, [CAME])
    assert line.status is ServedStatus.ACTIVE
