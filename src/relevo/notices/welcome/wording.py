"""What the welcome letter says, in words: pure. How it is set is somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from relevo.notices.render import Language
from relevo.notices.welcome.model import Fate, LetterLine, WelcomeLetter
from relevo.values.msisdn import spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """The texts of the letter in one language, and how that language says dates and amounts."""

    texts: Mapping[str, str]
    language: Language


def said(letter: WelcomeLetter, spoken_in: LetterWords) -> dict[str, Any]:
    """All that the letter says, in its language."""
    words, language = spoken_in.texts, spoken_in.language
    named = {"recipient": letter.recipient, "order": letter.order}
    limit = letter.cancel_until
    sections = [
        (
            words["cancel_title"],
            words["cancel"].format(limit=language.deadline(limit, letter.zone))
            if limit
            else words["cancel_any"],
        ),
        (words["promise_title"], words["promise"]),
    ]
    if letter.link:
        sections.append((words["link_title"], words["link"].format(link=letter.link)))
    consent = letter.consent_digest
    return {
        "language": letter.language,
        "recipient": letter.recipient,
        "order": letter.order,
        "title": words["title"].format(**named),
        "subtitle": words["subtitle"].format(**named),
        "facts": [
            (words["holder"], letter.holder),
            (words["address"], ", ".join(letter.address)),
            (words["order"], letter.order),
            (words["placed"], _placed(letter, words, language)),
        ],
        "lines_title": words["lines"],
        "head": [words[each] for each in ("line", "happens", "when", "cost")],
        "rows": [_row(letter, line, words, language) for line in letter.lines],
        "total_title": words["total"],
        "total": _total(letter, words, language),
        "note": words["settled" if letter.is_settled else "planned"],
        "sections": sections,
        "consent": words["consent"].format(digest=consent) if consent else "",
        "foot": words["foot"].format(**named),
    }


def _placed(letter: WelcomeLetter, words: Mapping[str, str], language: Language) -> str:
    """A letter that is kept says its year."""
    year = str(letter.at.astimezone(ZoneInfo(letter.zone)).year)
    return words["placed_at"].format(moment=language.moment(letter.at, letter.zone), year=year)


def _row(
    letter: WelcomeLetter, line: LetterLine, words: Mapping[str, str], language: Language
) -> dict[str, Any]:
    lives_on = spoken(line.lives_on) if line.lives_on else ""
    slots = {"donor": line.donor, "recipient": letter.recipient, "lives_on": lives_on}
    moves = line.fate is Fate.MOVES
    happens = [words[f"fate.{line.fate}"].format(**slots)]
    if moves and lives_on:
        happens.append(words["fate.rides"].format(**slots))
    if moves and line.sim:
        happens.append(words[f"sim.{line.sim}"])
    when = []
    if moves and line.window is not None:
        window = language.window(line.window, letter.zone)
        when.append(words["window"].format(window=window[:1].upper() + window[1:]))
        if line.rests_on:
            when.append(words[f"rests_on.{line.rests_on}"])
    elif moves:
        when.append(words["undated"])
    return {
        "number": spoken(line.number) if line.number else language.phrase("unnumbered.other"),
        "kind": language.phrase(f"kind.{line.kind}"),
        "happens": happens,
        "when": when,
        "cost": _cost(line.monthly_eur_cents, line.one_time_eur_cents, words, language),
    }


def _cost(
    monthly: int | None, once: int | None, words: Mapping[str, str], language: Language
) -> list[str]:
    if monthly is None:
        return [words["not_ours"]]
    found = [words["monthly"].format(amount=language.money(monthly))]
    if once:
        found.append(words["once"].format(amount=language.money(once)))
    return found


def _total(letter: WelcomeLetter, words: Mapping[str, str], language: Language) -> list[str]:
    monthly = letter.monthly_eur_cents
    if monthly is None:
        return []
    return _cost(monthly, letter.one_time_eur_cents, words, language)
