"""Names of the processes of one order. All of them begin with the order's key: one family."""

from __future__ import annotations

from relevo.engine.process import family

ORDER = "orders.order"
LINE = "orders.line"
PORT_IN = "porting.port_in"
RECOVERY = "porting.recovery"
DISPATCH = "sims.dispatch"
ESIM = "sims.esim"
ACTIVATION = "activation.activation"
INSTALLATION = "activation.installation"
PROMISE = "promises.promise"
COMPANY_MOVE = "orders.company_move"
COMPANY_BATCH = "orders.company_batch"
MULTIPLE = "porting.multiple"
FLEET = "activation.fleet"


def line_process(order: str, line: str) -> str:
    return f"{order}/line/{line}"


def child_of_line(line_process_id: str, what: str, number: int) -> str:
    """A child of a line, for example its second port: ``R7/port/M2/2``."""
    return f"{family(line_process_id)}/{what}/{line_name(line_process_id)}/{number}"


def activation_process(line_process_id: str) -> str:
    return f"{family(line_process_id)}/activation/{line_name(line_process_id)}"


def installation_process(line_process_id: str) -> str:
    return f"{family(line_process_id)}/installation/{line_name(line_process_id)}"


def promise_process(order: str, what: str, number: int) -> str:
    return f"{order}/promise/{what}/{number}"


def line_name(line_process_id: str) -> str:
    """The line that a process is about: what stands behind the second stroke."""
    return line_process_id.split("/")[2]


def company_batch(move: str, batch: str) -> str:
    """One batch of a company's move; a piece of batch 7 is 7.1."""
    return f"{move}/batch/{batch}"


def company_request(move: str, batch: str, attempt: int) -> str:
    """The request that a batch made in this attempt."""
    return f"{move}/multiple/{batch}/{attempt}"


def company_fleet(move: str, batch: str) -> str:
    """The numbers of a batch, while they are put into service and proven."""
    return f"{move}/fleet/{batch}"
