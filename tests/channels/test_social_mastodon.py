"""An open network, with a real server of its interface: whose account it is must be proven, what is
personal never stands in the open, and nothing is lost or said twice when either end is killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from relevo.adapters.channel_social import ledger
from relevo.adapters.channel_social.account import (
    SocialAccounts,
    WrongSocialAccount,
    read_social_accounts,
)
from relevo.adapters.channel_social.codes import code_of
from relevo.adapters.channel_social.intake import own_texts
from relevo.adapters.channel_social.line import SocialLine
from relevo.adapters.channel_social.reading import plain
from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.engine.clock import SystemClock
from relevo.engine.connection import connect
from relevo.engine.engine import Engine
from relevo.engine.history import facts_of
from relevo.engine.performer import Permanent, Temporary
from relevo.notices.actions import propose_reply
from relevo.notices.perform import performers
from relevo.notices.voice.messages import (
    CustomerSaid,
    MessageAccepted,
    MessageRerouted,
    SendMessage,
)
from relevo.testing.mastodon_server import OURS, MastodonServer, NoMastodon
from relevo.testing.patience import until
from relevo.testing.postgres import clone, wipe
from relevo.testing.spoken_orders import placed, spoken_orders

pytestmark = pytest.mark.service

FIRST, SECOND = "R7K2M9QX", "R8L3N4RY"
SECRET = "a secret of these tests, and of no site"
TEXTS = own_texts("es")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonServer]:
    try:
        opened = MastodonServer(
            tmp_path_factory.mktemp("mastodon"), "ana", "eva", "luis", "noa", "pau", "newsbot"
        )
    except NoMastodon as missing:
        pytest.skip(str(missing))
    yield opened
    opened.kill()


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:
    dsn = clone(postgres, "channels_social")
    migrate(dsn, ("relevo.engine", "relevo.notices"))
    return dsn


@pytest.fixture
def accounts(server: MastodonServer, tmp_path: Path) -> SocialAccounts:
    (tmp_path / "token").write_text(f"token-of-{OURS}\n")
    (tmp_path / "secret").write_text(SECRET)
    file = tmp_path / "social.toml"
    file.write_text(
        'secret_file = "secret"\n[mastodon]\nname = "@brisa"\ntoken_file = "token"\n'
        f'url = "{server.url}"\nlook_every_s = 0.001\n'
    )
    return read_social_accounts(file)


class Others:
    """Where messages go when the network fails."""

    def __init__(self) -> None:
        self.sent: list[SendMessage] = []

    def send(self, message: SendMessage) -> None:
        self.sent.append(message)


class Site:
    """A worker of ours beside the server."""

    def __init__(self, dsn: str, accounts: SocialAccounts) -> None:
        self.others = Others()
        self.line = SocialLine(accounts, dsn, SystemClock())
        self.engine = Engine(
            dsn=dsn,
            catalogue=spoken_orders(),
            clock=SystemClock(),
            performers=performers(self.others, self.others, self.line.channel),
        )
        self.intake = self.line.intake(self.engine)
        self.look = connect(dsn, autocommit=True)
        for place, order in enumerate((FIRST, SECOND)):
            wanted = placed(
                email=f"{order.lower()}@nowhere.test",
                contact=f"+3497600010{place}",
                number=f"+3460000010{place}",
                at=self.engine.clock.now(),
            )
            self.engine.tell("orders.order", order, wanted, key=order)
        self.engine.run_until_quiet()

    def hears(self) -> None:
        self.intake.poll()
        self.engine.run_until_quiet()

    def facts(self, order: str, kind: type) -> list[Any]:
        return [each.fact for each in facts_of(self.look, order) if isinstance(each.fact, kind)]

    def said(self, order: str) -> list[str]:
        return [each.text for each in self.facts(order, CustomerSaid)]

    def strays(self) -> int:
        row = self.look.execute("select count(*) from notice_stray").fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        for each in (self.intake, self.engine, self.line, self.look):
            each.close()


@pytest.fixture
def sites(
    database: str, accounts: SocialAccounts, server: MastodonServer
) -> Iterator[Callable[[], Site]]:
    opened: list[Site] = []
    with connect(database, name="tests") as connection:  # what others wrote before is theirs
        ledger.move_place(connection, "mastodon", newest(server))

    def start() -> Site:
        opened.append(Site(database, accounts))
        return opened[-1]

    yield start
    for each in opened:
        each.close()
    wipe(database)


@pytest.fixture
def site(sites: Callable[[], Site]) -> Site:
    return sites()


def newest(server: MastodonServer) -> str:
    us = server.person(OURS)
    try:
        return str(max((int(each.id) for each in us.notifications(limit=1)), default=""))
    finally:
        us.session.close()


def writes(server: MastodonServer, who: str, text: str, **how: Any) -> str:
    person = server.person(who)
    try:
        return str(person.status_post(f"@{OURS} {text}", **how).id)
    finally:
        person.session.close()


def proves(site: Site, server: MastodonServer, who: str, order: str) -> None:
    writes(server, who, code_of(order, 1, SECRET.encode()).lower(), visibility="direct")
    site.hears()


def answers_to(server: MastodonServer, who: str) -> list[Any]:
    """What we said to somebody, the oldest first."""
    return [each for each in server.said(OURS) if f"@{who} " in plain(each.content)]


def words(status: Any) -> str:
    return plain(status.content).partition(" ")[2]


def test_a_stranger_is_read_by_a_person_and_told_once_how_to_prove_who_he_is(
    site: Site, server: MastodonServer
) -> None:
    asked = writes(server, "luis", f"mi pedido {FIRST} no llega", visibility="public")
    writes(server, "luis", "¿hay alguien?", visibility="public")
    site.hears()
    site.hears()
    assert site.strays() == 2
    assert site.said(FIRST) == []
    (told,) = answers_to(server, "luis")
    assert words(told) == TEXTS["prove"]
    assert (told.visibility, str(told.in_reply_to_id)) == ("direct", asked)


def test_who_proves_his_order_speaks_in_it_and_is_answered_under_his_post(
    site: Site, server: MastodonServer
) -> None:
    proves(site, server, "ana", FIRST)
    asked = writes(server, "ana", "¿me podéis decir algo?", visibility="direct")
    site.hears()
    assert site.said(FIRST)[-1] == "¿me podéis decir algo?"
    propose_reply(
        site.engine, FIRST, channel="social", text="Gracias por escribir.", by="p", draft_id="d1"
    )
    site.engine.run_until_quiet()
    thanks, told = answers_to(server, "ana")
    assert words(thanks) == TEXTS["proven"]
    assert words(told) == "Gracias por escribir."
    assert (told.visibility, str(told.in_reply_to_id)) == ("direct", asked)
    (accepted,) = (each for each in site.facts(FIRST, MessageAccepted) if each.channel == "social")
    assert accepted.message_key.startswith(FIRST)
    assert site.strays() == 0


def test_a_code_that_everybody_read_opens_nothing_and_the_next_one_does(
    site: Site, server: MastodonServer
) -> None:
    code = code_of(SECOND, 1, SECRET.encode())
    writes(server, "eva", f"aquí tenéis {code}", visibility="public")
    site.hears()
    writes(server, "noa", f"yo soy el de {code}", visibility="direct")
    site.hears()
    assert site.said(SECOND) == []
    assert words(answers_to(server, "eva")[-1]) == TEXTS["spoilt"]
    writes(server, "eva", code_of(SECOND, 2, SECRET.encode()), visibility="direct")
    site.hears()
    assert len(site.said(SECOND)) == 1
    forged = code_of(FIRST, 1, b"the secret of somebody else, who guesses")
    writes(server, "noa", forged, visibility="direct")
    site.hears()
    assert site.said(FIRST) == []


@pytest.mark.parametrize(
    ("text", "visibility"),
    [
        ("Lo miramos ahora mismo, gracias.", "unlisted"),
        ("Tu número 600 000 101 ya funciona.", "direct"),
        (f"El pedido {FIRST.lower()} sigue.", "direct"),
        ("Hola Ana, lo miramos.", "direct"),
    ],
)
def test_in_the_open_stands_only_what_fits_everybody(
    site: Site, server: MastodonServer, text: str, visibility: str
) -> None:
    site.look.execute(
        "update process set state = jsonb_set(coalesce(state, '{}'), '{customer}', "
        """'{"holder": {"name": {"given": "Ana", "surname": "Ruiz"}}}') """
        "where process_id = %s and kind = 'orders.order'",
        (FIRST,),
    )
    proves(site, server, "pau", FIRST)
    writes(server, "pau", "esto no funciona", visibility="public")
    site.hears()
    site.line.channel.send(message(f"{FIRST}-{hash(text) % 1000 + 100}", text))
    assert answers_to(server, "pau")[-1].visibility == visibility


def test_a_long_answer_is_a_thread_in_the_order_in_which_it_is_read(
    site: Site, server: MastodonServer
) -> None:
    proves(site, server, "ana", FIRST)
    text = " ".join(f"Frase con el número {nth} de esta respuesta." for nth in range(40))
    site.line.channel.send(message(f"{FIRST}-50", text))
    parts = [each for each in answers_to(server, "ana") if "Frase" in plain(each.content)]
    assert len(parts) > 2
    assert all(each.visibility == "direct" for each in parts)
    for before, after in pairwise(parts):
        assert after.in_reply_to_id == before.id
    joined = " ".join(words(each).rpartition(" (")[0] for each in parts)
    assert joined == text


def test_either_end_is_killed_in_mid_conversation_and_nothing_is_lost_or_said_twice(
    sites: Callable[[], Site], server: MastodonServer
) -> None:
    site = sites()
    proves(site, server, "noa", SECOND)
    begins = len(answers_to(server, "noa"))
    for nth in range(8):
        insist(partial(writes, server, "noa", f"Mensaje {nth}."), "he writes")
        if nth == 2:
            server.kill()
            with pytest.raises(Temporary):
                site.line.channel.send(message(f"{SECOND}-{nth}", f"Respuesta {nth}."))
            site.hears()  # in vain
            server.start()
        if nth == 5:
            site.close()
            site = sites()
        answer = message(f"{SECOND}-{nth}", f"Respuesta {nth}.")
        insist(partial(site.line.channel.send, answer), "the answer goes out")
        site.line.channel.send(answer)  # done again
    site.hears()
    said = [text for text in site.said(SECOND) if text.startswith("Mensaje")]
    assert said == [f"Mensaje {nth}." for nth in range(8)]
    told = [words(each) for each in answers_to(server, "noa")[begins:]]
    assert told == [f"Respuesta {nth}." for nth in range(8)]


def test_what_was_posted_when_we_died_is_found_and_not_posted_again(
    sites: Callable[[], Site], server: MastodonServer
) -> None:
    site = sites()
    proves(site, server, "ana", FIRST)
    key, now = f"{FIRST}-77", site.engine.clock.now()
    ledger.hand(site.look, key, 1, "mastodon", now)
    us = server.person(OURS)
    us.status_post("@ana Ya estaba dicho.", visibility="direct")
    us.session.close()
    site.line.channel.send(message(key, "Ya estaba dicho."))
    told = [words(each) for each in answers_to(server, "ana")]
    assert told.count("Ya estaba dicho.") == 1
    handed = ledger.handed(site.look, key, 1)
    assert handed is not None
    assert handed.reference


def test_the_network_asks_for_patience_and_says_how_long(
    site: Site, server: MastodonServer
) -> None:
    proves(site, server, "ana", FIRST)
    server.fault(
        match={"methods": ["POST"], "path": "/api/v1/statuses"},
        effect={"type": "status", "status": 503},
        count=1,
    )
    with pytest.raises(Temporary):
        site.line.channel.send(message(f"{FIRST}-80", "Una vez."))
    insist(lambda: site.line.channel.send(message(f"{FIRST}-80", "Una vez.")), "it goes out")
    assert [words(each) for each in answers_to(server, "ana")].count("Una vez.") == 1


def test_a_token_that_was_revoked_is_said_and_the_words_go_another_way(
    site: Site, server: MastodonServer, accounts: SocialAccounts
) -> None:
    proves(site, server, "ana", FIRST)
    Path(accounts.mastodon.token_file).write_text("a-token-that-nobody-gave-us")
    with pytest.raises(Permanent, match="write a new one into token"):
        site.line.channel.send(message(f"{FIRST}-90", "Hola."))
    propose_reply(
        site.engine, FIRST, channel="social", text="Gracias por avisar.", by="p", draft_id="d9"
    )
    site.engine.run_until_quiet()
    assert site.facts(FIRST, MessageRerouted)
    assert [each.text for each in site.others.sent][-1:] == ["Gracias por avisar."]


def test_what_a_machine_writes_is_answered_by_nobody(site: Site, server: MastodonServer) -> None:
    writes(server, "newsbot", "10 consejos para tu móvil", visibility="public")
    site.hears()
    assert answers_to(server, "newsbot") == []


@pytest.mark.parametrize(
    ("url", "token", "secret", "said"),
    [
        ("http://social.example", "token", "secret", "mastodon.url must begin with https://"),
        ("https://social.example", "none", "secret", "holds no token"),
        ("https://social.example", "token", "token", "holds no secret of 32 characters"),
        ("", "token", "secret", "mastodon.url"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_before_it_is_used(
    tmp_path: Path, url: str, token: str, secret: str, said: str
) -> None:
    (tmp_path / "token").write_text("t")
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "social.toml").write_text(
        f'secret_file = "{secret}"\n[mastodon]\nname = "@b"\nurl = "{url}"\n'
        f'token_file = "{token}"\n'
    )
    with pytest.raises(WrongSocialAccount, match=said):
        read_social_accounts(tmp_path / "social.toml")


def message(key: str, text: str) -> SendMessage:
    return SendMessage(
        channel="social", to="", subject="", text=text, message_key=key, sender="brisa"
    )


def insist(what: Callable[[], object], name: str) -> None:
    """As an outbox does: again and again while it is temporary."""

    def went() -> bool:
        try:
            what()
        except (Temporary, OSError):
            return False
        return True

    until(went, name)
