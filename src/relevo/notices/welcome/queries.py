"""Reads the welcome letter: its words, which come with the program, and that of an order."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from relevo.catalog.bundles import tariff_of
from relevo.engine.connection import Connection
from relevo.engine.history import facts_of_process
from relevo.notices.queries import read_texts
from relevo.notices.render import language_of
from relevo.notices.welcome.model import WelcomeLetter
from relevo.notices.welcome.of_order import edition_of, letter_of_facts
from relevo.notices.welcome.wording import LetterWords
from relevo.orders.order.messages import OrderAccepted
from relevo.porting.profile import PortingProfile


@cache
def read_words(code: str) -> LetterWords:
    """All that the letter says in one language."""
    language = language_of(read_texts(), code)
    folder = files("relevo.notices.welcome").joinpath("texts")
    found: dict[str, str] = {}
    for key, value in tomllib.loads(
        folder.joinpath(f"{language.code}.toml").read_text("utf-8")
    ).items():
        if isinstance(value, dict):
            found |= {f"{key}.{name}": each for name, each in value.items()}
        else:
            found[key] = value
    return LetterWords(texts=found, language=language)


def letter_of_order(
    connection: Connection, order: str, rules: Callable[[str], PortingProfile], *, link: str = ""
) -> WelcomeLetter | None:
    """The letter of an order, from its facts as this connection may read them."""
    facts = [recorded.fact for recorded in facts_of_process(connection, order)]
    accepted = next((fact for fact in facts if isinstance(fact, OrderAccepted)), None)
    if accepted is None:
        return None
    tariff = tariff_of(edition_of(facts))
    return letter_of_facts(order, facts, rules(accepted.rules), tariff=tariff, link=link)
