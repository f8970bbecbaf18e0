"""The codes of Spain's hubs; how their tables are read is the same in every country."""

from __future__ import annotations

from relevo.profiles.codes import Codes, read_codes, unrecognised

__all__ = ["Codes", "read_codes", "unrecognised"]
