"""What people can have done with numbers that nobody uses any more."""

from __future__ import annotations

from relevo.engine.engine import Engine
from relevo.porting.number_return.decider import KIND, return_id
from relevo.porting.number_return.messages import (
    KeepNumber,
    SettleReturn,
    StartReturn,
    TryReturnAgain,
)
from relevo.porting.number_return.model import Matter


def start_return(engine: Engine, matter: Matter, *, by: str, key: str) -> str:
    """Give a number back that was ceased outside of relevo; the id of the process that does it.
    A number that was ceased on a day is given back once."""
    process_id = return_id(matter.number, f"ceased {matter.since.isoformat()}")
    engine.tell(KIND, process_id, StartReturn(matter=matter, by=by), key=f"return:{key}")
    return process_id


def keep_number(engine: Engine, process_id: str, *, by: str, why: str, key: str) -> None:
    """The customer came back."""
    engine.tell(KIND, process_id, KeepNumber(by=by, why=why), key=f"keep:{key}")


def try_again(engine: Engine, process_id: str, *, by: str, key: str) -> None:
    """Go on, after what stood in the way was mended."""
    engine.tell(KIND, process_id, TryReturnAgain(by=by), key=f"again:{key}")


def settle(engine: Engine, process_id: str, word: SettleReturn, *, key: str) -> None:
    """A person's word on a state that nobody could tell us."""
    engine.tell(KIND, process_id, word, key=f"settle:{key}")
