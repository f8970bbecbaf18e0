"""Schema files go forward only, each once, and never change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import MigrationError, migrate, migrations
from relevo.adapters.postgres.pool import transaction


@pytest.fixture
def empty(postgres: Server) -> Iterator[str]:
    yield postgres.create_database("migrations")
    postgres.drop_database("migrations")


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    schema = tmp_path / "garden" / "schema"
    schema.mkdir(parents=True)
    (tmp_path / "garden" / "__init__.py").touch()
    (schema / "0001_pre_bed.sql").write_text("create table bed (place int);")
    (schema / "0002_post_tree.sql").write_text("create table tree (height int);")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "garden", raising=False)
    return schema


def test_files_are_applied_once_and_in_order(empty: str, garden: Path) -> None:
    applied = migrate(empty, ["relevo.engine", "garden"])
    assert [each.file for each in applied] == [
        *(each.file for each in migrations(["relevo.engine"])),
        "0001_pre_bed.sql",
        "0002_post_tree.sql",
    ]
    assert migrate(empty, ["relevo.engine", "garden"]) == []


def test_stages_can_be_applied_apart(empty: str, garden: Path) -> None:
    assert [each.file for each in migrate(empty, ["garden"], stages=("pre",))] == [
        "0001_pre_bed.sql"
    ]
    assert [each.file for each in migrate(empty, ["garden"])] == ["0002_post_tree.sql"]


def test_a_file_that_was_changed_after_it_was_applied_is_refused(empty: str, garden: Path) -> None:
    migrate(empty, ["garden"])
    (garden / "0001_pre_bed.sql").write_text("create table bed (place bigint);")
    with pytest.raises(MigrationError, match=r"garden/schema/0001_pre_bed\.sql was changed"):
        migrate(empty, ["garden"])


def test_a_file_that_fails_leaves_nothing_behind(empty: str, garden: Path) -> None:
    (garden / "0003_pre_wrong.sql").write_text("create table pond (x int); select 1 / 0;")
    with pytest.raises(Exception, match="division by zero"):
        migrate(empty, ["garden"])
    with transaction(empty) as connection:
        row = connection.execute("select to_regclass('pond'), to_regclass('tree')").fetchone()
    assert row == (None, "tree")


def test_a_file_with_another_kind_of_name_is_refused(empty: str, garden: Path) -> None:
    (garden / "hello.sql").write_text("select 1")
    with pytest.raises(MigrationError, match=r"call it NNNN_pre_name\.sql"):
        migrate(empty, ["garden"])
