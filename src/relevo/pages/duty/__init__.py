"""The duty manager's board, and what keeps a site honest."""

from __future__ import annotations
