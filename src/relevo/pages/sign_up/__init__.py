"""A new customer brings his numbers."""

from __future__ import annotations
