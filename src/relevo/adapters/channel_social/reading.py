"""What a post says, in plain text; and what of ours must not become anybody's address. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from typing_extensions import override

_TO_US = re.compile(r"\A(?:\s*@[\w.-]+(?:@[\w.-]+)?)+[\s,:]*")
_MENTION = re.compile(r"(?<![\w/=])@(?=\w)")
_LINES = re.compile(r"\n{3,}")
_JOINER = "\u2060"  # of no width: stands between the sign and the name, and nothing is seen
_NEW_LINE = frozenset({"br", "li", "tr"})
_NEW_PARAGRAPH = frozenset({"p", "blockquote", "ul", "ol", "pre", "div"})
_UNSEEN = frozenset({"script", "style"})


def plain(html: str) -> str:
    """The words of a post as a person reads them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _LINES.sub("\n\n", "".join(reader.found)).strip()


def own_words(text: str) -> str:
    """Without the names at its beginning: to whom it goes is no part of what he says."""
    return _TO_US.sub("", text).strip() or text.strip()


def calls_nobody(text: str) -> str:
    """The same words; no name in them is an address. Whom a direct message names may read it."""
    return _MENTION.sub("@" + _JOINER, text)


def letters(text: str) -> str:
    """What is left of a text however a network has set it."""
    return "".join(each for each in text.casefold() if each.isalnum())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _NEW_LINE:
            self.found.append("\n")
        elif tag in _NEW_PARAGRAPH and self.found:
            self.found.append("\n\n")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)

    @override
    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data)
