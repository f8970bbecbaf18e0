"""One order: its bundle, lines, ports, parcels, case, and its replay."""

from __future__ import annotations
