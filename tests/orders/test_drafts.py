"""Forms that were begun: kept whole, for their owner only, and not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.connection import Connection, connect
from relevo.orders.drafts.actions import (
    CONTENT_MAX_BYTES,
    Overtaken,
    close_draft,
    draft_name,
    drop_draft,
    forget_expired,
    keep_draft,
    keeping,
    open_draft,
    read_draft,
)
from relevo.testing.postgres import clone
from relevo.values.moment import instant

AT = instant("2019-01-13T11:59:00+01:00")
NAME = "Lucía Ordóñez".encode()


@pytest.fixture(scope="module")
def forms_database(postgres: Server) -> str:
    dsn = clone(postgres, "drafts_tests")
    migrate(dsn, ("relevo.orders",))
    return dsn


@pytest.fixture
def connection(forms_database: str) -> Iterator[Connection]:
    with connect(forms_database) as made:
        yield made
        made.rollback()


def test_a_form_is_read_with_its_secret_and_with_no_other(connection: Connection) -> None:
    secret = open_draft(connection, NAME, at=AT)
    kept = read_draft(connection, secret, at=AT)
    assert kept is not None
    assert (kept.content, kept.version) == (NAME, 1)
    for wrong in ("", "0" * 48, secret[:-1], secret.upper(), secret + "'"):
        assert read_draft(connection, wrong, at=AT) is None


def test_neither_the_content_nor_the_secret_is_in_the_table(connection: Connection) -> None:
    secret = open_draft(connection, NAME, at=AT)
    row = connection.execute("select draft_hash, content from order_draft").fetchone()
    assert row is not None
    stored = b"".join(bytes(each) for each in row)
    assert NAME not in stored
    assert bytes.fromhex(secret) not in stored
    assert secret.encode() not in stored


def test_a_row_that_somebody_touched_opens_nothing(connection: Connection) -> None:
    secret = open_draft(connection, NAME, at=AT)
    connection.execute("update order_draft set content = content || '\\x00'::bytea")
    assert read_draft(connection, secret, at=AT) is None


def test_who_has_read_an_older_version_writes_nothing_over(connection: Connection) -> None:
    secret = open_draft(connection, b"first", at=AT)
    assert keep_draft(connection, secret, b"second", version=1, at=AT) == 2
    with pytest.raises(Overtaken):
        keep_draft(connection, secret, b"third", version=1, at=AT)
    kept = read_draft(connection, secret, at=AT)
    assert kept is not None
    assert kept.content == b"second"


def test_a_form_that_became_an_order_is_not_changed_any_more(connection: Connection) -> None:
    secret = open_draft(connection, b"form", at=AT)
    close_draft(connection, secret, b"order", order_key="R2345678", at=AT)
    with pytest.raises(Overtaken):
        keep_draft(connection, secret, b"other", version=2, at=AT)
    kept = read_draft(connection, secret, at=AT)
    assert kept is not None
    assert kept.order_key == "R2345678"
    after = AT + keeping(AT.date()).placed_days
    assert read_draft(connection, secret, at=after) is None


def test_a_form_lives_thirty_days_after_the_last_change(connection: Connection) -> None:
    secret = open_draft(connection, b"form", at=AT)
    later = AT + timedelta(days=29)
    keep_draft(connection, secret, b"form", version=1, at=later)
    end = later + keeping(AT.date()).days
    assert read_draft(connection, secret, at=end - timedelta(seconds=1)) is not None
    assert read_draft(connection, secret, at=end) is None
    with pytest.raises(Overtaken):
        keep_draft(connection, secret, b"form", version=2, at=end)
    assert forget_expired(connection, end) == 1
    assert forget_expired(connection, end) == 0


def test_a_new_form_clears_away_those_whose_time_is_over(connection: Connection) -> None:
    open_draft(connection, b"old", at=AT)
    open_draft(connection, b"new", at=AT + timedelta(days=31))
    assert connection.execute("select count(*) from order_draft").fetchone() == (1,)


def test_a_form_can_be_dropped(connection: Connection) -> None:
    secret = open_draft(connection, b"form", at=AT)
    drop_draft(connection, secret)
    assert read_draft(connection, secret, at=AT) is None


def test_what_is_larger_than_any_form_is_not_kept(connection: Connection) -> None:
    with pytest.raises(ValueError, match="is the most"):
        open_draft(connection, b"x" * (CONTENT_MAX_BYTES + 1), at=AT)


def test_the_name_of_a_form_is_always_the_same_and_tells_no_secret() -> None:
    secret = "ab" * 24
    assert draft_name(secret) == draft_name(secret)
    assert secret not in draft_name(secret)
