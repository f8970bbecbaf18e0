"""What waits for a person, search, and the lists of the desk."""

from __future__ import annotations
