"""The welcome letter as a document: every line, in both languages, and always the same bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relevo.adapters.channel_email.account import MailAccount
from relevo.adapters.channel_email.writing import Attachment, composed
from relevo.adapters.letter_typst.pdf import welcome_pdf
from relevo.catalog.bundles import tariff_of
from relevo.notices.voice.messages import SendMessage
from relevo.notices.welcome.model import Fate, WelcomeLetter
from relevo.notices.welcome.of_order import edition_of, letter_of_facts
from relevo.notices.welcome.queries import read_words
from relevo.notices.welcome.wording import said
from relevo.orders.consent import consent_to
from relevo.orders.held import HeldLine, LineKind, Party, SimKind
from relevo.orders.order.messages import Choice, NumberDecided, OrderAccepted, WindowChosen
from relevo.porting.profile import Window
from relevo.profiles.es import profile
from relevo.values.address import Address
from relevo.values.moment import instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

RULES = next(each.rules for each in profile() if each.rules.code == "es@2012-06-01")
WINDOW = Window(instant("2019-01-18T02:00:00+01:00"), instant("2019-01-18T06:00:00+01:00"))
M1, M2 = Msisdn("+34600000101"), Msisdn("+34600000102")
ACCEPTED = OrderAccepted(
    customer=Party(
        holder=Holder(
            "Taller *Cierzo* #S.L. [x](y)", Document(DocumentType.CIF, "B99286320"), business=True
        ),
        language="es",
        email="hola@cierzo.example",
        contact=Msisdn("+34976000100"),
        address=Address("Calle de Alfonso I 17", "50003", "Zaragoza", "Zaragoza"),
    ),
    recipient="brisa",
    lines=(
        HeldLine(id="M1", kind=LineKind.MOBILE, number=M1, donor="altamar"),
        HeldLine(id="M2", kind=LineKind.MOBILE, number=M2, donor="altamar", depends_on="M1"),
    ),
    moving=("M1",),
    sim=SimKind.ESIM,
    wish=None,
    rules=RULES.code,
    consent_at=instant("2019-01-13T11:59:00+01:00"),
    consent=consent_to(
        "Sí.", version="1", language="es", address="", ticked=(), bundle="mobile@2019-01"
    ),
)
FACTS = (
    ACCEPTED,
    NumberDecided(line="M2", choice=Choice.KEEP, by="customer", channel="sign_up", dies_with="M1"),
    WindowChosen(lines=("M1",), windows={"M1": WINDOW}, rests_on="confirmation_chain"),
)


def _letter() -> WelcomeLetter:
    made = letter_of_facts("R7K2P9QX", FACTS, RULES, tariff=tariff_of(edition_of(FACTS)))
    assert made is not None
    return made


LETTER = _letter()


def test_the_letter_names_every_line_with_what_becomes_of_it() -> None:
    assert [line.fate for line in LETTER.lines] == [Fate.MOVES, Fate.DIES]
    first, second = LETTER.lines
    assert first.window == WINDOW
    assert first.monthly_eur_cents == 1000
    assert second.monthly_eur_cents is None
    assert LETTER.cancel_until == instant("2019-01-17T14:00:00+01:00")
    assert LETTER.is_settled


@pytest.mark.parametrize("language", ["es", "en"])
def test_both_languages_say_the_same_lines(language: str) -> None:
    spoken = said(replace(LETTER, language=language), read_words(language))
    assert [row["number"] for row in spoken["rows"]] == ["600 000 101", "600 000 102"]
    assert len(spoken["rows"][0]["happens"]) == 2
    assert "600 000 101" in spoken["rows"][1]["happens"][0]
    assert spoken["total"] == spoken["rows"][0]["cost"]


def test_every_text_of_the_letter_is_there_in_both_languages() -> None:
    assert set(read_words("es").texts) == set(read_words("en").texts)


def test_the_same_letter_is_the_same_bytes_with_title_language_and_tags() -> None:
    made = welcome_pdf(LETTER)
    assert made == welcome_pdf(LETTER)
    assert made.startswith(b"%PDF-")
    for mark in (b"/Lang(es", b"/StructTreeRoot", b"pdfuaid", b"/Marked true"):
        assert mark in made, mark
    assert made != welcome_pdf(replace(LETTER, order="R2345678"))


def test_an_order_without_facts_has_no_letter() -> None:
    assert letter_of_facts("R7", (), RULES) is None


def test_the_mail_carries_the_letter_and_is_the_same_mail_each_time() -> None:
    message = SendMessage(
        channel="email",
        to="hola@cierzo.example",
        subject="Tu cambio",
        text="Hola",
        message_key="R7K2P9QX-1",
        sender="brisa",
        with_letter=True,
    )
    letter = Attachment(
        name="R7K2P9QX.pdf", media_type="application/pdf", content=welcome_pdf(LETTER)
    )
    mail = composed(message, (letter,), account=MailAccount(), at=WINDOW.opens)
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == letter.content
    assert attached.get_filename() == "R7K2P9QX.pdf"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Hola"
    again = composed(message, (letter,), account=MailAccount(), at=WINDOW.opens)
    assert mail.as_bytes() == again.as_bytes()
