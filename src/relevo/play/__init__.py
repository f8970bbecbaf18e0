"""Plays a scenario: reads the file, hosts the simulated world, moves the clock, judges, shows."""

from __future__ import annotations
