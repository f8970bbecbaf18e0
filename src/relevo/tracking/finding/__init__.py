"""Search: by anything that people may know of an order."""

from __future__ import annotations
