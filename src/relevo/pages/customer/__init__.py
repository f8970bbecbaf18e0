"""The customer's own page."""

from __future__ import annotations
