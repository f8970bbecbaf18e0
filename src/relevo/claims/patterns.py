"""How the patterns of the vocabulary are put together."""

from __future__ import annotations

import re


def any_of(*patterns: str) -> re.Pattern[str]:
    """A pattern that matches where one of these does."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
