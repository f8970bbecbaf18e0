"""Operators and windows, between the hub's codes and our names. Pure."""

from __future__ import annotations

from relevo.porting.profile import HubKind, Operator, PortingProfile, Window
from relevo.values.moment import Moment


class HubNames:
    """How the hub calls what the rules know."""

    def __init__(self, rules: PortingProfile) -> None:
        self._rules = rules

    def operator(self, name: str) -> Operator:
        """The operator of that name. Raises ValueError when the hub does not know it."""
        found = self._rules.operator(name)
        if found is None:
            raise ValueError(f"operator: {name!r} is not known to the hub; check operators.toml")
        return found

    def operator_coded(self, code: str | None) -> str:
        """The operator's name; empty when nobody has this code."""
        found = None if code is None else self._rules.operator_coded(HubKind.MOBILE, code)
        return "" if found is None else found.name

    def window(self, opens: Moment) -> Window:
        """The hub names the opening; how long a window is, the rules say."""
        day = self._rules.calendar(HubKind.MOBILE).local(opens).date()
        usual = self._rules.window_on(HubKind.MOBILE, day)
        return Window(opens=opens, closes=opens + (usual.closes - usual.opens))

    def window_or_default(self, opens: Moment | None, asked_at: Moment) -> Window:
        """The window that the hub names; else the one that it gives a request made then."""
        if opens is not None:
            return self.window(opens)
        return self._rules.default_window(HubKind.MOBILE, asked_at)
