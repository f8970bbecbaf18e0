"""Which passwords are taken, and what is kept of them."""

from __future__ import annotations

import pytest
from tests.access.conftest import CHEAP, GOOD

from relevo.access.passwords import Cost, Passwords, WeakPassword, check_strength, cost_from

WEAK = {
    "barca verde": "short",
    "x" * 300: "long",
    "aaaaaaaaaaaaaaaa": "simple",
    "abcdefghijklmnop": "simple",
    "987654321098765": "simple",
    "Password-2026!": "common",
    "P4ssw0rdP4ssw0rd": "common",
    "qwertyuiop1234": "common",
    "Bienvenido.2026": "common",
    "mirlo-ana.lopez-77": "name",
    "viva-Brisa-viva-mar": "name",
    "ＰＡＳＳＷＯＲＤ－２０２６": "common",
}


@pytest.mark.parametrize("password", WEAK)
def test_what_is_guessed_first_is_not_taken(password: str) -> None:
    with pytest.raises(WeakPassword, match="password:") as refused:
        check_strength(password, ("Ana.Lopez", "brisa", "Brisa"))
    assert refused.value.why == WEAK[password]


@pytest.mark.parametrize(
    "password", [GOOD, "Vé el búho a las 7", "qL8#vT!m2zRw", "tres password y un mirlo azul"]
)
def test_length_is_enough_and_no_signs_are_prescribed(password: str) -> None:
    check_strength(password, ("Ana.Lopez", "brisa", "x"))


def test_only_the_password_matches_and_nobody_has_none() -> None:
    passwords = Passwords(CHEAP)
    kept = passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert passwords.matches(kept, GOOD)
    assert not passwords.matches(kept, GOOD + " ")
    assert not passwords.matches(None, "a password that nobody has")
    assert not passwords.matches("no hash at all", GOOD)


def test_it_is_the_same_password_on_a_keyboard_that_composes_its_letters_otherwise() -> None:
    passwords = Passwords(CHEAP)
    assert passwords.matches(passwords.hashed("cuatro búhos grises"), "cuatro bu\u0301hos grises")


def test_a_hash_of_another_cost_is_outdated() -> None:
    kept = Passwords(CHEAP).hashed(GOOD)
    assert not Passwords(CHEAP).is_outdated(kept)
    assert Passwords(Cost(rounds=2, memory_kib=8, lanes=1)).is_outdated(kept)


def test_the_cost_is_a_setting_that_says_what_is_wrong_with_it() -> None:
    assert cost_from({"RELEVO_PASSWORD_COST": "1,8,1"}) == CHEAP
    assert cost_from({}) == Cost()
    with pytest.raises(ValueError, match="RELEVO_PASSWORD_COST is 'much'"):
        cost_from({"RELEVO_PASSWORD_COST": "much"})
