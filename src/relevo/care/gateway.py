"""What care needs of the outside: somebody who looks into a file for malware."""

from __future__ import annotations

from typing import Protocol

SETTING = "RELEVO_MALWARE_SCANNER"
"""Names the scanner; while it is set, what is handed in waits for its word."""


class ScannerAway(ConnectionError):
    """The scanner does not answer; the file waits."""


class Scanner(Protocol):
    """Looks into files."""

    def finds(self, content: bytes) -> str:
        """What it found; empty: nothing. Raises ScannerAway."""
