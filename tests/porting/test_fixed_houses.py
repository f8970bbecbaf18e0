"""Both sides of the fixed hub over its wire: recipient, donor, returns, and what all are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from relevo.adapters.clearing_house_files import (
    FileAccount,
    FilesBoardHouse,
    FilesClearingHouse,
    FilesDonorHouse,
    FilesReturnHouse,
)
from relevo.adapters.clearing_house_files.folder import FolderLog
from relevo.desk.wire_log import masked_record
from relevo.engine.clock import VirtualClock
from relevo.engine.performer import Permanent
from relevo.porting.fixed_incoherence.messages import (
    AnswerIncoherence,
    IncoherenceAnswered,
    IncoherenceClosed,
    IncoherenceRaised,
    ReportIncoherence,
)
from relevo.porting.fixed_incoherence.model import NumberSpan, Verdict
from relevo.porting.gateway import Exchange
from relevo.porting.number_return.messages import (
    QueryReturn,
    ReturnDeclined,
    ReturnSeen,
    ReturnState,
    SendReturnCancellation,
    SendReturnNotice,
)
from relevo.porting.port_in.messages import (
    HubDeclined,
    HubState,
    PortStateSeen,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
)
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    PortOutAsked,
    PortOutSeen,
    QueryPortOut,
    RejectPortOut,
)
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.profiles.es import codec_fixed
from relevo.simulators.plan import (
    AddressPlan,
    CustomerPlan,
    FaultPlan,
    LineKind,
    LinePlan,
    WorldPlan,
)
from relevo.simulators.world import World
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

STARTS = instant("2019-01-14T09:00:00+01:00")
F = Msisdn("+34976000101")
CONTRACT, OTHER_CONTRACT = "902K7Q2M9XA", "902K7Q2M9XB"
WINDOW = Window(
    opens=instant("2019-01-21T10:00:00+01:00"), closes=instant("2019-01-21T13:00:00+01:00")
)


@dataclass(slots=True)
class Party:
    """One operator at the hub, in all its roles, and how far it has read in each."""

    name: str
    asks: FilesClearingHouse
    answers: FilesDonorHouse
    returns: FilesReturnHouse
    board: FilesBoardHouse
    places: dict[str, str] = field(default_factory=dict)

    def news(self) -> list[PortStateSeen | HubDeclined]:
        post = self.asks.news(self.places.get("asks", ""))
        self.places["asks"] = post.place
        return [each.said for each in post.news]  # type: ignore[misc]

    def donor_news(self) -> list[PortOutAsked | PortOutSeen]:
        post = self.answers.donor_news(self.places.get("answers", ""))
        self.places["answers"] = post.place
        return [each.said for each in post.news]

    def return_news(self) -> list[ReturnSeen | ReturnDeclined]:
        post = self.returns.return_news(self.places.get("returns", ""))
        self.places["returns"] = post.place
        return [each.said for each in post.news]

    def doubts(self) -> list[IncoherenceRaised | IncoherenceAnswered | IncoherenceClosed]:
        board = self.board.board(self.places.get("board", ""))
        self.places["board"] = board.place
        return [each.said for each in board.doubts]


class Scene:
    """A world, its clock, and the operators that a peer plays."""

    def __init__(self, rules: PortingProfile, *faults: FaultPlan) -> None:
        customer = CustomerPlan(
            name="Ana Núñez",
            document_type="NIF",
            document_number="12345678Z",
            email="ana@example",
            contact="+34976000999",
            address=AddressPlan(street="Calle 1", postcode="50003", city="Zaragoza", province="Z"),
        )
        line = LinePlan(id="F", kind=LineKind.FIXED, donor="altamar", number=F)
        plan = WorldPlan(
            starts=STARTS, customer=customer, lines=(line,), recipient="brisa", faults=faults
        )
        self.clock = VirtualClock(STARTS)
        self.world = World(plan, self.clock)
        self._url = f"{self.world.start().http}/er"
        self._rules = rules
        self._parties: list[Party] = []
        self.kept: list[Exchange] = []

    def keep(self, exchange: Exchange) -> None:
        """As a wire log."""
        self.kept.append(exchange)

    def party(self, name: str) -> Party:
        account = FileAccount(url=self._url, operator=name)
        given = (account, codec_fixed, self._rules, FolderLog(self, self.clock))
        party = Party(
            name,
            FilesClearingHouse(*given),
            FilesDonorHouse(*given),
            FilesReturnHouse(*given),
            FilesBoardHouse(*given),
        )
        party.board.ask_for_all()  # from then on the operator answers for itself
        self._parties.append(party)
        self.run(minutes=2)
        return party

    def run(self, **span: float) -> None:
        self.run_until(self.clock.now() + timedelta(**span))

    def run_until(self, until: Any) -> None:
        until = instant(until) if isinstance(until, str) else until
        while (due := self.world.next_due()) is not None and due <= until:
            self.clock.advance_to(max(due, self.clock.now()))
            self.world.fire_due()
        self.clock.advance_to(until)

    def holder(self) -> str:
        return self.world.truth.holder(F).hub  # type: ignore[return-value]

    def close(self) -> None:
        for party in self._parties:
            for house in (party.asks, party.answers, party.returns, party.board):
                house.close()
        self.world.stop()


Begin = Callable[..., Scene]


@pytest.fixture
def begin(rules: PortingProfile) -> Iterator[Begin]:
    scenes: list[Scene] = []

    def scene(*faults: FaultPlan) -> Scene:
        scenes.append(Scene(rules, *faults))
        return scenes[-1]

    yield scene
    for each in scenes:
        each.close()


def request(
    contract: str = CONTRACT, recipient: str = "brisa", donor: str = "altamar"
) -> SendPortRequest:
    return SendPortRequest(
        hub=HubKind.FIXED,
        number=F,
        donor=donor,
        recipient=recipient,
        holder=Holder("Ana Núñez", Document(DocumentType.NIF, "12345678Z"), business=False),
        contract_code=contract,
        rules="es@2012-06-01",
        consent_at=STARTS,
        window=WINDOW,
        donor_iccid=None,
        prepaid=False,
        address=Address("Calle de Alfonso I 17", "50003", "Zaragoza", "Zaragoza"),
    )


def cancellation(contract: str = CONTRACT) -> SendPortCancellation:
    return SendPortCancellation(
        hub=HubKind.FIXED,
        number=F,
        reference=contract,
        contract_code=contract,
        recipient="brisa",
        why="customer",
    )


def yes(window: Window | None = WINDOW) -> ConfirmPortOut:
    return ConfirmPortOut(
        hub=HubKind.FIXED,
        reference=CONTRACT,
        donor="altamar",
        numbers=(F,),
        is_multiple=False,
        window=window,
    )


def no(cause: str) -> RejectPortOut:
    return RejectPortOut(hub=HubKind.FIXED, reference=CONTRACT, donor="altamar", cause=cause)


def states(said: list[Any]) -> list[str]:
    return [str(getattr(each, "state", type(each).__name__)) for each in said]


@pytest.fixture
def asked(begin: Begin) -> tuple[Scene, Party, Party]:
    """Brisa has asked altamar, which answers for itself."""
    scene = begin()
    brisa, altamar = scene.party("brisa"), scene.party("altamar")
    brisa.asks.request(request(), at=STARTS)
    scene.run(minutes=5)
    return scene, brisa, altamar


def ported(scene: Scene, *, until: str = "2019-01-21T11:00:00+01:00") -> Party:
    brisa = scene.party("brisa")
    brisa.asks.request(request(), at=STARTS)
    scene.run_until(until)
    assert scene.holder() == "brisa"
    return brisa


def test_a_donor_is_asked_with_all_that_it_needs_to_answer(
    asked: tuple[Scene, Party, Party],
) -> None:
    _, brisa, altamar = asked
    (said,) = altamar.donor_news()
    assert isinstance(said, PortOutAsked)
    assert (said.reference, said.donor, said.recipient) == (CONTRACT, "altamar", "brisa")
    assert [each.number for each in said.numbers] == [F]
    assert (said.document_type, said.document_number) == ("", "12345678Z")
    assert said.window == WINDOW
    assert said.answer_from <= said.asked_at < said.answer_until
    assert altamar.answers.pending() == ()
    assert altamar.donor_news() == []
    assert brisa.donor_news() == []


def test_a_yes_names_the_window_and_both_hear_when_the_number_moves(
    asked: tuple[Scene, Party, Party],
) -> None:
    scene, brisa, altamar = asked
    altamar.donor_news()
    (taken,) = altamar.answers.confirm(yes(), key="k")
    assert getattr(taken, "reference", "") == CONTRACT
    scene.run(minutes=5)
    (confirmed,) = brisa.news()
    assert isinstance(confirmed, PortStateSeen)
    assert (confirmed.state, confirmed.window) == (HubState.CONFIRMED, WINDOW)
    scene.run_until("2019-01-21T10:00:00+01:00")
    assert states(brisa.news()) == states(altamar.donor_news()) == ["ported"]
    assert scene.holder() == "brisa"


def test_a_yes_without_a_window_is_not_sent(asked: tuple[Scene, Party, Party]) -> None:
    with pytest.raises(Permanent, match="window"):
        asked[2].answers.confirm(yes(None), key="k")


def test_a_no_needs_a_cause_of_the_set_and_is_told_with_it(
    asked: tuple[Scene, Party, Party],
) -> None:
    scene, brisa, altamar = asked
    for cause in ("0068", "0071", "RECH_IDENT", ""):
        with pytest.raises(Permanent, match="cause"):
            altamar.answers.reject(no(cause), key="k")
    altamar.answers.reject(no("0003"), key="k")
    scene.run(minutes=5)
    (rejected,) = brisa.news()
    assert isinstance(rejected, PortStateSeen)
    assert (rejected.state, rejected.cause) == (HubState.REJECTED, "0003")


def test_an_answer_that_is_sent_twice_is_one(asked: tuple[Scene, Party, Party]) -> None:
    scene, brisa, altamar = asked
    altamar.answers.confirm(yes(), key="k")
    altamar.answers.confirm(yes(), key="k")
    scene.run(minutes=5)
    assert states(brisa.news()) == ["confirmed"]
    assert altamar.answers.donor_news("").unreadable == ()


def test_an_answer_that_the_hub_does_not_take_is_kept_for_the_desk(
    asked: tuple[Scene, Party, Party],
) -> None:
    scene, _, altamar = asked
    altamar.answers.reject(no("0003"), key="k")
    altamar.answers.confirm(yes(), key="k")
    scene.run(minutes=5)
    (text,) = altamar.answers.donor_news("").unreadable
    assert CONTRACT in text


def test_both_sides_hear_of_a_cancellation(asked: tuple[Scene, Party, Party]) -> None:
    scene, brisa, altamar = asked
    brisa.asks.cancel(cancellation(), key="k")
    scene.run(minutes=5)
    assert states(brisa.news()) == ["cancelled"]
    assert states(altamar.donor_news())[-1] == "cancelled"


def test_a_late_cancellation_is_declined_with_its_code(begin: Begin) -> None:
    scene = begin()
    brisa = ported(scene)
    brisa.news()
    brisa.asks.cancel(cancellation(), key="k")
    scene.run(minutes=5)
    (declined,) = brisa.news()
    assert isinstance(declined, HubDeclined)
    assert (declined.of, declined.code) == ("cancellation", "0021")


def test_a_record_of_our_request_that_cannot_be_read_is_told_to_it(begin: Begin) -> None:
    scene = begin(FaultPlan(where="hub", what="refuse", line="F", cause="0003 o así"))
    brisa = scene.party("brisa")
    brisa.asks.request(request(), at=STARTS)
    scene.run(minutes=5)
    post = brisa.asks.news("")
    (news,) = post.news
    assert news.contract_code == CONTRACT
    assert isinstance(news.said, HubDeclined)
    assert (news.said.of, news.said.code) == ("notice", "DSP1")
    assert "cause" in news.said.text
    assert post.unreadable == ()


def test_what_a_lost_file_held_comes_once_the_gap_is_seen(begin: Begin) -> None:
    scene = begin(FaultPlan(where="hub", what="lose_notice", line="F"))
    brisa = scene.party("brisa")
    brisa.asks.request(request(), at=STARTS)
    scene.run_until("2019-01-14T18:00:00+01:00")
    assert states(brisa.news()) == []
    brisa.asks.cancel(cancellation(), key="k")
    scene.run(minutes=5)
    assert states(brisa.news()) == ["cancelled"]
    scene.run(minutes=5)
    assert states(brisa.news()) == ["confirmed"]


def test_who_asks_again_is_told_again_and_only_once(begin: Begin) -> None:
    scene = begin(FaultPlan(where="hub", what="lose_notice", line="F"))
    brisa = scene.party("brisa")
    brisa.asks.request(request(), at=STARTS)
    scene.run_until("2019-01-14T18:00:00+01:00")
    query = QueryPort(
        hub=HubKind.FIXED, number=F, reference=CONTRACT, contract_code=CONTRACT, recipient="brisa"
    )
    for _ in range(3):
        assert brisa.asks.query(query) == []
    scene.run(minutes=5)
    assert states(brisa.news()) == ["confirmed"]


def test_the_hub_queues_until_a_day(begin: Begin) -> None:
    scene = begin(FaultPlan(where="hub", what="quota"))
    brisa = scene.party("brisa")
    brisa.asks.request(request(), at=STARTS)
    scene.run(minutes=5)
    (queued,) = brisa.news()
    assert isinstance(queued, PortStateSeen)
    assert (queued.state, str(queued.expected_on)) == (HubState.REQUESTED, "2019-01-15")


def test_a_donor_can_ask_what_became_of_a_request(asked: tuple[Scene, Party, Party]) -> None:
    scene, _, altamar = asked
    altamar.donor_news()
    asks = QueryPortOut(hub=HubKind.FIXED, reference=CONTRACT, donor="altamar")
    assert altamar.answers.query_out(asks) == ()
    scene.run(minutes=5)
    assert [type(said) for said in altamar.donor_news()] == [PortOutAsked]


# ---- numbers that go back


def notice() -> SendReturnNotice:
    return SendReturnNotice(
        number=F,
        operator="brisa",
        ceased_at=instant("2019-01-21T12:00:00+01:00"),
        rules="es@2012-06-01",
    )


def test_a_return_is_taken_and_a_month_later_the_number_has_gone_back(begin: Begin) -> None:
    scene = begin()
    brisa = ported(scene)
    (accepted,) = brisa.returns.notify_return(notice(), key="k")
    reference = getattr(accepted, "reference", "")
    assert len(reference) <= 20
    scene.run(minutes=5)
    (taken,) = brisa.return_news()
    assert isinstance(taken, ReturnSeen)
    assert (taken.reference, taken.number) == (reference, F)
    assert taken.state is ReturnState.NOTIFIED
    scene.run_until("2019-02-22T09:00:00+01:00")
    (announced,) = brisa.return_news()
    assert isinstance(announced, ReturnSeen)
    assert announced.state is ReturnState.NOTIFIED
    assert announced.window is not None
    scene.run_until(announced.window.opens + timedelta(hours=1))
    brisa.returns.query_return(QueryReturn(reference=reference, number=F, operator="brisa"))
    scene.run(minutes=5)
    assert states(brisa.return_news())[-1] == "returned"
    assert scene.holder() == "altamar"
    assert brisa.news() != []
    assert "HubDeclined" not in states(brisa.news())


def test_a_return_is_cancelled_and_once_gone_not_any_more(begin: Begin) -> None:
    scene = begin()
    brisa = ported(scene)
    (accepted,) = brisa.returns.notify_return(notice(), key="k")
    reference = getattr(accepted, "reference", "")
    back = SendReturnCancellation(reference=reference, number=F, operator="brisa")
    brisa.returns.cancel_return(back, key="k2")
    scene.run(minutes=5)
    assert states(brisa.return_news()) == ["notified", "cancelled"]
    unknown = SendReturnCancellation(reference="902R34976000101-ZZZZ", number=F, operator="brisa")
    brisa.returns.cancel_return(unknown, key="k3")
    scene.run(minutes=5)
    (declined,) = brisa.return_news()
    assert isinstance(declined, ReturnDeclined)
    assert (declined.of, declined.code) == ("cancellation", "0002")


def test_a_number_that_is_not_ours_is_not_taken_back(begin: Begin) -> None:
    scene = begin()
    brisa = scene.party("brisa")
    brisa.returns.notify_return(notice(), key="k")
    scene.run(minutes=5)
    (declined,) = brisa.return_news()
    assert isinstance(declined, ReturnDeclined)
    assert (declined.of, declined.code) == ("notice", "0002")


# ---- what all are told


def test_everybody_learns_of_every_move_also_of_those_before_it_listened(begin: Begin) -> None:
    scene = begin()
    ported(scene)
    cantil = scene.party("cantil")
    first, *again = cantil.board.board("").moves
    assert (first.operator, first.nrn, first.first) == ("brisa", "799952", F)
    assert {(move.first, move.since) for move in again} == {(first.first, first.since)}


def test_an_incoherence_is_reported_answered_and_closed(begin: Begin) -> None:
    scene = begin()
    brisa = ported(scene)
    cantil = scene.party("cantil")
    brisa.doubts()
    reference = cantil.board.doubt_reference("it rings at another place")
    assert reference == cantil.board.doubt_reference("it rings at another place")
    cantil.board.report(
        ReportIncoherence(
            reference=reference,
            us="cantil",
            cause="",
            text="it rings at another place",
            spans=(NumberSpan(first=F, last=F),),
        ),
        key="k",
    )
    scene.run(minutes=5)
    (raised,) = brisa.doubts()
    assert isinstance(raised, IncoherenceRaised)
    assert (raised.matter.raised_by, raised.matter.us) == ("cantil", "brisa")
    answer = AnswerIncoherence(reference=reference, us="brisa", verdict=Verdict.OURS, text="so")
    brisa.board.answer(answer, key="k")
    scene.run(minutes=5)
    answered, closed = cantil.doubts()[-2:]
    assert isinstance(answered, IncoherenceAnswered)
    assert (answered.by, answered.verdict) == ("brisa", Verdict.OURS)
    assert isinstance(closed, IncoherenceClosed)
    assert closed.were_right


def test_a_contract_code_of_another_operator_never_speaks_for_ours(begin: Begin) -> None:
    scene = begin()
    ported(scene)
    brisa, cantil = scene.party("brisa"), scene.party("cantil")
    cantil.asks.request(request("903K7Q2M9XA", "cantil", "brisa"), at=STARTS)
    scene.run(minutes=5)
    assert states(brisa.donor_news())[-1] == "PortOutAsked"
    assert {each.contract_code for each in brisa.asks.news("").news} == {CONTRACT}


def test_whatever_went_over_the_wire_is_kept_once_and_found_by_the_process(
    asked: tuple[Scene, Party, Party],
) -> None:
    scene, brisa, altamar = asked
    altamar.donor_news()
    altamar.return_news()  # another role reads the same files
    altamar.answers.reject(no("0003"), key="k")
    scene.run(minutes=5)
    brisa.news()
    of_port = [each for each in scene.kept if each.key == CONTRACT]
    said = [(each.operation, bool(each.sent), bool(each.received)) for each in of_port]
    assert sorted(said) == [
        ("DSP2", False, True),
        ("DSP2", True, False),
        ("SP", False, True),
        ("SP", True, False),
    ]
    request_sent = next(each.sent.decode() for each in of_port if each.operation == "SP")
    assert "12345678Z" in request_sent
    hidden = masked_record(request_sent)
    assert hidden.startswith(f"SP;{CONTRACT};")
    assert not any(text in hidden for text in ("12345678Z", "Ana", "976000101", "Zaragoza"))
