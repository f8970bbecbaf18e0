"""The table of a voice. It has no end: a customer may write at any time."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.notices.voice.model import VoicePhase as P

LIFECYCLE: Mapping[P, frozenset[P]] = {
    P.SILENT: frozenset({P.ATTENTIVE}),
    P.ATTENTIVE: frozenset({P.GATHERING}),
    P.GATHERING: frozenset({P.ATTENTIVE}),
}

FINAL: frozenset[P] = frozenset()
