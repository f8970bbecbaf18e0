"""What a customer answers when asked what is to become of a number. Pure."""

from __future__ import annotations

import re

from relevo.claims.fold import own_words
from relevo.claims.spot import numbers_in
from relevo.notices.model import Knowledge
from relevo.orders.order.messages import Choice

_WORDS = re.compile(r"\b(?:(port(?:ar)?)|(mantener|keep)|(baja|cease))\b")
_CHOICES = (Choice.PORT, Choice.KEEP, Choice.CEASE)


def answers_in(knowledge: Knowledge, text: str) -> tuple[tuple[str, Choice], ...]:
    """(line, choice) for every open question that the text answers.

    A word belongs to the number behind it; without a number it answers the only open question.
    """
    open_lines = {str(line.number): line.id for line in knowledge.lines if line.undecided}
    if not open_lines:
        return ()
    plain = own_words(text)
    numbers = numbers_in(plain, knowledge.rules)
    found: dict[str, Choice] = {}
    for match in _WORDS.finditer(plain):
        choice = next(c for c, said in zip(_CHOICES, match.groups(), strict=True) if said)
        behind = next((seen.number for seen in numbers if seen.start >= match.end()), None)
        line_id = open_lines.get(behind) if behind else None
        if line_id is None and behind is None and len(open_lines) == 1:
            line_id = next(iter(open_lines.values()))
        if line_id is not None:
            found.setdefault(line_id, choice)
    return tuple(sorted(found.items()))
