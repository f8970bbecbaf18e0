"""Before the order: what stands against each number, what hangs on it, and the honest day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from relevo.adapters.postgres.embedded import Server
from relevo.adapters.postgres.migrate import migrate
from relevo.customers.model import PartyDraft
from relevo.engine.connection import connect
from relevo.numbering.actions import CardTie, FirstHolder, hand_over, open_custody, tie_card
from relevo.numbering.moves import Ground, HandOver
from relevo.orders.capture import LineDraft, OrderDraft
from relevo.orders.preflight.judge import judge
from relevo.orders.preflight.model import (
    Books,
    InBulletin,
    Known,
    NumberVerdict,
    Outcome,
    Reason,
    Refused,
    Word,
)
from relevo.orders.preflight.queries import numbers_in, read_books
from relevo.porting.profile import PortingProfile
from relevo.profiles.es import profile
from relevo.testing.postgres import clone
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType
from relevo.values.simcard import Iccid

AT = instant("2019-01-14T09:00:00+01:00")
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")
CARD = Iccid("8934071100000000012")
FORM = OrderDraft(
    customer=PartyDraft(
        name="Taller Cierzo S.L.",
        document_type="CIF",
        document_number="B99286320",
        business=True,
        email="hola@cierzo.example",
        contact="+34976000100",
        street="Calle de Alfonso I 17, 3º",
        postcode="50003",
        city="Zaragoza",
        province="Zaragoza",
    ),
    lines=(
        LineDraft(id="F", kind="fixed", number="+34976000101", donor="altamar"),
        LineDraft(id="M1", kind="mobile", number=M1, donor="altamar", monthly_fee="25"),
        LineDraft(id="M2", kind="mobile", number=M2, donor="altamar", depends_on="M1"),
    ),
    recipient="brisa",
    moving=("F", "M1", "M2"),
)


def verdict(
    rules: PortingProfile, line: str = "M1", form: OrderDraft = FORM, books: Books | None = None
) -> NumberVerdict:
    operators = ("altamar", "brisa", "cantil", "duna")
    found = judge(form, rules, books or {}, at=AT, operators=operators)
    return next(number for number in found.numbers if number.line == line)


def reason(found: NumberVerdict, word: Word) -> Reason:
    return next(each for each in found.reasons if each.word is word)


def words(found: NumberVerdict) -> set[Word]:
    return {each.word for each in found.reasons}


def with_line(line: str, **change: str) -> OrderDraft:
    lines = tuple(replace(each, **change) if each.id == line else each for each in FORM.lines)
    return replace(FORM, lines=lines)


def test_a_bundle_that_is_in_order_may_go(rules: PortingProfile) -> None:
    found = judge(FORM, rules, {}, at=AT)
    assert found.outcome is Outcome.GO
    assert all(number.earliest is not None for number in found.numbers)


def test_all_of_a_group_get_the_same_day_and_its_reason(rules: PortingProfile) -> None:
    first, second = verdict(rules, "M1").earliest, verdict(rules, "M2").earliest
    assert first == second
    assert first is not None
    assert first.rests_on == "card_delivery"
    esim = verdict(rules, "M1", replace(FORM, sim="esim")).earliest
    assert esim is not None
    assert esim.rests_on == "confirmation_chain"


def test_the_day_is_honest_even_if_the_second_number_is_ported_along(rules: PortingProfile) -> None:
    with_it = verdict(rules, "M1", replace(FORM, sim="esim"))
    undecided = verdict(rules, "M1", replace(FORM, sim="esim", moving=("F", "M1")))
    assert undecided.earliest == with_it.earliest


def test_a_left_out_number_that_dies_with_its_principal_is_asked_about(
    rules: PortingProfile,
) -> None:
    found = verdict(rules, "M2", replace(FORM, moving=("F", "M1")))
    assert found.outcome is Outcome.ASK
    assert reason(found, Word.DIES_WITH_PRINCIPAL).about == ("M1",)


def test_any_other_number_at_the_same_donor_is_asked_about(rules: PortingProfile) -> None:
    found = verdict(rules, "F", replace(FORM, moving=("M1", "M2")))
    assert words(found) == {Word.UNDECIDED}


def test_a_malformed_field_is_said_at_its_line_with_the_remedy(rules: PortingProfile) -> None:
    found = verdict(rules, "M1", with_line("M1", number="600"))
    assert found.outcome is Outcome.STOP
    assert reason(found, Word.MALFORMED).remedy


def test_faults_of_the_holder_belong_to_the_form(rules: PortingProfile) -> None:
    wrong = replace(FORM, customer=replace(FORM.customer, document_number="B99286321"))
    found = judge(wrong, rules, {}, at=AT)
    assert [fault.field for fault in found.faults] == ["customer.document.number"]
    assert found.outcome is Outcome.STOP


def test_a_number_that_another_operator_serves_names_him(rules: PortingProfile) -> None:
    standing = InBulletin(serving="cantil", range_holder="altamar", is_in_process=False)
    found = verdict(rules, books={M1: Known(bulletin=standing)})
    assert reason(found, Word.SERVED_BY_ANOTHER).about == ("cantil",)
    assert verdict(rules, books={M1: Known(holder="cantil", held_since=AT)}).outcome is Outcome.STOP


def test_a_number_that_is_ours_cannot_be_ordered(rules: PortingProfile) -> None:
    assert Word.ALREADY_OURS in words(
        verdict(rules, books={M1: Known(holder="brisa", held_since=AT)})
    )


def test_a_number_that_nobody_serves_is_stopped(rules: PortingProfile) -> None:
    assert Word.NUMBER_UNASSIGNED in words(verdict(rules, books={M1: Known(is_unassigned=True)}))


def test_a_number_in_its_hold_says_how_many_days_are_left(rules: PortingProfile) -> None:
    ported_in = InBulletin(serving="altamar", range_holder="cantil", is_in_process=False)
    cut = Known(holder="hold:altamar", held_since=AT - timedelta(days=10), bulletin=ported_in)
    found = reason(verdict(rules, books={M1: cut}), Word.HELD_AND_PORTABLE)
    assert found.days_left == 21  # of a month of 31 days
    assert found.outcome is Outcome.MIND
    own_range = replace(cut, bulletin=replace(ported_in, range_holder="altamar"))
    assert Word.HELD_AND_NOT_PORTABLE in words(verdict(rules, books={M1: own_range}))
    over = replace(cut, held_since=AT - timedelta(days=40))
    assert Word.HOLD_IS_OVER in words(verdict(rules, books={M1: over}))
    gone = Known(holder="range:cantil", held_since=AT)
    assert Word.BACK_IN_ITS_RANGE in words(verdict(rules, books={M1: gone}))


def test_the_law_of_2022_lets_every_held_number_go() -> None:
    later = profile()[-1].rules
    cut = Known(holder="hold:altamar", held_since=AT - timedelta(days=10))
    assert Word.HELD_AND_PORTABLE in words(verdict(later, books={M1: cut}))


def test_a_live_process_of_whomever_stops_the_number(rules: PortingProfile) -> None:
    elsewhere = InBulletin(serving="altamar", range_holder="altamar", is_in_process=True)
    assert Word.LIVE_REQUEST in words(verdict(rules, books={M1: Known(bulletin=elsewhere)}))
    ours = verdict(rules, books={M1: Known(live_order="R7", live_request="902ABCDEFGH")})
    assert reason(ours, Word.LIVE_ORDER).about == ("R7",)
    assert Word.LIVE_REQUEST not in words(ours)  # one cause is said once


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (Document(DocumentType.CIF, "B99286320"), True),
        (Document(DocumentType.NIF, "12345678Z"), False),
    ],
)
def test_a_rejected_request_is_not_made_again_unchanged(
    rules: PortingProfile, before: Document, said: bool
) -> None:
    refused = Refused(reason="holder_mismatch", document=before, iccid=None, prepaid=False)
    found = verdict(rules, books={M1: Known(refused=(refused,))})
    assert (Word.HOLDER_REFUSED_BEFORE in words(found)) is said


def test_a_rejected_card_is_not_sent_again(rules: PortingProfile) -> None:
    document = Document(DocumentType.CIF, "B99286320")
    refused = Refused(reason="card_mismatch", document=document, iccid=CARD, prepaid=True)
    form = with_line("M1", payment="prepaid", iccid=CARD)
    assert Word.CARD_REFUSED_BEFORE in words(
        verdict(rules, form=form, books={M1: Known(refused=(refused,))})
    )
    as_contract = with_line("M1", iccid=CARD)
    assert Word.CARD_REFUSED_BEFORE not in words(
        verdict(rules, form=as_contract, books={M1: Known(refused=(refused,))})
    )


def test_a_contract_without_a_bill_is_perhaps_prepaid(rules: PortingProfile) -> None:
    found = verdict(rules, form=with_line("M1", iccid=CARD, monthly_fee="0"))
    assert reason(found, Word.PERHAPS_PREPAID).outcome is Outcome.ASK
    assert Word.PERHAPS_PREPAID not in words(verdict(rules, form=with_line("M1", iccid=CARD)))


def test_a_second_number_cannot_be_prepaid_without_a_card_of_its_own(
    rules: PortingProfile,
) -> None:
    form = with_line("M2", payment="prepaid", iccid=CARD)
    assert Word.PREPAID_ON_ANOTHERS_CARD in words(verdict(rules, "M2", form))


def test_a_wish_is_the_reason_of_its_day(rules: PortingProfile) -> None:
    day = (AT + timedelta(days=18)).date()
    earliest = verdict(rules, form=replace(FORM, wish=day.isoformat())).earliest
    assert earliest is not None
    assert earliest.rests_on == "wish"
    assert earliest.window.opens.date() <= day


@pytest.mark.service
def test_the_books_know_holders_and_cards(postgres: Server, rules: PortingProfile) -> None:
    dsn = clone(postgres, "preflight_tests")
    migrate(dsn, ("relevo.numbering", "relevo.porting", "relevo.orders"))
    with connect(dsn) as connection, connection.cursor() as cursor:
        first = FirstHolder(number=M1, holder="altamar", at=AT - timedelta(days=90), caused_by="x")
        cut = AT - timedelta(days=2)
        moved = HandOver(number=M1, holder="hold:altamar", at=cut, ground=Ground.CUT, caused_by="x")
        open_custody(cursor, [first])
        hand_over(cursor, [moved])
        tie_card(cursor, [CardTie(iccid=CARD, number=M2, at=AT, caused_by="x")])
        form = with_line("M1", iccid=CARD)
        books = read_books(connection, numbers_in(form))
        connection.rollback()
    assert books[M1] == Known(holder="hold:altamar", held_since=cut, card_carries=M2)
    assert Word.CARD_OF_ANOTHER_NUMBER in words(verdict(rules, form=form, books=books))
