"""On which line of a TOML file each key stands.

The standard reader gives values without places, and a message that names a key without a line makes
people search. This is a second, much simpler reading: it trusts that the text is valid TOML (the
standard reader has said so) and notes the line of every key, table header and array element.
"""

from __future__ import annotations

from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Where something stands: ``("line", 2, "iccid")``; elements of arrays are counted from 0."""

_BARE_END = frozenset(",]}\n#")
_CLOSERS = ('"""', "'''", '"', "'")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def line_numbers(text: str) -> dict[Path, int]:
    """The line (counted from 1) of every key of a valid TOML text."""
    return _Scan(text.replace("\r\n", "\n")).read()


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a key, or of the nearest table around it; 1 when nothing of it is there."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def written(path: Path) -> str:
    """The key as people write it: ``line[2].iccid``, elements counted from 1."""
    parts: list[str] = []
    for each in path:
        if isinstance(each, int):
            parts.append(f"[{each + 1}]")
        else:
            parts.append(f".{each}" if parts else each)
    return "".join(parts)


class _Scan:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pos = 0
        self._counted = (0, 1)  # up to there, so many lines: a place is asked for after the other
        self._found: dict[Path, int] = {}
        self._elements: dict[Path, int] = {}  # arrays of tables: index of the last one

    def read(self) -> dict[Path, int]:
        """All keys."""
        table: Path = ()
        while self._skip_blank():
            if self._ahead("[["):
                table = self._header(2)
            elif self._ahead("["):
                table = self._header(1)
            else:
                self._pair(table)
        return self._found

    def _header(self, brackets: int) -> Path:
        line = self._line()
        self._pos += brackets
        path = self._resolved(self._key())
        self._pos += brackets
        if brackets == 2:
            self._found.setdefault(path, line)
            index = self._elements.get(path, -1) + 1
            self._elements[path] = index
            path = (*path, index)
        self._found.setdefault(path, line)
        return path

    def _resolved(self, names: tuple[str, ...]) -> Path:
        """The path of a header: a name that is an array of tables means its last element."""
        path: Path = ()
        for place, name in enumerate(names):
            path = (*path, name)
            if path in self._elements and place < len(names) - 1:
                path = (*path, self._elements[path])
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path: Path = table
        for name in self._key():
            path = (*path, name)
            self._found.setdefault(path, line)
        self._pos = self._text.index("=", self._pos) + 1
        self._value(path)

    def _key(self) -> tuple[str, ...]:
        names = []
        while True:
            self._skip_spaces()
            quote = self._text[self._pos]
            if quote in "\"'":
                names.append(self._string(quote))
            else:
                start = self._pos
                while self._text[self._pos] not in ".=] \t":
                    self._pos += 1
                names.append(self._text[start : self._pos])
            self._skip_spaces()
            if not self._ahead("."):
                return tuple(names)
            self._pos += 1

    def _value(self, path: Path) -> None:
        self._skip_spaces()
        for quote in _CLOSERS:
            if self._ahead(quote):
                self._string(quote)
                return
        if self._ahead("["):
            self._array(path)
        elif self._ahead("{"):
            self._inline_table(path)
        else:
            while self._pos < len(self._text) and self._text[self._pos] not in _BARE_END:
                self._pos += 1

    def _array(self, path: Path) -> None:
        self._pos += 1
        index = 0
        while self._skip_blank() and not self._ahead("]"):
            if self._ahead(","):
                self._pos += 1
                continue
            self._found[(*path, index)] = self._line()
            self._value((*path, index))
            index += 1
        self._pos += 1

    def _inline_table(self, path: Path) -> None:
        self._pos += 1
        while self._skip_blank() and not self._ahead("}"):
            if self._ahead(","):
                self._pos += 1
            else:
                self._pair(path)
        self._pos += 1

    def _string(self, quote: str) -> str:
        """Step over a string and return what it says (keys need it; values do not)."""
        self._pos += len(quote)
        said: list[str] = []
        while not self._ahead(quote):
            sign = self._text[self._pos]
            if sign == "\\" and quote[0] == '"':
                self._pos += 1
                sign = _ESCAPES.get(self._text[self._pos], self._text[self._pos])
            said.append(sign)
            self._pos += 1
        self._pos += len(quote)
        while len(quote) == 3 and self._ahead(quote[0]):  # up to two more belong to the string
            self._pos += 1
        return "".join(said)

    def _skip_spaces(self) -> None:
        while self._pos < len(self._text) and self._text[self._pos] in " \t":
            self._pos += 1

    def _skip_blank(self) -> bool:
        """Step over spaces, ends of lines and comments; False at the end of the text."""
        while self._pos < len(self._text):
            sign = self._text[self._pos]
            if sign == "#":
                end = self._text.find("\n", self._pos)
                self._pos = len(self._text) if end < 0 else end
            elif sign in " \t\n":
                self._pos += 1
            else:
                return True
        return False

    def _ahead(self, sign: str) -> bool:
        return self._text.startswith(sign, self._pos)

    def _line(self) -> int:
        place, line = self._counted
        line += self._text.count("\n", place, self._pos)
        self._counted = (self._pos, line)
        return line
