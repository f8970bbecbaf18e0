"""The program's one Typer application; every module beside this one adds its commands to it."""

from __future__ import annotations

import typer

WRONG_INPUT = 2
NOT_AVAILABLE = 3
STOPPED = 130

app = typer.Typer(
    name="relevo",
    help="Moves a customer's lines from one operator to another and proves that none was lost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
