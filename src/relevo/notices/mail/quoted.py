"""What somebody wrote himself in a mail: without what he quotes, and without his phone's signature.

Mail programs announce a quotation in their own language and fold the line as they like. A line is
taken for such an announcement only when what follows is marked as quoted, or when it names an
address: a customer who tells what "the agent wrote at 18:48:" keeps his words. What he forwards is
what he wants to show, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINES_MAX = 4  # over which an announcement is folded
# Where a letter has an accent, any one or two signs will do: it may come in a broken charset.
_ANNOUNCED = re.compile(
    r"^(?:"
    r"(?:el|en|on|le|o|em|am|il|a|al)\b.{4,300}?"
    r"(?:escribi.{1,2}|ha escrito|wrote|escreveu|escribiu|va escriure|a .{1,2}crit|schrieb|"
    r"ha scritto)"
    r"\s*:"
    r"|missatge de\b.{4,300}?:"
    r"|.{2,200}(?:erabiltzaileak|igorleak) hau idatzi du.{0,100}:"
    r"|.{2,200}@.{2,100}(?:escribi.{1,2}|wrote|va escriure)\s*:"
    r")\s*$",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\d{1,2}[:.h]\d{2}|\d{4}|\d{1,2}/\d{1,2}/\d{2,4}")
_DIVIDER = re.compile(
    r"^\s*[-_=*]{2,}\s*(?:mensaje original|missatge original|mensaxe orixinal|original message|"
    r"mensagem original|message d'origine|jatorrizko mezua)\s*[-_=*]{2,}\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^\s*(?:[-_=*]{2,}\s*)?(?:forwarded message|mensaje reenviado|missatge reenviat|"
    r"mensaxe reenviada|begin forwarded message|inicio del mensaje reenviado|"
    r"comen.{1,2}a el missatge reenviat)\b.{0,40}$",
    re.IGNORECASE,
)
_HEADER = re.compile(r"^\W{0,3}(?:de|from|von|nork)\s*:\W{0,3}\s*\S", re.IGNORECASE)
_HEADERS = re.compile(
    r"^\W{0,3}(?:enviado(?: el)?|enviat(?: el)?|sent|fecha|data|date|para|per a|to|a|asunto|"
    r"assumpte|subject|cc)\s*:",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*_{8,}\s*$")
_PHONE = re.compile(
    r"^\s*(?:enviado desde|enviado con|enviat des|sent from|obtener outlook|get outlook|"
    r"obt.{1,2}n outlook|descarga outlook|enviado do meu)\b.{0,120}$",
    re.IGNORECASE,
)
_MARK = re.compile(r"^\s*(?:>|\|\s)")


def own_text(text: str) -> str:
    """The words of the writer himself; all of the text when nothing in it is quoted."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    own: list[str] = []
    place = 0
    while place < len(lines):
        if _FORWARDED.match(lines[place]):
            own += lines[place:]
            break
        if _ends_here(lines, place):
            break
        length = _announcement(lines, place)
        if length:
            place += length
            if not _is_marked(lines[place:]):
                break  # it is quoted to its end, without a mark
        elif _MARK.match(lines[place]):
            place += 1
        else:
            own.append(lines[place])
            place += 1
    return "\n".join(_without_signature(own)).strip()


def _ends_here(lines: Sequence[str], place: int) -> bool:
    """Behind this there is nothing of the writer's own: quotations that are not marked line by
    line, as Outlook writes them."""
    line = lines[place]
    if _DIVIDER.match(line) or line.rstrip("\r") == "-- ":
        return True
    behind = [each for each in lines[place + 1 : place + 8] if each.strip()]
    if _RULE.match(line):
        return bool(behind) and _is_header(behind[0], behind[1:])
    return _is_header(line, behind)


def _is_header(line: str, behind: Sequence[str]) -> bool:
    """From:, and at least two more of the lines that a mail begins with."""
    return bool(_HEADER.match(line)) and sum(bool(_HEADERS.match(b)) for b in behind[:5]) >= 2


def _announcement(lines: Sequence[str], place: int) -> int:
    """How many lines from here announce a quotation."""
    if not lines[place].strip():
        return 0
    joined = ""
    for length in range(1, _LINES_MAX + 1):
        line = lines[place + length - 1] if place + length <= len(lines) else ""
        if not line.strip():
            return 0
        bare = _MARK.sub("", line) if _MARK.match(lines[place]) else line
        joined = f"{joined} {bare.strip()}".strip()
        if _ANNOUNCED.match(joined):
            return length if _is_meant(joined, lines[place + length :]) else 0
    return 0


def _is_meant(announced: str, behind: Sequence[str]) -> bool:
    if "@" in announced:
        return True
    if not _MOMENT.search(announced):
        return False
    return _is_marked(behind)


def _is_marked(lines: Sequence[str]) -> bool:
    """Whether what comes next is marked as quoted."""
    return bool(_MARK.match(next((line for line in lines if line.strip()), "")))


def _without_signature(own: list[str]) -> list[str]:
    """What a phone writes beneath, if it is the last thing."""
    while own and (not own[-1].strip() or _PHONE.match(own[-1])):
        own.pop()
    return own
