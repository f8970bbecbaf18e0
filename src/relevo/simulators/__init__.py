"""The world outside, as real servers on loopback. Nothing of the product lives here."""

from __future__ import annotations
