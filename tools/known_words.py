"""Which real words look like a mistyped word of the check, so that it leaves them alone.

``claims/spelling.py`` puts "actvada" right towards "activada". "Contada" is a word of its own: it
must not become "cortada". This writes all such words, from the dictionaries of ``simplemma`` (MIT),
into ``claims/known_words.txt``. To be run again when the list of words to be put right changes:

    uv run --with simplemma python tools/known_words.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from relevo.claims.fold import folded
from relevo.claims.spelling import PUT_RIGHT, nearest

OUT = Path(__file__).parent.parent / "src" / "relevo" / "claims" / "known_words.txt"


def main() -> None:
    """Write the list."""
    found = set()
    for language in ("es", "en"):
        for word in DefaultDictionaryFactory().get_dictionary(language):
            text = word.decode() if isinstance(word, bytes) else word
            plain = folded(text)
            if plain.isascii() and plain.isalpha() and plain not in PUT_RIGHT and nearest(plain):
                found.add(plain)
    OUT.write_text("\n".join(sorted(found)) + "\n", encoding="ascii")
    sys.stdout.write(f"{len(found)} words in {OUT.name}\n")


if __name__ == "__main__":
    main()
