"""The addresses of this area."""

from __future__ import annotations

from starlette.routing import Route

from relevo.pages.duty.audit import show_audit
from relevo.pages.duty.board import show_board, take_up
from relevo.pages.duty.engine import do_with_parked, show_engine
from relevo.pages.duty.faults import OPENS, do_with_faults, show_faults
from relevo.pages.duty.process import do_with_process, show_process
from relevo.pages.duty.rules import show_rules
from relevo.pages.duty.shift import TENDS, do_shift, show_shift
from relevo.pages.guard import staff

ROUTES: list[Route] = [
    staff("/desk/board", show_board, right="read_board"),
    staff("/desk/board/cases", take_up, "POST", right="look_across"),
    staff("/desk/faults", show_faults, right="read_orders"),
    staff("/desk/faults", do_with_faults, "POST", right=OPENS),
    staff("/desk/shift", show_shift, right=TENDS),
    staff("/desk/shift", do_shift, "POST", right=TENDS),
    staff("/desk/engine", show_engine, right="read_engine"),
    staff("/desk/engine/parked", do_with_parked, "POST", right="mend_engine"),
    staff("/desk/engine/processes/{process_id:path}", show_process, right="read_engine"),
    staff("/desk/engine/process-acts", do_with_process, "POST", right="mend_engine"),
    staff("/desk/rules", show_rules, right="read_orders"),
    staff("/desk/audit", show_audit, right="read_looks"),
]
