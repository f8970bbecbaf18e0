"""What goes wrong with an HLR, by name; every one may pass, so it is tried again."""

from __future__ import annotations

from relevo.engine.performer import Temporary


class HlrAway(Temporary):
    """Nobody answers there, or the connection broke: whether it was done has to be looked up."""


class HlrSlow(HlrAway):
    """The connection stands, and no answer came in time."""


class HlrSpeaksOddly(Temporary):
    """What came is not what the interface says: cut, doubled, endless, or of something else."""


class HlrHoldsOther(Temporary):
    """Read back after a write, the record is not the one that was asked for."""
