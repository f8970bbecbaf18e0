"""``relevo staff``, as an administrator uses it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.access.conftest import GOOD, SECRET, House
from tests.access.test_sign_in import enrolled, is_out
from typer.testing import CliRunner, Result

from relevo.access.links import customer_link
from relevo.access.secret import NoSecret, kept_secret, read_secret
from relevo.cli import app

Run = Callable[..., Result]
ACT = ("--who", "root", "--reason", "for a test")


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", house.group.dsn)
    monkeypatch.setenv("RELEVO_PASSWORD_COST", "1,8,1")
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, ["staff", *words], input=stdin)

    return command


def test_the_first_administrator_is_made_and_comes_in(house: House, run: Run) -> None:
    words = ("add", "eve", "--brand", "brisa", "--role", "administrator", "--stdin", *ACT)
    assert run(*words, stdin=f"{GOOD}\n").exit_code == 0
    assert house.door.by_password("eve", GOOD, house.caller()).needs == "enrolment"
    listed = run("list").output
    assert "eve  brisa  administrator  password, second factor missing" in listed


def test_a_new_password_is_asked_for_twice_and_kept_as_an_act(house: House, run: Run) -> None:
    house.hires("zoe", "agent")
    assert run("password", "zoe", *ACT, stdin="cinco barcas rojas\nother\n").exit_code != 0
    done = run("password", "zoe", *ACT, stdin="cinco barcas rojas\ncinco barcas rojas\n")
    assert done.exit_code == 0
    assert "barcas" not in done.output
    assert house.door.by_password("zoe", "cinco barcas rojas", house.caller()).needs == ""
    row = house.group.connection.execute(
        "select who, reason from brand_act where verb = 'set_password' and subject = 'zoe'"
    ).fetchall()
    assert row == [("root", "for a test")]


def test_a_lost_second_factor_is_taken_away_with_a_reason(house: House, run: Run) -> None:
    _, entered = enrolled(house, "yago")
    assert "has a second factor and 10 recovery codes" in run("second-factor", "yago").output
    assert run("second-factor", "yago", "--reset").exit_code == 2
    assert not is_out(house, entered.ticket)
    assert run("second-factor", "yago", "--reset", *ACT).exit_code == 0
    assert is_out(house, entered.ticket)
    assert "has none, and needs one" in run("second-factor", "yago").output


def test_a_customers_link_is_made_anew(house: House, run: Run) -> None:
    order = house.order()
    before = customer_link(house.group.connection, SECRET, order)
    assert run("renew-link", order, *ACT).exit_code == 0
    assert customer_link(house.group.connection, SECRET, order) != before


def test_the_secret_is_made_once_and_is_its_owners(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "site.secret"
    assert run("secret", str(file)).exit_code == 0
    made = read_secret(file)
    assert run("secret", str(file)).exit_code == 0
    assert read_secret(file) == made == kept_secret(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("short\n", encoding="utf-8")
    refused = run("secret", str(file))
    assert (refused.exit_code, "head -c 32 /dev/urandom" in refused.output) == (2, True)
    with pytest.raises(NoSecret):
        read_secret(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("add", "x", "--brand", "brisa", "--role", "king", "--stdin", *ACT), GOOD, "role: there"),
        (("add", "x", "--brand", "x", "--role", "agent", "--stdin", *ACT), GOOD, "brand: there"),
        (("add", "x", "--brand", "brisa", "--role", "agent", "--stdin", *ACT), "1", "password: it"),
        (("password", "nobody", "--stdin", *ACT), GOOD, "name: nobody called"),
        (("second-factor", "nobody"), "", "name: nobody called"),
        (("renew-link", "R0000", *ACT), "", "order: there is no"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(
    run: Run, words: tuple[str, ...], stdin: str, said: str
) -> None:
    result = run(*words, stdin=f"{stdin}\n")
    assert (result.exit_code, said in result.output) == (2, True)
    assert "Traceback" not in result.output
