"""What people can do about a complaint."""

from __future__ import annotations

from relevo.care.complaint.messages import (
    AnswerQuestion,
    AskCompletion,
    CompleteComplaint,
    DecideComplaint,
    FileComplaint,
)
from relevo.engine.engine import Engine

KIND = "care.complaint"

Act = FileComplaint | AskCompletion | CompleteComplaint | AnswerQuestion | DecideComplaint


def complaint_id(order_key: str) -> str:
    """The process that holds all complaints of an order."""
    return f"{order_key}/complaint"


def tend_complaint(engine: Engine, order_key: str, act: Act, *, act_id: str) -> None:
    """File, complete, answer or decide a complaint; once for each ``act_id``."""
    engine.tell(KIND, complaint_id(order_key), act, key=f"complaint:{act_id}")
