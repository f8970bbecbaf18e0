# ruff: noqa: E501 - mails are quoted as they are
"""What is read of a mail: the writer's own words, bounces, machines, and whatever is broken."""

from __future__ import annotations

from base64 import encodebytes
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.notices.gateway import Came
from relevo.notices.mail.quoted import own_text
from relevo.notices.mail.reading import Mail, read_mail

OWN = "Gracias.\n\n¿Puede ser el 19?"
QUOTED = "> Tu línea se mueve el 18.\n> Un saludo"
SHAPES = {
    "Gmail es": f"{OWN}\n\nEl dom, 22 nov 2026 a las 10:00, Brisa (<a@b.es>) escribió:\n\n{QUOTED}\n",
    "Gmail es, folded": f"{OWN}\n\nEl dom, 22 nov 2026 a las 10:00, Brisa <\na@b.es> escribió:\n{QUOTED}",
    "Gmail ca": f"{OWN}\n\nMissatge de Brisa <a@b.es> del dia dg., 22 de nov. 2026 a les 10:00:\n\n{QUOTED}",
    "Gmail en": f"{OWN}\n\nOn Sun, Nov 22, 2026 at 10:00 AM Brisa <a@b.es> wrote:\n\n{QUOTED}",
    "Gmail gl": f"{OWN}\n\nO dom, 22 nov 2026 ás 10:00, Brisa (<a@b.es>) escribiu:\n\n{QUOTED}",
    "iPhone es": f"{OWN}\n\nEnviado desde mi iPhone\n\n> El 22 nov 2026, a las 10:00, Brisa <a@b.es> escribió:\n> \n> Hola",
    "Apple Mail es": f"{OWN}\n\n> El 22 nov 2026, a las 10:00, Brisa <a@b.es> escribió:\n> \n> Hola",
    "Thunderbird es": f"{OWN}\n\nEl 22/11/26 a las 10:00, Brisa escribió:\n{QUOTED}",
    "Yahoo es": f"{OWN}\n\n   En domingo, 22 de noviembre de 2026, 10:00:00 CET, Brisa <a@b.es> escribió:\n\n Tu línea se mueve.",
    "Outlook es": f"{OWN}\n\n________________________________\nDe: Brisa <a@b.es>\nEnviado: domingo, 22 de noviembre de 2026 10:00\nPara: ana@x.es\nAsunto: Tu pedido\n\nTu línea se mueve",
    "Outlook es, desktop": f"{OWN}\n\n-----Mensaje original-----\nDe: Brisa [mailto:a@b.es]\nEnviado el: domingo\nPara: ana\n\nTu línea",
    "Outlook en": f"{OWN}\n\nFrom: Brisa <a@b.es>\nSent: Sunday, November 22, 2026 10:00 AM\nTo: ana@x.es\nSubject: Order\n\nYour line",
    "Outlook for Android": f"{OWN}\n\nObtener Outlook para Android<https://aka.ms/x>\n________________________________\nDe: Brisa <a@b.es>\nEnviado: domingo\nPara: ana\n\nTu",
    "with windows ends": f"{OWN}\n\nEl dom, 22 nov 2026 a las 10:00, Brisa (<a@b.es>) escribió:\n\n{QUOTED}\n".replace("\n", "\r\n"),
    "answered in between": "Gracias.\nEl dom, 22 nov 2026 a las 10:00, Brisa escribió:\n> Tu línea se mueve.\n\n¿Puede ser el 19?\n> Un saludo",
}  # fmt: skip
KEPT = (
    "El 14/01/2019 a las 18:48 la agente me escribió:\nEn unos minutos le llamo.\nNadie llamó.",
    "De: Zaragoza\nA: Cuarte\nEso dijo el repartidor.",
    (
        "---------- Forwarded message ---------\nDe: Altamar <a@altamar.test>\nDate: lun, 14 ene 2019\n"
        "Subject: Baja\nTo: ana@x.es\n\nSe ha dado de baja su Segunda Línea."
    ),
    "Mi número es > 600 000 102 <",
    "Hola",
    "",
)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_mail_program_quotes_is_not_the_words_of_its_writer(shape: str) -> None:
    assert own_text(SHAPES[shape]) == OWN


@pytest.mark.parametrize("text", KEPT)
def test_what_a_customer_tells_or_forwards_stays(text: str) -> None:
    assert own_text(text) == text


def read(mail: EmailMessage | bytes, **given_: str) -> Mail:
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    return read_mail(raw, domain="brisa.test", **given_)


