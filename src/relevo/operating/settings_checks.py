"""Looks at the settings that pages and workers share, and whose lack nobody would notice at once.

A worker without the address of the pages sends its notices without the link to them; one whose
secret is another than that of the pages sends links that open nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from relevo.access.secret import NoSecret, read_secret
from relevo.operating.finding import Finding, Level

_ADDRESS, _SECRET = "RELEVO_PAGES_URL", "RELEVO_SECRET_FILE"
_BOTH = "in the environment of every worker and every relevo serve"


def examine_settings(environment: Mapping[str, str]) -> Iterator[Finding]:
    """What customers' links hang on, as this environment has it."""
    address, secret = environment.get(_ADDRESS, ""), environment.get(_SECRET, "")
    if not address:
        yield Finding(
            what="links",
            found=f"{_ADDRESS} is not set: notices carry no link to the customer's page",
            level=Level.ATTEND,
            remedy=f"set {_ADDRESS}=https://… and {_SECRET} {_BOTH}",
        )
        return
    try:
        read_secret(Path(secret or "site.secret"))
    except NoSecret as wrong:
        yield Finding(
            what="links",
            found=f"{_SECRET}: {wrong}",
            level=Level.AILING,
            remedy=f"set {_SECRET} to the one file of the site, {_BOTH}; no worker starts without",
        )
        return
    yield Finding(what="links", found=f"lead to {address}, and the site's secret can be read")
