"""What the voice of one order holds: what it knows, what waits, what no channel has taken yet."""

from __future__ import annotations

from enum import StrEnum

from relevo.engine.process import state
from relevo.notices.model import Knowledge, Sending, Thing


class VoicePhase(StrEnum):
    SILENT = "silent"  # it does not know yet whom it would speak to
    ATTENTIVE = "attentive"  # nothing waits to be said
    GATHERING = "gathering"  # things wait for their moment


@state("notices.voice_state")
class Voice:
    id: str
    phase: VoicePhase = VoicePhase.SILENT
    knowledge: Knowledge | None = None
    waiting: tuple[Thing, ...] = ()
    sendings: tuple[Sending, ...] = ()
    drafts: tuple[str, ...] = ()  # ids of replies judged, so that a doubled one is judged once
    heard: tuple[str, ...] = ()  # ids of what the customer said
    rerouted: tuple[str, ...] = ()  # keys of messages that went on by the other channel
    delayed: tuple[str, ...] = ()  # keys of messages that a channel could not hand on at once
    ended: tuple[str, ...] = ()  # keys of messages of which it is known what became of them

    def __post_init__(self) -> None:
        knows = self.knowledge is not None
        assert (self.phase is VoicePhase.SILENT) != knows, "a voice speaks to somebody it knows"
        assert (self.phase is VoicePhase.GATHERING) == bool(self.waiting)
