"""The door of the staff."""

from __future__ import annotations

import threading
from contextlib import suppress

import pyotp
import pytest
from tests.access.conftest import GOOD, SECRET, House
from tests.brands.conftest import BOSS
from typing_extensions import override

from relevo.access import second_factor
from relevo.access.audit import traces
from relevo.access.guessing import TooManyTries, forget_old
from relevo.access.passwords import Cost, Passwords, WeakPassword
from relevo.access.sign_in import Door, Entered, NotAdmitted
from relevo.brands.reading import NotSignedIn, Session, reading
from relevo.brands.staffing import remove_staff


def session_of(house: House, ticket: str) -> Session:
    with reading(house.group.page_dsn, ticket) as (_, session):
        return session


def is_out(house: House, ticket: str) -> bool:
    try:
        session_of(house, ticket)
    except NotSignedIn:
        return True
    return False


def enrolled(house: House, name: str, role: str = "duty_manager") -> tuple[pyotp.TOTP, Entered]:
    """Somebody with an authenticator, just signed in with it for the first time."""
    house.hires(name, role)
    half = house.door.by_password(name, GOOD, house.caller())
    shown = house.door.begin_enrolment("Brisa", house.caller(half.ticket))
    totp = pyotp.TOTP(shown.key)
    done = house.door.finish_enrolment(totp.at(house.at), house.caller(half.ticket))
    house.later(seconds=60)
    return totp, done


def test_a_password_lets_in_whose_role_asks_for_no_more(house: House) -> None:
    house.hires("ana", "agent")
    entered = house.door.by_password(" ana ", GOOD, house.caller())
    session = session_of(house, entered.ticket)
    assert (session.staff, session.brand, *session.roles) == ("ana", "brisa", "agent")
    assert not session.customer


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("berta", "tres barcas rojas"),
        ("nobody", GOOD),
        ("", ""),
        ("berta", ""),
        ("berta' --", GOOD),
    ],
)
def test_all_refusals_read_alike(house: House, name: str, password: str) -> None:
    if not house.group.connection.execute("select from staff where name = 'berta'").rowcount:
        house.hires("berta", "agent")
    with pytest.raises(NotAdmitted) as refused:
        house.door.by_password(name, password, house.caller())
    assert str(refused.value) == ""


def test_a_name_that_nobody_has_costs_a_comparison_like_any_other(house: House) -> None:
    """Else the time of the answer tells who works here."""
    compared: list[str | None] = []

    class Counting(Passwords):
        __slots__ = ()

        @override
        def matches(self, kept: str | None, password: str) -> bool:
            compared.append(kept)
            return super().matches(kept, password)

    door = Door(acting=house.acting, secret=SECRET, passwords=Counting(house.passwords.cost))
    with pytest.raises(NotAdmitted):
        door.by_password("nobody at all", GOOD, house.caller())
    assert compared == [None]


def test_who_left_does_not_come_in_any_more(house: House) -> None:
    house.hires("gone", "agent")
    ticket = house.door.by_password("gone", GOOD, house.caller()).ticket
    remove_staff(house.group.connection, "gone", BOSS)
    assert is_out(house, ticket)
    with pytest.raises(NotAdmitted):
        house.door.by_password("gone", GOOD, house.caller())


@pytest.mark.parametrize("role", ["porting", "duty_manager", "auditor", "administrator"])
def test_a_role_that_can_do_harm_does_not_come_in_by_a_password_alone(
    house: House, role: str
) -> None:
    house.hires(f"half-{role}", role)
    half = house.door.by_password(f"half-{role}", GOOD, house.caller())
    assert half.needs == "enrolment"
    assert is_out(house, half.ticket)


def test_the_first_code_of_an_authenticator_lets_in_and_gives_codes_for_the_drawer(
    house: House,
) -> None:
    totp, done = enrolled(house, "dora")
    assert session_of(house, done.ticket).staff == "dora"
    assert len(set(done.recovery_codes)) == second_factor.RECOVERY_CODES
    again = house.door.by_password("dora", GOOD, house.caller())
    assert again.needs == "code"
    with pytest.raises(NotAdmitted):
        house.door.begin_enrolment("Brisa", house.caller(again.ticket))
    inside = house.door.by_code(totp.at(house.at), house.caller(again.ticket))
    assert session_of(house, inside.ticket).staff == "dora"
    assert is_out(house, again.ticket)


