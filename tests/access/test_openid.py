"""Signing in by the operator's own identity provider, against a provider that signs and checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from joserfc.jwk import ECKey, KeySet
from tests.access.conftest import House
from tests.access.provider import CLIENT, SECRET, Provider, running
from tests.access.test_sign_in import is_out, session_of
from tests.brands.conftest import BOSS

from relevo.access.gateway import ProviderAway
from relevo.access.openid import OpenIdDoor, OpenIdRules
from relevo.access.sign_in import Entered, NotAdmitted
from relevo.adapters.identity_openid.client import OpenIdAccount, OpenIdClient
from relevo.brands.staffing import remove_staff, roles_of

BACK = "https://relevo.example/sign-in/openid/back"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as made:
        yield made


@pytest.fixture
def client(provider: Provider) -> Iterator[OpenIdClient]:
    account = OpenIdAccount(issuer=provider.issuer, client_id=CLIENT, client_secret=SECRET)
    made = OpenIdClient(account)
    yield made
    made.close()


@pytest.fixture
def door(house: House, provider: Provider, client: OpenIdClient) -> OpenIdDoor:
    if roles_of(house.group.connection, "oidi") is None:
        house.hires("oidi", "agent")
    provider.now = int(house.at.timestamp())
    rules = OpenIdRules(issuer=provider.issuer, client_id=CLIENT, back_to=BACK)
    return OpenIdDoor(acting=house.acting, rules=rules, provider=client)


def goes(door: OpenIdDoor, house: House) -> tuple[dict[str, str], str]:
    """A browser goes to the provider and comes back: its query, and the cookie it holds."""
    errand = door.leave("/desk", house.caller())
    sent = httpx2.get(errand.address, follow_redirects=False, trust_env=False)
    back = sent.headers["location"]
    assert back.startswith(BACK)
    return dict(parse_qsl(urlsplit(back).query)), errand.state


def enters(door: OpenIdDoor, house: House) -> Entered:
    answer, state = goes(door, house)
    entered, next_path = door.come_back(answer, state, house.caller())
    assert next_path == "/desk"
    return entered


def test_whom_the_provider_vouches_for_is_in_and_holds_the_same_ticket(
    door: OpenIdDoor, house: House
) -> None:
    session = session_of(house, enters(door, house).ticket)
    assert (session.staff, session.brand, *session.roles) == ("oidi", "brisa", "agent")


def test_a_provider_that_wants_the_credentials_in_the_form_gets_them_there(
    door: OpenIdDoor, house: House, provider: Provider
) -> None:
    provider.ways = ["client_secret_post"]
    assert enters(door, house).staff == "oidi"


LIES: dict[str, Callable[[Provider], None]] = {
    "another nonce": lambda p: p.claims.update(nonce="of somebody else"),
    "no nonce": lambda p: p.left_out.add("nonce"),
    "another client": lambda p: p.claims.update(aud="another client"),
    "us and another client, made for the other": lambda p: p.claims.update(
        aud=[CLIENT, "other"], azp="other"
    ),
    "us and another client, made for nobody": lambda p: p.claims.update(aud=[CLIENT, "other"]),
    "no client": lambda p: p.left_out.add("aud"),
    "another issuer": lambda p: p.claims.update(iss="https://evil.example"),
    "no issuer": lambda p: p.left_out.add("iss"),
    "it is over": lambda p: p.claims.update(exp=p.now - 61),
    "it has no end": lambda p: p.left_out.add("exp"),
    "it is not yet": lambda p: p.claims.update(nbf=p.now + 61),
    "it was made tomorrow": lambda p: p.claims.update(iat=p.now + 86_400),
    "nobody's name": lambda p: p.claims.update(preferred_username="nobody here"),
    "no name": lambda p: p.left_out.add("preferred_username"),
    "a name that is a list": lambda p: p.claims.update(preferred_username=["oidi"]),
    "no signature": lambda p: setattr(p, "algorithm", "none"),
    "a shared secret in the place of a key": lambda p: setattr(p, "algorithm", "HS256"),
    "a key of somebody else": lambda p: setattr(
        p, "signs_with", ECKey.generate_key("P-256", {"kid": "first"})
    ),
    "a key that it never showed": lambda p: setattr(
        p, "signs_with", ECKey.generate_key("P-256", {"kid": "unheard"})
    ),
    "a hash of another access token": lambda p: p.claims.update(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_does_not_hold_lets_nobody_in(
    door: OpenIdDoor, house: House, provider: Provider, lie: str
) -> None:
    LIES[lie](provider)
    with pytest.raises(NotAdmitted):
        enters(door, house)


def test_the_lies_above_are_all_that_kept_him_out(
    door: OpenIdDoor, house: House, provider: Provider
) -> None:
    provider.claims.update(aud=[CLIENT], azp=CLIENT, iat=provider.now - 30, exp=provider.now - 30)
    assert enters(door, house).staff == "oidi"


def test_who_comes_back_in_another_browser_is_not_let_in(door: OpenIdDoor, house: House) -> None:
    """Else somebody is led, by a link, into the session of who made the link."""
    for cookie in ("", "another", goes(door, house)[1]):
        answer, _ = goes(door, house)
        with pytest.raises(NotAdmitted):
            door.come_back(answer, cookie, house.caller())


def test_an_errand_is_known_once_and_for_ten_minutes(door: OpenIdDoor, house: House) -> None:
    answer, state = goes(door, house)
    door.come_back(answer, state, house.caller())
    with pytest.raises(NotAdmitted):
        door.come_back(answer, state, house.caller())
    answer, state = goes(door, house)
    house.later(minutes=11)
    with pytest.raises(NotAdmitted):
        door.come_back(answer, state, house.caller())


@pytest.mark.parametrize(
    "change", [{"iss": "https://evil.example"}, {"code": ""}, {"code": "", "error": "denied"}]
)
def test_an_answer_of_another_provider_or_without_a_code_is_none(
    door: OpenIdDoor, house: House, change: dict[str, str]
) -> None:
    answer, state = goes(door, house)
    with pytest.raises(NotAdmitted):
        door.come_back({**answer, **change}, state, house.caller())


def test_a_stolen_code_is_worth_nothing_without_its_verifier(
    door: OpenIdDoor, house: House, provider: Provider
) -> None:
    stolen, _ = goes(door, house)
    mine, state = goes(door, house)
    with pytest.raises((NotAdmitted, ProviderAway)):
        door.come_back({**mine, "code": stolen["code"]}, state, house.caller())
    assert provider.refused == ["verifier"]


def test_a_provider_that_changed_its_keys_is_asked_for_them_once(
    door: OpenIdDoor, house: House, provider: Provider, client: OpenIdClient
) -> None:
    enters(door, house)
    provider.signs_with = ECKey.generate_key("P-256", {"kid": "second"})
    provider.keys = KeySet([provider.signs_with])
    with pytest.raises(NotAdmitted):
        enters(door, house)  # asked for a moment ago
    client._keys_at_s -= 61
    assert enters(door, house).staff == "oidi"


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_is_not_the_one_we_know_is_not_used(
    door: OpenIdDoor, house: House, provider: Provider, says: dict[str, object]
) -> None:
    provider.metadata_says = says
    with pytest.raises(ProviderAway):
        door.leave("/desk", house.caller())


def test_a_role_that_demands_a_second_factor_gets_one_here_or_there(
    door: OpenIdDoor, house: House, provider: Provider
) -> None:
    house.hires("boss", "duty_manager")
    provider.claims.update(preferred_username="boss")
    for how, needs in ((None, "enrolment"), (["pwd"], "enrolment"), (["otp"], "enrolment")):
        provider.claims.update(amr=how)
        half = enters(door, house)
        assert (half.needs, is_out(house, half.ticket)) == (needs, True)
    for how in (["pwd", "otp"], ["mfa"]):
        provider.claims.update(amr=how)
        assert session_of(house, enters(door, house).ticket).staff == "boss"


def test_where_the_provider_knows_the_roles_it_makes_changes_and_refuses_people(
    door: OpenIdDoor, house: House, provider: Provider
) -> None:
    rules = replace(door.rules, roles={"care": "agent", "nets": "network"}, brand="altamar")
    door = replace(door, rules=rules)
    provider.claims.update(preferred_username="newcomer", groups=["care", "football"])
    session = session_of(house, enters(door, house).ticket)
    assert (session.brand, *session.roles) == ("altamar", "agent")
    provider.claims.update(groups="nets")
    assert session_of(house, enters(door, house).ticket).roles == {"network"}
    provider.claims.update(groups=["football"])
    with pytest.raises(NotAdmitted):
        enters(door, house)
    provider.claims.update(groups=["care"])
    remove_staff(house.group.connection, "newcomer", BOSS)
    with pytest.raises(NotAdmitted):
        enters(door, house)
    acts = house.group.connection.execute(
        "select verb, reason from brand_act where who = 'openid' order by id"
    ).fetchall()
    assert [verb for verb, _ in acts] == ["add_staff", "set_roles"]
    assert provider.issuer in acts[0][1]
