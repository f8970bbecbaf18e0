"""What people can have a case do."""

from __future__ import annotations

from relevo.care.case.messages import EndTrouble, KeepCallBack, PromiseCallBack, StoreEvidence
from relevo.engine.engine import Engine
from relevo.values.moment import Moment

KIND = "care.case"


def case_id(order_key: str) -> str:
    """The case of an order."""
    return f"{order_key}/case"


def promise_call_back(
    engine: Engine, order_key: str, *, due: Moment, by: str, promise_id: str
) -> None:
    """A member of staff promises the customer a call by then.

    Nobody has to watch it: when it is not marked as kept by then, it is broken, the customer is
    told before he asks, and the case goes up the ladder.
    """
    promised = PromiseCallBack(promise_id=promise_id, due=due, by=by)
    engine.tell(KIND, case_id(order_key), promised, key=f"call_back:{promise_id}")


def keep_call_back(
    engine: Engine, order_key: str, *, promise_id: str, by: str, note: str = ""
) -> None:
    """The call was made."""
    kept = KeepCallBack(promise_id=promise_id, by=by, note=note)
    engine.tell(KIND, case_id(order_key), kept, key=f"call_back_kept:{promise_id}")


def store_evidence(
    engine: Engine, order_key: str, *, evidence: StoreEvidence, evidence_id: str
) -> None:
    """Put something into the vault that the customer or a peer handed in."""
    engine.tell(KIND, case_id(order_key), evidence, key=f"evidence:{evidence_id}")


def end_trouble(engine: Engine, order_key: str, *, ended: EndTrouble, act_id: str) -> None:
    """A person says that a trouble is over."""
    engine.tell(KIND, case_id(order_key), ended, key=f"end_trouble:{act_id}")
