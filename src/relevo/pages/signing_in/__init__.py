"""Staff and customers come in, and go."""

from __future__ import annotations
