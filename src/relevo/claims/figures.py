"""Figures that are said in words, as one does on the telephone, made into digits.

Only where nothing else can be meant: times of day, nine digits of a telephone number ("seis doce,
treinta y cuatro, cero nueve, ochenta y siete"), the last ones of it ("acabada en dos tres ocho"),
and money.
"""

from __future__ import annotations

import re

Token = tuple[int, str]

_UNITS = {
    "cero": 0, "uno": 1, "una": 1, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
    "siete": 7, "ocho": 8, "nueve": 9, "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3,
    "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_TEENS = {
    "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16,
    "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veintiuno": 21, "veintiun": 21,
    "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26,
    "veintisiete": 27, "veintiocho": 28, "veintinueve": 29, "ten": 10, "eleven": 11, "twelve": 12,
    "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19,
}  # fmt: skip
_TENS = {
    "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_HUNDREDS = {
    "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400,
    "quinientos": 500, "seiscientos": 600, "setecientos": 700, "ochocientos": 800,
    "novecientos": 900,
}  # fmt: skip
_WORDS = {**_UNITS, **_TEENS, **_TENS, **_HUNDREDS}
_TIES = re.compile(r"[ ,.\-]{1,3}")
_ENDS = re.compile(r"\b(?:acab\w+|termin\w+|finaliz\w+|ending|ends)(?: en| in| with| por)? $")
_MONEY = frozenset({"euro", "euros", "centimos", "centimo", "cents", "cent"})
_CENTS = re.compile(r"\beuros?(?: (?:con|y|and|with))? $|\b\d{1,3} con $")
_PHONE = 9


_MINUTES = {"media": 30, "cuarto": 15, "half": 30, "quarter": 15}
_PAST = frozenset({"past", "after"})
_FROM = frozenset({"from", "between"})
_OF_HOURS = frozenset({"las", "la", "at", "by", "before", "since", "until", "around"})
_HOURS_MOST = 24


def _minutes(words: list[str]) -> tuple[int, int]:
    """How many minutes words begin with, and in how many words: (20, 1), (25, 3); (-1, 0): none."""
    if not words:
        return -1, 0
    if words[0] in _MINUTES:
        return _MINUTES[words[0]], 1
    number = _WORDS.get(words[0], -1)
    if number in _TENS.values() and len(words) > 1:
        tied = words[1:3] if words[1] in {"y", "and"} else words[1:2]
        unit = _UNITS.get(tied[-1], 0)
        if unit and tied[-1] in _UNITS:
            return number + unit, 1 + len(tied)
    return (number, 1) if 0 < number < 60 else (-1, 0)


def _time(words: list[str], before: str) -> tuple[str, int]:
    """A time of day said in words, as digits, and of how many words: ("4:20", 3)."""
    minutes, used = _minutes(words)
    rest = words[used:]
    if used and rest[:1] == ["minutes"]:
        used, rest = used + 1, rest[1:]
    is_span = rest[:1] == ["to"] and (before in _FROM or minutes % 5)
    if is_span:
        return "", 0  # "from two to six"
    if used and len(rest) > 1 and rest[0] in {"past", "to", "after"} and rest[1] in _WORDS:
        hour = _WORDS[rest[1]]
        if rest[0] in _PAST:
            return f"{hour}:{minutes:02d}", used + 2
        return f"{hour - 1 or 12}:{60 - minutes:02d}", used + 2
    hour = _WORDS.get(words[0], -1) if words else -1
    if before not in _OF_HOURS or not 0 < hour <= _HOURS_MOST:
        return "", 0
    if words[1:2] == ["y"] or words[1:2] == ["menos"]:
        minutes, used = _minutes(words[2:])
        if used and words[1] == "y":
            return f"{hour}:{minutes:02d}", 2 + used
        return (f"{hour - 1 or 12}:{60 - minutes:02d}", 2 + used) if used else ("", 0)
    minutes, used = _minutes(words[1:])
    return (f"{hour}:{minutes:02d}", 1 + used) if used and minutes >= 10 else ("", 0)


