"""A complaint: a key at once, clocks on the calendar, every question, and never closed by time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from relevo import wiring
from relevo.care.complaint.decider import complaint_process
from relevo.care.complaint.messages import (
    AnswerProposed,
    AnswerQuestion,
    AnswerStopped,
    AskCompletion,
    ComplaintAnswered,
    ComplaintCompleted,
    ComplaintFiled,
    ComplaintNear,
    ComplaintOverdue,
    CompleteComplaint,
    CompletionProposed,
    CompletionStopped,
    DecideComplaint,
    FileComplaint,
    ReceiptSent,
)
from relevo.care.complaint.model import Complaint, Complaints, Outcome, Topic
from relevo.care.complaint.queries import read_wordings
from relevo.care.complaint.terms import read_terms
from relevo.care.complaint.wording import (
    answer_text,
    is_complaint,
    questions_in,
    receipt_text,
)
from relevo.claims.check import check
from relevo.claims.model import Addressee, CaseView, Draft, Judgement, KnownFact, Snapshot
from relevo.engine.process import Refusal, Step, TimerFired, advance
from relevo.notices.voice.messages import CustomerSaid, DraftStopped, ProposeReply, ReplyApproved
from relevo.porting.profile import HubKind
from relevo.profiles.es.complaint import complaint_terms
from relevo.testing.vocabulary.cast import RULES
from relevo.testing.vocabulary.complaint import ACCEPTED, WRITTEN
from relevo.testing.vocabulary.heard import heard, sample
from relevo.values.moment import Moment, instant

DAYS = wiring.book().pinned(RULES).calendar(HubKind.MOBILE)
TERMS, TEXTS = complaint_terms(DAYS), read_wordings()
PROCESS = complaint_process(lambda code: TERMS, TEXTS)
NOW = instant("2026-11-23T10:00:00+01:00")
ID = "R7K2QW9M/complaint"


class Play:
    """The complaints of one order, message by message."""

    def __init__(self) -> None:
        self.state = Complaints(id=ID)
        self.facts: list[Any] = []
        self.told: list[Any] = []
        self.clock: Moment | None = None
        self.say(heard("", ACCEPTED), NOW)

    def say(self, message: Any, at: Moment = NOW) -> Refusal | None:
        step = advance(PROCESS, self.state, message, at)
        if isinstance(step, Refusal):
            return step
        assert isinstance(step, Step)
        self.state = step.state
        self.facts += step.decision.facts
        self.told += [tell.message for tell in step.decision.tells]
        for timer in step.decision.timers:
            self.clock = timer.due
        return None

    def file(self, topic: Topic = Topic.GENERAL, at: Moment = NOW) -> Complaint:
        filed = FileComplaint(channel="call", text=WRITTEN, topic=topic, by="ana")
        assert self.say(filed, at) is None
        return self.one

    def tick(self) -> Moment:
        """The next thing that is due comes."""
        assert self.clock is not None
        at = self.clock
        self.say(TimerFired(name="clock"), at)
        return at

    @property
    def one(self) -> Complaint:
        return self.state.complaints[-1]

    def of(self, kind: type) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]


def answered(play: Play) -> None:
    for place in range(len(play.one.questions)):
        play.say(AnswerQuestion(key=play.one.key, question=place, answer="Así es.", by="ana"))


def test_the_receipt_with_the_key_goes_out_at_once_and_is_known_to_have_gone() -> None:
    play = Play()
    key = play.file().key
    assert play.clock == NOW
    play.tick()
    (receipt,) = play.told
    assert isinstance(receipt, ProposeReply)
    assert (receipt.channel, key in receipt.text) == ("email", True)
    assert not play.of(ReceiptSent)
    play.say(heard("voice", sample(ReplyApproved, draft_id=receipt.draft_id)))
    assert play.of(ReceiptSent)


def test_every_question_is_answered_before_the_answer_goes() -> None:
    play = Play()
    key = play.file().key
    assert [each.text for each in play.one.questions] == [
        "Por qué se cortó mi número?",
        "Cuándo vuelve?",
    ]
    play.say(AnswerQuestion(key=key, question=0, answer="Lo cortó el donante.", by="ana"))
    refused = play.say(DecideComplaint(key=key, outcome=Outcome.UPHELD, by="ana"))
    assert refused is not None
    assert (refused.reason, refused.detail) == ("questions_unanswered", f"{key}: 2")
    play.say(AnswerQuestion(key=key, question=1, answer="Hoy.", by="ana"))
    assert play.say(DecideComplaint(key=key, outcome=Outcome.UPHELD, by="ana")) is None
    assert play.one.is_open, "an answer that is not out yet has closed nothing"
    (proposed,) = play.of(AnswerProposed)
    play.say(heard("voice", sample(ReplyApproved, draft_id=proposed.draft_id)))
    assert not play.one.is_open


def test_an_answer_that_the_check_stops_closes_nothing_and_can_be_mended() -> None:
    play = Play()
    key = play.file().key
    answered(play)
    play.say(DecideComplaint(key=key, outcome=Outcome.UPHELD, by="ana"))
    (proposed,) = play.of(AnswerProposed)
    play.say(heard("voice", sample(DraftStopped, draft_id=proposed.draft_id)))
    assert play.of(AnswerStopped)
    assert play.one.is_open
    play.say(AnswerQuestion(key=key, question=0, answer="Otra cosa.", by="ana"))
    assert play.say(DecideComplaint(key=key, outcome=Outcome.UPHELD, by="ana")) is None


@pytest.mark.parametrize("outcome", [Outcome.PARTLY, Outcome.REFUSED])
def test_a_no_names_the_bodies_of_the_country(outcome: Outcome) -> None:
    play = Play()
    key = play.file().key
    answered(play)
    play.say(DecideComplaint(key=key, outcome=outcome, by="ana"))
    text = play.told[-1].text
    assert "Oficina de Atención al Usuario de Telecomunicaciones" in text
    assert "Junta Arbitral" in text
    play.say(heard("voice", sample(ReplyApproved, draft_id=play.of(AnswerProposed)[0].draft_id)))
    assert play.of(ComplaintAnswered)[0].ways_on == ("oaut", "junta_arbitral")


def test_time_escalates_and_opens_ways_on_and_closes_nothing() -> None:
    play = Play()
    play.file()
    seen = []
    while play.clock is not None:
        seen.append(play.tick())
    assert [type(fact) for fact in play.facts if isinstance(fact, ComplaintNear)]
    (overdue,) = play.of(ComplaintOverdue)
    assert overdue.latest == instant("2026-12-23T23:59:00+01:00")
    assert play.of(ComplaintNear)[0].role == "duty_manager"
    assert play.one.is_open
    assert seen == sorted(seen)
    answered(play)
    assert play.say(DecideComplaint(key=play.one.key, outcome=Outcome.UPHELD, by="a")) is None


@pytest.mark.parametrize(
    ("topic", "filed", "due"),
    [
        (Topic.BILLING, "2026-11-23T10:00:00+01:00", "2026-11-28T23:59:00+01:00"),
        (Topic.CONTINUITY, "2026-11-23T22:30:00+01:00", "2026-11-24T00:30:00+01:00"),
        (Topic.GENERAL, "2019-01-16T20:00:00+01:00", "2019-02-16T23:59:00+01:00"),
        (Topic.CONTINUITY, "2019-01-31T20:00:00+01:00", "2019-02-28T23:59:00+01:00"),
    ],
)
def test_terms_are_those_of_the_law_in_force_on_the_day(topic: Topic, filed: str, due: str) -> None:
    assert TERMS.due(topic, instant(filed)).answer == instant(due)


def test_working_days_are_counted_on_the_calendar_and_never_beyond_the_last_term() -> None:
    due = TERMS.due(Topic.GENERAL, NOW)
    last = DAYS.working_day_after(NOW.date(), 15)
    assert due.answer == DAYS.at(last, datetime.max.time().replace(second=0, microsecond=0))
    assert NOW < due.near < due.answer <= due.latest


def asked(play: Play) -> None:
    play.say(AskCompletion(key=play.one.key, missing="el extracto del banco", by="ana"))
    draft_id = play.of(CompletionProposed)[-1].draft_id
    play.say(heard("voice", sample(ReplyApproved, draft_id=draft_id)))


def test_the_clock_stands_once_he_was_asked_and_starts_anew() -> None:
    play = Play()
    key = play.file().key
    play.tick()
    before = play.one.due
    play.say(AskCompletion(key=key, missing="el extracto del banco", by="ana"))
    assert play.one.complete_by is None, "until the request has gone the clock goes on"
    play.say(heard("voice", sample(ReplyApproved, draft_id=f"{key}-ask-1")))
    assert play.clock == play.one.complete_by
    later = NOW + timedelta(days=5)
    play.say(CompleteComplaint(key=key, text="Aquí va.", by="customer"), later)
    assert play.one.due.answer > before.answer
    assert play.one.text.endswith("Aquí va.")


def test_what_is_held_is_not_asked_for_and_the_clock_goes_on() -> None:
    play = Play()
    key = play.file().key
    play.tick()
    play.say(AskCompletion(key=key, missing="tu DNI", by="ana"))
    why = ("it is in the vault since 2026-11-20; look there instead of asking",)
    play.say(heard("voice", sample(DraftStopped, draft_id=f"{key}-ask-1", why=why)))
    assert play.of(CompletionStopped)[0].why == why
    assert play.one.stopped == why
    assert play.one.complete_by is None


def test_what_he_never_brings_does_not_close_it_either() -> None:
    play = Play()
    play.file()
    play.tick()
    asked(play)
    assert play.clock is not None
    assert (play.clock - NOW) >= timedelta(days=10)
    play.tick()
    assert play.of(ComplaintCompleted)[0].by == ""
    assert play.one.is_open


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("Quiero poner una reclamación por el corte", True),
        ("presento una queja formal", True),
        ("I want to make a formal complaint.", True),
        ("No voy a poner una reclamación, solo pregunto", False),
        ("¿Cómo va mi reclamación?", False),
        ("I do not want to make a complaint", False),
        ("Gracias", False),
    ],
)
def test_a_message_that_says_it_is_a_complaint_is_one(text: str, files: bool) -> None:
    play = Play()
    play.say(heard("voice", sample(CustomerSaid, text=text, channel="sms", message_id="m1")))
    assert bool(play.of(ComplaintFiled)) is files
    assert is_complaint(TEXTS, text) is files


def test_the_same_message_is_filed_once_and_what_is_added_belongs_to_the_open_one() -> None:
    play = Play()
    for message_id in ("m1", "m1", "m2"):
        said = sample(CustomerSaid, text=WRITTEN, channel="email", message_id=message_id)
        play.say(heard("voice", said))
    assert len(play.state.complaints) == 1


def test_questions_are_read_from_lists_from_question_marks_or_the_whole() -> None:
    assert questions_in("Pido:\n1. El importe.\n2) Una explicación") == (
        "1. El importe.",
        "2) Una explicación",
    )
    assert questions_in("Hola. ¿Quién paga? Y ¿cuándo?") == ("Quién paga?", "Y ¿cuándo?")
    assert questions_in("Devuélvanme el dinero.") == ("Devuélvanme el dinero.",)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_goes_out_passes_the_check_even_when_his_own_words_would_not(
    language: str, outcome: Outcome
) -> None:
    play = Play()
    one = play.file()
    false = replace(
        one.questions[0],
        text="Tu línea 600 000 102 ya está activa, llama al 611 222 333 mañana",
        answer="Lo hemos revisado contigo." if language == "es" else "We have looked at it.",
    )
    one = replace(one, questions=(false,), channel="call")
    snapshot = Snapshot(
        now=NOW,
        zone="Europe/Madrid",
        profile="es",
        language=language,
        case=CaseView(key="PT-4821", owner="Marta"),
        addressee=Addressee(numbers=("+34600000102",), name="Taller Cierzo S.L."),
        facts=(
            KnownFact(subject="+34600000102", predicate="state", value="cut_by_donor", seen=NOW),
        ),
    )
    ways = tuple(TERMS.said(way, language) for way in TERMS.ways_on())
    told = () if outcome is Outcome.UPHELD else ways
    wording = TEXTS[language]
    for text in (
        receipt_text(wording, one, "Taller Cierzo S.L.", DAYS.local),
        answer_text(wording, one, "Taller Cierzo S.L.", outcome, told),
    ):
        verdict = check(snapshot, Draft(id="d", channel="email", text=text, language=language))
        assert verdict.verdict is not Judgement.BLOCKED, (text, verdict.findings)


def test_a_term_with_two_spans_is_refused() -> None:
    table = {"answer": {"general": [{"days": 1, "months": 1}]}}
    with pytest.raises(ValueError, match="a term has one of"):
        read_terms(table, DAYS)