def letter(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    named = {"From": "Ana <ana@x.es>", "To": "a@brisa.test", "Subject": "Re: Pedido"}
    for name, value in (named | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        mail[name] = value
    mail.set_content("Hola")
    return mail


@pytest.mark.parametrize(
    ("charset", "said"),
    [("iso-8859-1", "cp1252"), ("us-ascii", "utf-8"), ("x-unknown", "utf-8"), ("utf-8", "cp1252"),
     ("windows-1252", "cp1252"), ("utf-16", "utf-16")],
)  # fmt: skip
def test_a_text_is_read_in_the_charset_that_it_has_not_only_in_the_one_it_claims(
    charset: str, said: str
) -> None:
    head = f"From: a@b.es\r\nSubject: Re: x\r\nContent-Type: text/plain; charset={charset}\r\n"
    raw = (head + "Content-Transfer-Encoding: 8bit\r\n\r\n").encode()
    text = "Mañana a las 10 – ¿está bien? 5 €"
    content = text.encode(said)
    if said == "utf-16":
        raw, content = raw.replace(b"8bit", b"base64"), encodebytes(content)
    assert read(raw + content).text == text


def test_a_mail_that_is_only_html_is_read_as_text_and_its_quotation_is_left_out() -> None:
    mail = letter()
    mail.set_content(
        "<html><head><style>p{color:red}</style></head><body><p>Gracias.</p><div>¿Puede ser el"
        " <b>19</b>?<br>Ana</div><div class='gmail_quote'><div class='gmail_attr'>El dom, 22 nov"
        " 2026 a las 10:00, Brisa (&lt;a@b.es&gt;) escribió:</div><blockquote>Tu línea"
        "</blockquote></div></body></html>",
        subtype="html",
    )
    assert read(mail).text.split() == ["Gracias.", "¿Puede", "ser", "el", "19?", "Ana"]


def test_the_subject_of_a_first_mail_belongs_to_what_is_said() -> None:
    assert read(letter(Subject="Mi número no funciona")).text == "Mi número no funciona\n\nHola"
    assert read(letter(Subject="Re: Mi número no funciona")).text == "Hola"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Subject": "Respuesta automática: Pedido"},
        {"Subject": "Fuera de la oficina: Re: Pedido"},
        {"Subject": "Out of office: Pedido"},
        {"Subject": "Resposta automàtica: Pedido"},
    ],
)
def test_an_absence_note_is_known_by_its_headers_or_its_subject(headers: dict[str, str]) -> None:
    assert read(letter(**headers)).is_automatic
    assert not read(letter(Auto_Submitted="no")).is_automatic


def test_a_mail_of_ours_that_comes_back_is_known_by_its_list_or_by_its_many_hops() -> None:
    assert read(letter(List_Id="Brisa <customers.brisa.brisa.test>")).is_ours
    looped = b"Received: from a by b\r\n" * 60 + letter().as_bytes()
    assert read(looped).is_ours
    assert not read(letter()).is_ours


def bounce(action: str, status: str) -> bytes:
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.test\r\nSubject: Undelivered Mail\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; m\r\n\r\n"
        f"Final-Recipient: rfc822; ana@x.es\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 unknown\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <R7-1.sig@brisa.test>\r\n"
        "Subject: x\r\n\r\nHola\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("action", "status", "came"),
    [("failed", "5.1.1", Came.UNDELIVERABLE), ("delayed", "4.4.1", Came.DELAYED),
     ("relayed", "2.0.0", Came.DELIVERED), ("delivered", "2.1.5", Came.DELIVERED)],
)  # fmt: skip
def test_a_report_says_which_mail_of_ours_it_is_about_and_what_became_of_it(
    action: str, status: str, came: Came
) -> None:
    found = read(bounce(action, status)).bounce
    assert found is not None
    assert (found.came, found.message_id) == (came, "<R7-1.sig@brisa.test>")
    assert "5.1.1" in found.reason


def test_a_bounce_without_a_report_is_read_from_its_words() -> None:
    mail = letter(From="Mail Delivery System <MAILER-DAEMON@m.es>", Subject="No se puede entregar")
    mail.set_content("No se ha podido entregar.\n550 5.1.1 unknown\n\nMessage-ID: <K@brisa.test>\n")
    found = read(mail).bounce
    assert found is not None
    assert (found.came, found.message_id) == (Came.UNDELIVERABLE, "<K@brisa.test>")


def test_only_the_verdict_of_our_own_server_makes_a_sender_doubtful() -> None:
    refused = letter(Authentication_Results="mail.brisa.test; dmarc=fail header.from=x.es")
    assert read(refused, mail_server="mail.brisa.test").is_doubtful
    assert not read(refused, mail_server="other.test").is_doubtful
    assert not read(refused).is_doubtful


def test_the_same_mail_by_two_ways_is_the_same_and_another_text_under_its_id_is_not() -> None:
    mail = letter(Message_ID="<1@x.es>")
    by_lmtp = b"Return-Path: <ana@x.es>\r\nReceived: from a\r\n" + mail.as_bytes()
    assert read(by_lmtp).digest == read(mail).digest
    mail.set_content("Otra cosa")
    assert read(mail).digest != read(by_lmtp).digest


def test_files_come_with_their_names_and_a_forwarded_mail_is_a_file() -> None:
    mail = letter()
    mail.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="Año 2019.pdf")
    mail.add_attachment(letter(Subject="Baja"))
    files = read(mail).files
    assert files[0].name == "Año 2019.pdf"
    assert files[0].content == b"%PDF-1"
    assert files[1].media_type == "message/rfc822"
    assert b"Baja" in files[1].content


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_whatever_make_reading_fail(raw: bytes) -> None:
    assert read(raw).digest


@settings(deadline=None)
@given(st.lists(st.sampled_from([
    b"From: a@b\r\n", b"Content-Type: multipart/mixed; boundary=b\r\n", b"\r\n", b"--b\r\n", b"--b--",
    b"Content-Type: text/html; charset=nope\r\n", b"<blockquote><div", b"Content-Type: message/rfc822\r\n",
    b"Subject: =?utf-8?B?////?=\r\n", b"Content-Disposition: attachment; filename*=x'y'%ff\r\n", b"\xff\x00",
    b"Content-Transfer-Encoding: base64\r\n", b"Message-ID: <<>>\r\n", b"Content-Type: ;;;\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status\r\n", b"From: MAILER-DAEMON\r\n",
]), max_size=14))  # fmt: skip
def test_no_broken_structure_makes_reading_fail_or_loses_its_words(parts: list[bytes]) -> None:
    assert read(b"".join(parts)).digest
