"""Which open page follows what."""

from __future__ import annotations
