"""What a customer agreed to, as evidence: the exact text that he saw, and how he said yes.

LGTel 70.5: no number moves without explicit consent. The text names the numbers and what follows
for them, so it is kept as it was shown and not as the version of a template; its hash says that
nobody has touched it since.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One yes. When it was given stands beside it in the order (``consent_at``)."""

    text: str
    digest: str  # of the text: SHA-256, hexadecimal
    version: str  # of the template
    language: str
    channel: str  # "sign_up"
    address: str  # from which network address it was given
    ticked: tuple[str, ...]  # the boxes, by their names
    bundle: str = ""  # what was ordered, and from which catalogue: "home_and_mobile@2019-01"


def consent_to(
    text: str,
    *,
    version: str,
    language: str,
    address: str,
    ticked: tuple[str, ...],
    bundle: str,
) -> Consent:
    """A yes to this text, given at the sign-up."""
    return Consent(
        text=text,
        digest=sha256(text.encode()).hexdigest(),
        version=version,
        language=language,
        channel="sign_up",
        address=address,
        ticked=ticked,
        bundle=bundle,
    )
