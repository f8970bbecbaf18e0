"""The words with which a person steps in, and the fact that remembers it.

An act travels through the mailbox like any message, so it is done once, in order, by the one writer
of the process, and stays in its history. The fold of the process never sees the fact.
"""

from __future__ import annotations

from enum import StrEnum

from relevo.engine.process import fact, message


class Verb(StrEnum):
    """What an operator may do to a process."""

    RETRY = "retry"  # take a parked message or effect up again, or a waiting effect at once
    SKIP = "skip"  # give a parked message or effect, or a waiting effect, up for good
    PAUSE = "pause"  # handle no message and perform no effect of this process
    RESUME = "resume"
    ANSWER = "answer"  # put in by hand what a counterpart should have said


@message("engine.operator_act")
class OperatorAct:
    """Somebody steps in."""

    verb: Verb
    who: str
    reason: str
    target: str = ""  # what was parked or waits; or the wire name of the answer
    answer: str = ""  # JSON of the message put in by hand


@fact("engine.operator_acted")
class OperatorActed:
    """Somebody stepped in. Part of the history, not of the state."""

    verb: Verb
    who: str
    reason: str
    target: str = ""
