"""A text of a member of staff, held against the facts: sentence by sentence, for its writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from relevo.claims.check import check
from relevo.claims.model import Draft, Finding, Judgement, Verdict
from relevo.notices.snapshot import snapshot_of
from relevo.pages.orders.opened import Opened
from relevo.values.moment import Moment

_ENDS_A_SENTENCE = ".!?\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A sentence of a draft beside what is so. The middle part is what the rule is about."""

    rule: int
    before: str
    words: str
    after: str
    facts_say: str
    why: str
    stops: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A draft as its writer sees it judged."""

    channel: str
    text: str
    verdict: Judgement
    findings: tuple[Beside, ...]
    claims: tuple[Any, ...]

    @property
    def may_go(self) -> bool:
        """Whether nothing stops it."""
        return self.verdict is not Judgement.BLOCKED


def judge(opened: Opened, channel: str, text: str, now: Moment) -> Judged:
    """Hold it against what is known now, as the voice will when it is told of it."""
    assert opened.picture is not None
    draft = Draft(id="page", channel=channel, text=text)
    voice = opened.picture.voice
    if voice is None or voice.knowledge is None:
        verdict = Verdict(id=draft.id, verdict=Judgement.PASSED)
    else:
        verdict = check(snapshot_of(voice.knowledge, opened.rules, now), draft)
    return Judged(
        channel=draft.channel,
        text=draft.text,
        verdict=verdict.verdict,
        findings=tuple(beside(draft.text, finding) for finding in verdict.findings),
        claims=verdict.claims,
    )


def beside(text: str, finding: Finding) -> Beside:
    """The sentence around what a rule found."""
    start, end = (min(max(place, 0), len(text)) for place in finding.span)
    begin = max((text.rfind(sign, 0, start) for sign in _ENDS_A_SENTENCE), default=-1) + 1
    ends = [place for sign in _ENDS_A_SENTENCE if (place := text.find(sign, end)) >= 0]
    stop = min(ends, default=len(text) - 1) + 1
    return Beside(
        rule=finding.rule,
        before=text[begin:start].lstrip(),
        words=text[start:end],
        after=text[end:stop].rstrip(),
        facts_say=finding.facts_say,
        why=finding.why,
        stops=finding.severity == "block",
    )