def _words_from(tokens: list[Token], at: int) -> list[str]:
    """The next words that stand with nothing but a space between them."""
    words: list[str] = []
    while at < len(tokens) and len(words) < 6 and tokens[at][1].isalnum():
        words.append(tokens[at][1])
        if at + 1 >= len(tokens) or tokens[at + 1][1] not in {" ", "-"}:
            break
        at += 2
    return words


def figures(tokens: list[Token]) -> list[Token]:
    """The same tokens, with runs of number words as digits where they are a number to call."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at][1] in _WORDS or tokens[at][1] in _MINUTES:
            said, count = _time(_words_from(tokens, at), found[-2][1] if len(found) > 1 else "")
            if count:
                found.append((tokens[at][0], said))
                at += 2 * count - 1
                continue
        end, digits = _run(tokens, at)
        before = "".join(text for _, text in found[-4:])
        after = tokens[end + 1][1] if end + 1 < len(tokens) else ""
        beyond = tokens[end + 3][1] if end + 3 < len(tokens) else ""
        if digits and _means_figures(digits, before, (after, beyond)):
            found.append((tokens[at][0], digits))
            at = end
        else:
            found.append(tokens[at])
            at += 1
    return found


def _means_figures(digits: str, before: str, after: tuple[str, str]) -> bool:
    if len(digits) == _PHONE and digits[0] in "6789":
        return True
    if _ENDS.search(before) and 2 <= len(digits) <= 4:
        return True
    is_cents = _CENTS.search(before) is not None
    is_sum = after[0] == "con" and _WORDS.get(after[1], 0) >= 10  # "veintiseis con veinte"
    return (after[0] in _MONEY or is_cents or is_sum) and len(digits) <= 3


_TIMES = {"double": 2, "triple": 3, "doble": 2}


def _doubles(tokens: list[Token], at: int) -> bool:
    """ "Double one", as one reads figures out."""
    return (
        tokens[at][1] in _TIMES
        and at + 2 < len(tokens)
        and tokens[at + 1][1] == " "
        and tokens[at + 2][1] in _UNITS
    )


def _run(tokens: list[Token], start: int) -> tuple[int, str]:
    """Where a run of number words that begins here ends, and its digits."""
    digits: list[int] = []
    at, end = start, start
    while at < len(tokens) and (tokens[at][1] in _WORDS or _doubles(tokens, at)):
        word = tokens[at][1]
        if word in _TIMES:
            at += 2
            digits += [_UNITS[tokens[at][1]]] * (_TIMES[word] - 1)
            word = tokens[at][1]
        last = digits[-1] if digits else 0
        joined = at > start and tokens[at - 1][1].strip() in {"y", "and", "-", ""}
        if (
            digits
            and word in _UNITS
            and last in _TENS.values()
            and joined
            and tokens[at - 1][1] != ", "
        ):
            digits[-1] = last + _UNITS[word]
        elif digits and last in _HUNDREDS.values() and word not in _HUNDREDS:
            digits[-1] = last + _WORDS[word]
        else:
            digits.append(_WORDS[word])
        end = at + 1
        if end + 2 < len(tokens) and tokens[end][1] == " " and tokens[end + 1][1] in {"y", "and"}:
            if word not in _TENS:
                break
            if tokens[end + 3 : end + 4] and tokens[end + 3][1] in _UNITS:
                digits[-1] += _UNITS[tokens[end + 3][1]]
                end += 4
                at = end + 1
                if end < len(tokens) and _TIES.fullmatch(tokens[end][1]):
                    continue
                break
            break
        if end < len(tokens) and _TIES.fullmatch(tokens[end][1]):
            at = end + 1
            continue
        break
    return end, "".join(map(str, digits))
