"""The customer's live view: what happened to each line, in words that a person understands."""

from __future__ import annotations