def test_the_picture_is_drawn_here_and_the_key_lies_in_no_table(house: House) -> None:
    house.hires("pia", "auditor")
    half = house.door.by_password("pia", GOOD, house.caller())
    shown = house.door.begin_enrolment("Brisa", house.caller(half.ticket))
    assert shown.picture_svg.startswith("<svg")
    row = house.group.connection.execute(
        "select f::text, (select string_agg(s::text, '') from staff_session s)"
        " from staff_second_factor f where staff = 'pia'"
    ).fetchone()
    assert row is not None
    assert shown.key not in "".join(row)
    assert half.ticket not in "".join(row)


def test_a_code_is_taken_once_even_by_two_at_the_same_moment(house: House) -> None:
    totp, _ = enrolled(house, "rudi")
    code = totp.at(house.at)
    halves = [house.door.by_password("rudi", GOOD, house.caller()) for _ in range(2)]
    entered: list[Entered] = []

    def enter(ticket: str) -> None:
        with suppress(NotAdmitted):
            entered.append(house.door.by_code(code, house.caller(ticket)))

    both = [threading.Thread(target=enter, args=(half.ticket,)) for half in halves]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(entered) == 1


def test_an_older_code_than_the_last_one_is_not_taken(house: House) -> None:
    totp, _ = enrolled(house, "olga")
    older = totp.at(house.at)
    house.later(seconds=30)
    for code, right in ((totp.at(house.at), True), (older, False)):
        half = house.door.by_password("olga", GOOD, house.caller())
        if right:
            house.door.by_code(code, house.caller(half.ticket))
        else:
            with pytest.raises(NotAdmitted):
                house.door.by_code(code, house.caller(half.ticket))


def test_a_code_from_the_drawer_is_good_once(house: House) -> None:
    _, done = enrolled(house, "rena")
    code = done.recovery_codes[3].lower().replace("-", " ")
    half = house.door.by_password("rena", GOOD, house.caller())
    assert house.door.by_code(code, house.caller(half.ticket)).needs == ""
    half = house.door.by_password("rena", GOOD, house.caller())
    with pytest.raises(NotAdmitted):
        house.door.by_code(code, house.caller(half.ticket))
    left = second_factor.recovery_codes_left(house.group.connection, "rena")
    assert left == second_factor.RECOVERY_CODES - 1


def test_an_authenticator_that_was_never_proven_lets_nobody_in(house: House) -> None:
    house.hires("una", "agent")
    with house.acting() as connection:
        shown = second_factor.begin(
            connection, SECRET, "una", ticket="t", issuer="Brisa", at=house.at
        )
        code = pyotp.TOTP(shown.key).at(house.at)
        assert not second_factor.is_right(connection, SECRET, "una", code, house.at)


def test_after_the_site_got_a_new_secret_the_old_authenticators_still_work(house: House) -> None:
    totp, _ = enrolled(house, "sera")
    newer = type(SECRET)((b"another secret, newer than the first", *SECRET.secrets))
    with house.acting() as connection:
        code = totp.at(house.at)
        assert second_factor.is_right(connection, newer, "sera", code, house.at)


def test_half_a_sign_in_waits_ten_minutes_and_opens_nothing_else(house: House) -> None:
    totp, _ = enrolled(house, "wanda")
    half = house.door.by_password("wanda", GOOD, house.caller())
    house.group.connection.execute(
        "update staff_session set expires_at = clock_timestamp() where awaits_factor"
    )
    with pytest.raises(NotAdmitted):
        house.door.by_code(totp.at(house.at), house.caller(half.ticket))


def test_every_step_makes_a_new_ticket_and_ends_the_one_that_was_shown(house: House) -> None:
    """Whoever planted his own ticket in a browser holds nothing after the sign-in."""
    house.hires("fix", "agent")
    planted = house.door.by_password("fix", GOOD, house.caller()).ticket
    entered = house.door.by_password("fix", GOOD, house.caller(planted))
    assert entered.ticket != planted
    assert is_out(house, planted)
    invented = house.door.by_password("fix", GOOD, house.caller("planted-by-somebody")).ticket
    assert invented != "planted-by-somebody"
    assert is_out(house, "planted-by-somebody")


def test_a_session_ends_when_nobody_uses_it(house: House) -> None:
    house.hires("idle", "agent")
    ticket = house.door.by_password("idle", GOOD, house.caller()).ticket
    house.group.connection.execute(
        "update staff_session set seen_at = seen_at - interval '59 minutes' where staff = 'idle'"
    )
    assert not is_out(house, ticket)
    house.group.connection.execute(
        "update staff_session set seen_at = seen_at - interval '2 minutes' where staff = 'idle'"
    )
    assert is_out(house, ticket)


def test_leaving_ends_the_ticket(house: House) -> None:
    house.hires("leo", "agent")
    ticket = house.door.by_password("leo", GOOD, house.caller()).ticket
    house.door.leave(house.caller(ticket))
    assert is_out(house, ticket)


