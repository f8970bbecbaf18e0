"""The parts of a mail: its words, in whatever charset and form, and its files.

Nothing is taken at its word: a charset that is wrong or unknown, a header that is broken, a text
that is only there as HTML. What cannot be read is read as well as can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser

from typing_extensions import override

from relevo.notices.inbound import Attachment

_TRIED = ("utf-8", "cp1252")
_LATIN = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"})
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"}
)
_SILENT = frozenset({"style", "script", "head", "title"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link"})
_QUOTES = re.compile(r"gmail_quote|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote")
_REPLIED = re.compile(r"divRplyFwdMsg|appendonsend|mail-editor-reference-message-container")
_ORIGINAL = "-----Original Message-----"
NAME_MAX = 120


def header(mail: Message, name: str) -> str:
    """A header as people read it, in one line; empty when it is not there."""
    raw = mail.get(name)
    if raw is None:
        return ""
    try:
        said = str(make_header(decode_header(str(raw))))
    except (LookupError, ValueError, AssertionError):
        said = str(raw)
    return " ".join(said.encode("utf-8", "replace").decode("utf-8").split())


def words(mail: Message) -> str:
    """What the mail says: its plain text, or its HTML as text."""
    plain = [text for part in _texts(mail, "text/plain") if (text := _flowing(part)).strip()]
    if plain:
        return "\n".join(plain)
    return "\n".join(text_of_html(_decoded(part)) for part in _texts(mail, "text/html"))


def files(mail: Message) -> tuple[Attachment, ...]:
    """What comes with it. A mail that is attached is a file, too."""
    return tuple(_file(part, nth) for nth, part in enumerate(_leaves(mail)) if _is_file(part))


def text_of_html(html: str) -> str:
    """The text of an HTML mail; quotations are marked line by line, as in plain mails."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except (ValueError, AssertionError):
        return re.sub(r"<[^>]*>", " ", html)
    return reader.text()


def decoded(content: bytes, charset: str) -> str:
    """Text in this charset, or in what it may be instead."""
    if charset.lower() not in _LATIN:
        try:
            return content.decode(charset)
        except (LookupError, ValueError):
            pass
    for each in _TRIED:
        try:
            return content.decode(each)
        except ValueError:
            continue
    return content.decode("latin-1")


def _leaves(mail: Message) -> Iterator[Message]:
    """Parts that are no mere wrapping; what is inside an attached mail is that mail's."""
    if mail.get_content_type() == "message/rfc822" or not mail.is_multipart():
        yield mail
        return
    for part in mail.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part)


def _texts(mail: Message, kind: str) -> Iterator[Message]:
    return (part for part in _leaves(mail) if part.get_content_type() == kind and not _named(part))


def _named(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition", "")).lower()
    return disposition.startswith("attachment") or bool(_name(part))


def _is_file(part: Message) -> bool:
    kind = part.get_content_type()
    return _named(part) or not kind.startswith(("text/", "multipart/"))


def _file(part: Message, nth: int) -> Attachment:
    if part.get_content_type() == "message/rfc822":
        inner = next(iter(part.get_payload()), None)
        content = inner.as_bytes() if isinstance(inner, Message) else b""
    else:
        content = _bytes(part)
    name = _name(part) or f"file-{nth + 1}"
    return Attachment(name=name[:NAME_MAX], media_type=part.get_content_type(), content=content)


def _name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return "file"
    try:
        return " ".join(str(make_header(decode_header(name))).split())
    except (LookupError, ValueError):
        return name


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _decoded(part: Message) -> str:
    try:
        charset = part.get_content_charset() or "utf-8"
    except (LookupError, ValueError):
        charset = "utf-8"
    return decoded(_bytes(part), charset)


def _flowing(part: Message) -> str:
    """RFC 3676: a line that ends with a space goes on in the next one."""
    text = _decoded(part).replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        goes_on = bool(lines) and lines[-1].endswith(" ") and lines[-1] != "-- "
        if goes_on and lines[-1].startswith(">") == line.startswith(">"):
            lines[-1] += line.lstrip(">").lstrip() if line.startswith(">") else line
        else:
            lines.append(line)
    return "\n".join(lines)


class _Reader(HTMLParser):
    """Text of HTML; how deep in quotations each line is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, str]] = []
        self._line = ""
        self._open: list[tuple[str, bool]] = []  # tags, and whether each is a quotation
        self._silent = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = " ".join(value or "" for name, value in attrs if name in ("class", "id"))
        if tag in _SILENT:
            self._silent += 1
        is_quote = tag == "blockquote" or bool(_QUOTES.search(marks))
        if tag in _BLOCKS or tag == "blockquote":
            self._end_line()
        if _REPLIED.search(marks):
            self._lines.append((0, _ORIGINAL))
        if tag not in _VOID:
            self._open.append((tag, is_quote))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BLOCKS or tag == "blockquote":
            self._end_line()
        tags = [each for each, _ in self._open]
        if tag in tags:
            while self._open.pop()[0] != tag:
                pass

    @override
    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._line += " ".join(f"|{data}|".split())[1:-1]

    def text(self) -> str:
        self._end_line()
        marked = [f"{'>' * depth} {line}" if depth else line for depth, line in self._lines]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(marked)).strip()

    def _end_line(self) -> None:
        depth = sum(is_quote for _, is_quote in self._open)
        line = self._line.strip()
        if line or (self._lines and self._lines[-1][1]):
            self._lines.append((depth, line))
        self._line = ""
