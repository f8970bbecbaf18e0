"""Every text that a customer can get, in every language, held against the facts of its moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from relevo.activation.activation.messages import (
    Capability,
    CapabilityLost,
    CapabilityProven,
    CardRegistered,
    LifeSignBack,
    LifeSignLost,
    LineProvisioned,
    LineWorks,
    WatchStarted,
)
from relevo.claims.check import check
from relevo.claims.model import Draft
from relevo.notices.model import Channel, Credit, Topic
from relevo.notices.queries import read_texts
from relevo.notices.snapshot import snapshot_of
from relevo.notices.voice import speech
from relevo.notices.voice.messages import CaseKnown, SayCredit, SayFault, SayUpdate
from relevo.orders.line.messages import (
    LineConfirmed,
    LineLive,
    LineMoved,
    LineNotTakenBack,
    LineStuck,
    LineVisitAgreed,
)
from relevo.orders.order.messages import (
    GroupRedated,
    NumberUndecided,
    OrderClosed,
    OrderStuck,
    OrderWithdrawn,
    WindowChosen,
)
from relevo.porting.profile import Window
from relevo.porting.recovery.messages import NumberCut, ReactivationPromised
from relevo.profiles.book import load_book
from relevo.promises.promise.messages import PromiseBroken, PromiseMade, PromiseMoved
from relevo.sims.dispatch.messages import CardTied, ParcelOrdered, ParcelTroubled
from relevo.sims.esim.messages import EsimOffered
from relevo.values.msisdn import Msisdn
from relevo.values.simcard import Iccid

Begin = Callable[[str], Any]
F, M1, M2 = Msisdn("+34976000101"), Msisdn("+34600000101"), Msisdn("+34600000102")
MOBILES = (("M1", M1), ("M2", M2))
CARD = Iccid("8934071100000000012")
PUT_IN = re.compile(
    r"\b(pon|pong|insert|met|coloc|cambi|introdu)\w*\b[^.!?]*\b(tarjeta|sim|esim)"
    r"|\b(put|insert|swap|place)\w*\b[^.!?]*\b(card|sim|esim)\b",
    re.IGNORECASE,
)
"""How a customer recognises that he is told to put a card in."""


def everything_happens(told: Any) -> None:
    """An order with every trouble that has a text."""
    told.begin()
    prepared(told)
    told.dated()
    comes_otherwise(told)
    dies_and_comes_back(told)
    parcels_fail(told)
    is_hit_with_many(told)
    has_no_day(told)
    is_dated_anew(told)
    words_are_broken(told)
    moves(told)
    works_in_part(told)
    ends(told)


def prepared(told: Any) -> None:
    for line, number in MOBILES:
        watch = WatchStarted(
            subject=number,
            line=line,
            order="",
            donor="altamar",
            recipient="brisa",
            capabilities=tuple(Capability),
            rules="",
        )
        tied = CardTied(
            number=number,
            iccid=CARD,
            order="",
            line=line,
            name="",
            phone=M1,
            address=told.known.customer.address,
            rules="",
            pin="4817",
        )
        parcel = ParcelOrdered(
            number=number, iccid=CARD, tracking_code=f"RA12{line}", expected_on=date(2019, 1, 15)
        )
        told.hear(f"/activation/{line}", watch)
        told.hear(f"/card/{line}/1", tied)
        told.hear(f"/card/{line}/1", parcel)


def comes_otherwise(told: Any) -> None:
    again = ParcelOrdered(
        number=M1, iccid=CARD, tracking_code="RA12M1", expected_on=date(2019, 1, 16)
    )
    told.hear("/card/M1/1", again)
    told.wait(minutes=5)


def dies_and_comes_back(told: Any) -> None:
    told.wait(until=datetime(2019, 1, 14, 13, 15, tzinfo=UTC))
    died = told.at - timedelta(minutes=9)
    due = told.at + timedelta(hours=2)
    lost = LifeSignLost(
        subject=M2, line="M2", serving="altamar", at_donor=True, last_good_at=died, at=told.at
    )
    cut = NumberCut(number=M2, donor="altamar", order="", line="M2", at=died, held_until=due)
    told.hear("/activation/M2", lost)
    told.hear("/recovery/M2/1", cut)
    told.tell(CaseKnown(key="PT-482100", owner="Marta", opened_at=told.at, next_update=due))
    promise = PromiseMade(what="next_update", to="", due=due, owner="Marta", rests_on=())
    told.hear("/promise/next_update/1", promise)
    told.wait(minutes=30)
    back_by = ReactivationPromised(
        number=M2, donor="altamar", by=told.at + timedelta(hours=4), ceased_at=died
    )
    told.hear("/recovery/M2/1", back_by)
    following = told.at + timedelta(hours=3)
    told.tell(SayUpdate(key="PT-482100", owner="Marta", next_update=following))
    told.wait(hours=3)
    back = LifeSignBack(
        subject=M2,
        line="M2",
        serving="altamar",
        at_donor=True,
        dead_from=died,
        dead_until=told.at,
    )
    told.hear("/activation/M2", back)
    told.tell(SayCredit(credit=credit(died, told.at)))
    told.wait(minutes=5)


def credit(start: datetime, end: datetime) -> Credit:
    return Credit(
        line="M2",
        number=M2,
        amount_eur_cents=73,
        minutes=1312,
        month_minutes=44640,
        average_3m_eur_cents=2150,
        monthly_fee_eur_cents=500,
        factor=5,
        rule="ES.voice.outage",
        dead_from=start,
        dead_until=end,
        automatic=False,
    )


def parcels_fail(told: Any) -> None:
    told.wait(until=datetime(2019, 1, 15, 16, 0, tzinfo=UTC))
    for line, number in MOBILES:
        trouble = ParcelTroubled(
            number=number,
            line=line,
            tracking_code=f"RA12{line}",
            reason="bad_label",
            action="relabel",
            at=told.at,
        )
        offered = EsimOffered(
            number=number,
            line=line,
            iccid=CARD,
            activation_code=f"LPA:1$smdp.brisa.example$AB-{line}",
            why="parcel_troubled",
        )
        told.hear(f"/card/{line}/1", trouble)
        told.hear(f"/esim/{line}/1", offered)
    told.wait(minutes=5)


def later(window: Window) -> Window:
    return Window(window.opens + timedelta(days=4), window.closes + timedelta(days=4))


def is_hit_with_many(told: Any) -> None:
    book = read_texts()
    for key, next_update in (("parcel_troubled", told.at + timedelta(hours=2)), ("over", None)):
        said = SayFault(
            fault="fault-1",
            step=1 if next_update else 2,
            kind="parcel_troubled",
            cause="strike",
            is_confirmed=False,
            texts={code: book[code].phrase(f"fault_text.{key}") for code in book},
            next_update=next_update,
            is_over=next_update is None,
        )
        told.tell(said)
        told.wait(minutes=5)


def has_no_day(told: Any) -> None:
    windows = {line: told.known.line(line).window for line, _ in MOBILES}
    told.hear("", OrderStuck(line="M2", why="line_stuck", undated=("M1", "M2")))
    assert all(told.known.line(line).window is None for line in windows)
    told.wait(minutes=5)
    assert told.sent[-1].topic is Topic.UNDATED
    following = told.at + timedelta(hours=3)
    told.tell(SayUpdate(key="PT-482100", owner="Marta", next_update=following))
    told.wait(minutes=5)
    assert [each.topic for each in told.sent][-1:] == [Topic.UPDATE]
    told.hear("", WindowChosen(lines=tuple(windows), windows=windows, rests_on="wish"))
    told.wait(minutes=5)


def is_dated_anew(told: Any) -> None:
    was = {line: told.known.line(line).window for line, _ in MOBILES}
    now = {line: later(window) for line, window in was.items()}
    redated = GroupRedated(
        lines=("M1", "M2"), was=was, windows=now, because_line="M2", why="card_not_in_hand"
    )
    told.hear("", redated)
    told.wait(minutes=5)


def words_are_broken(told: Any) -> None:
    due = told.at + timedelta(hours=2)
    told.hear("/promise/call_back/1", PromiseBroken(what="call_back", due=told.at, owner="Sergio"))
    told.tell(CaseKnown(key="PT-482100", owner="Marta", opened_at=told.at, next_update=due))
    made = PromiseMade(
        what="bundle_works", to="", due=due + timedelta(days=9), owner="Marta", rests_on=()
    )
    told.hear("/promise/bundle_works/1", made)
    moved = PromiseMoved(
        what="bundle_works", was_due=made.due, due=made.due + timedelta(days=1), why="redated"
    )
    told.hear("/promise/bundle_works/1", moved)
    told.hear("/line/M1", LineStuck(line="M1", who="customer", why="card_reported_lost"))
    told.wait(minutes=5)


def moves(told: Any) -> None:
    for line, _ in MOBILES:
        window = told.known.line(line).window
        limit = window.opens - timedelta(hours=12)
        told.hear(f"/line/{line}", LineConfirmed(line=line, window=window, cancel_until=limit))
    told.wait(until=told.known.line("M1").window.opens)
    for line, number in (("F", F), *MOBILES):
        told.hear(f"/line/{line}", LineMoved(line=line, number=number, at=told.at, iccid=None))
        provisioned = LineProvisioned(subject=number, line=line, at=told.at)
        told.hear(f"/activation/{line}", provisioned)
    told.wait(hours=9)


def works_in_part(told: Any) -> None:
    due = told.at + timedelta(hours=4)
    told.tell(CaseKnown(key="PT-482100", owner="Marta", opened_at=told.at, next_update=due))
    for line, number in MOBILES:
        told.hear(f"/activation/{line}", CardRegistered(subject=number, line=line, at=told.at))
        for capability in list(Capability)[:4]:
            proven = CapabilityProven(subject=number, line=line, capability=capability, at=told.at)
            told.hear(f"/activation/{line}", proven)
    some = CapabilityLost(
        subject=M1,
        line="M1",
        capability=Capability.CALLS_IN,
        except_from=("altamar", "duna"),
        at=told.at,
    )
    told.hear("/activation/M1", some)
    told.wait(hours=3)


def said_last(told: Any) -> Topic:
    topic: Topic = told.sent[-1].topic
    return topic


def ends(told: Any) -> None:
    for line, number in (("F", F), *MOBILES):
        told.hear(f"/activation/{line}", LineWorks(subject=number, line=line, at=told.at))
        told.hear(f"/line/{line}", LineLive(line=line, at=told.at))
    told.tell(
        CaseKnown(
            key="PT-482100",
            owner="Marta",
            opened_at=told.at,
            next_update=None,
            resolved_at=told.at,
        )
    )
    told.wait(minutes=30)
    told.hear("", OrderClosed(lines=("F", "M1", "M2")))
    told.wait(minutes=30)


def a_number_is_left_out(told: Any) -> None:
    told.begin(left_out="M2")
    told.hear("", NumberUndecided(line="M2", number=M2, depends_on="M1"))
    told.wait(minutes=20)
    windows = {"F": Window(told.at + timedelta(days=3), told.at + timedelta(days=3, hours=4))}
    told.hear("", WindowChosen(lines=("F",), windows=windows, rests_on="confirmation_chain"))
    told.wait(minutes=5)
    told.hear("/line/F", LineNotTakenBack(line="F", why="redated"))
    told.wait(minutes=5)
    assert told.sent[-1].topic is not Topic.CANCELLED_LATE, "he never asked for it"
    told.hear("/line/F", LineNotTakenBack(line="F", why="customer"))
    told.wait(minutes=5)
    assert said_last(told) is Topic.CANCELLED_LATE
    opens = told.at + timedelta(days=2)
    for later in (timedelta(), timedelta(days=1)):  # moved before it was said: the newest counts
        visit = LineVisitAgreed(line="F", opens=opens + later, closes=opens + later)
        told.hear("/line/F", visit)
    told.wait(minutes=5)
    assert said_last(told) is Topic.VISIT
    told.hear("", OrderWithdrawn(why="customer"))
    told.wait(minutes=5)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("happens", [everything_happens, a_number_is_left_out])
def test_every_text_passes_the_check_that_staff_must_pass(
    story: Begin, language: str, happens: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = []

    def judge(snapshot: Any, draft: Draft) -> Any:
        verdict = check(snapshot, draft)
        if verdict.verdict != "pass":
            stopped.append((draft.text, verdict.findings))
        return verdict.claims

    monkeypatch.setattr(speech, "claimed", judge)
    told = story(language)
    happens(told)
    assert told.sent
    assert not stopped


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_topic_has_a_text_that_is_told(story: Begin, language: str) -> None:
    told, other = story(language), story(language)
    everything_happens(told)
    a_number_is_left_out(other)
    topics = {fact.topic for fact in (*told.sent, *other.sent)}
    assert topics == set(Topic) - {Topic.REPLY}


def test_both_languages_say_the_same(story: Begin) -> None:
    spanish, english = story("es"), story("en")
    everything_happens(spanish)
    everything_happens(english)
    for one, other in zip(spanish.sent, english.sent, strict=True):
        assert one.topic == other.topic
        hard = {"port_window", "state", "calls_in", "data", "cancel_until", "promise"}
        ours = {claim for claim in one.claims if claim.predicate in hard}
        theirs = {claim for claim in other.claims if claim.predicate in hard}
        assert ours == theirs, one.topic


@pytest.mark.parametrize("channel", list(Channel))
def test_the_same_words_make_the_same_claims_on_every_channel(
    story: Begin, channel: Channel
) -> None:
    told = story("es")
    everything_happens(told)
    snapshot = snapshot_of(told.known, load_book().pinned(told.known.rules), told.at)
    for fact in told.sent:
        draft = Draft(id="", channel=channel, text=fact.text)
        one = check(snapshot, draft)
        other = check(snapshot, Draft(id="", channel="email", text=fact.text))
        assert one.claims == other.claims


@pytest.mark.parametrize("language", ["es", "en"])
def test_only_one_text_tells_to_put_a_card_in(story: Begin, language: str) -> None:
    told = story(language)
    everything_happens(told)
    telling = {
        fact.topic for fact in told.sent if PUT_IN.search(f"{fact.subject_line} {fact.text}")
    }
    assert telling == {Topic.PUT_IN}


def test_languages_have_the_same_topics_slots_and_claims() -> None:
    book = read_texts()
    spanish = book["es"]
    for language in book.values():
        assert set(language.templates) == set(spanish.templates)
        assert set(language.phrases) == set(spanish.phrases)
        for topic, template in language.templates.items():
            twin = spanish.templates[topic]
            assert template.slots == twin.slots, topic
            assert (template.channel, template.claims) == (twin.channel, twin.claims)
            assert template.required == twin.required


@pytest.mark.parametrize("language", ["es", "en"])
def test_no_text_says_a_relative_time_or_leaves_a_slot_open(story: Begin, language: str) -> None:
    told = story(language)
    everything_happens(told)
    relative = re.compile(
        r"\b(en breve|pronto|mañana|ayer|hoy|luego|soon|shortly|tomorrow|today|later)\b|[{}]"
    )
    for fact in told.sent:
        assert not relative.search(fact.text), fact.text