def test_a_new_password_ends_all_other_sessions_and_the_old_password(house: House) -> None:
    house.hires("nia", "agent")
    here, there = (house.door.by_password("nia", GOOD, house.caller()).ticket for _ in range(2))
    with pytest.raises(NotAdmitted):
        house.door.change_password("nia", "not the old one", "cinco barcas", house.caller(here))
    with pytest.raises(WeakPassword):
        house.door.change_password("nia", GOOD, "nia nia nia nia", house.caller(here))
    house.door.change_password("nia", GOOD, "cinco barcas rojas", house.caller(here))
    assert not is_out(house, here)
    assert is_out(house, there)
    with pytest.raises(NotAdmitted):
        house.door.by_password("nia", GOOD, house.caller())


def test_a_hash_of_an_old_cost_is_made_anew_at_the_next_sign_in(house: House) -> None:
    house.hires("hana", "agent")
    dearer = Door(
        acting=house.acting,
        secret=SECRET,
        passwords=Passwords(Cost(rounds=2, memory_kib=8, lanes=1)),
    )
    dearer.by_password("hana", GOOD, house.caller())
    row = house.group.connection.execute(
        "select password_hash from staff_account where staff = 'hana'"
    ).fetchone()
    assert row is not None
    assert "t=2" in row[0]


def fails(house: House, name: str, address: str = "192.0.2.7") -> TooManyTries | None:
    try:
        house.door.by_password(name, "one barca after another", house.caller(address=address))
    except NotAdmitted:
        return None
    except TooManyTries as too_many:
        return too_many
    raise AssertionError("let in")


@pytest.mark.parametrize("name", ["target", "nobody of that name"])
def test_after_five_guesses_each_costs_a_pause_that_doubles_whether_or_not_he_exists(
    house: House, name: str
) -> None:
    if (
        name == "target"
        and not house.group.connection.execute("select from staff where name = 'target'").rowcount
    ):
        house.hires("target", "agent")
    pauses = []
    for place in range(12):
        assert fails(house, name, f"198.51.100.{place}") is None
        if place >= 4:
            refused = fails(house, name, f"198.51.101.{place}")
            assert refused is not None
            pauses.append((refused.until - house.at).total_seconds())
            house.at = refused.until
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256]


def test_the_right_password_is_not_heard_within_the_pause(house: House) -> None:
    house.hires("pausa", "agent")
    while fails(house, "pausa", "198.51.100.1") is None:
        pass
    with pytest.raises(TooManyTries) as refused:
        house.door.by_password("pausa", GOOD, house.caller())
    house.at = refused.value.until
    assert house.door.by_password("pausa", GOOD, house.caller()).needs == ""
    assert fails(house, "pausa") is None  # what was right is forgiven


def test_who_tries_many_names_from_one_address_is_slowed_down_too(house: House) -> None:
    heard = 0
    while fails(house, f"guess{heard}") is None:
        heard += 1
        assert heard < 50
    assert heard == 20


def test_a_thousand_at_once_are_not_heard_more_often(house: House) -> None:
    """Counted before it is looked at, in one statement: no two see the same count."""
    house.hires("storm", "agent")
    heard: list[int] = []

    def guess(place: int) -> None:
        if fails(house, "storm", f"203.0.113.{place}") is None:
            heard.append(place)

    crowd = [threading.Thread(target=guess, args=(place,)) for place in range(16)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert len(heard) == 5


def test_codes_are_counted_as_passwords_are(house: House) -> None:
    totp, _ = enrolled(house, "codi")
    half = house.door.by_password("codi", GOOD, house.caller())
    right = totp.at(house.at)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(NotAdmitted):
            house.door.by_code(wrong, house.caller(half.ticket))
    with pytest.raises(TooManyTries):
        house.door.by_code(right, house.caller(half.ticket))


def test_counts_are_forgotten_after_days(house: House) -> None:
    fails(house, "oblivion")
    house.later(days=3)
    with house.acting() as connection:
        assert forget_old(connection, house.at) >= 2


def test_comings_and_refusals_are_kept_and_what_was_typed_as_a_name_is_not(house: House) -> None:
    house.hires("kept", "agent")
    since = house.at
    fails(house, "kept")
    fails(house, "my secret password, in the wrong field")
    house.door.by_password("kept", GOOD, house.caller())
    found = [
        (each.who, each.brand, each.verb)
        for each in traces(house.group.connection, since=since)
        if each.who in {"kept", ""} and each.at >= since
    ]
    assert ("kept", "brisa", "password_refused") in found
    assert ("kept", "brisa", "signed_in") in found
    assert ("", "", "password_refused") in found
    assert "secret password" not in str(traces(house.group.connection, since=since))
