"""How the generated examples of these tests are run: without a clock of their own.

The first example of a process compiles the lexicon and the index of spellings, which takes longer
than hypothesis allows an example by default on a busy machine; that is no finding. How long a draft
takes is measured by ``tools/drafts.py``.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("claims", deadline=None)
settings.load_profile("claims")
