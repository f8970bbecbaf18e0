"""The welcome letter as PDF: the same letter gives the same bytes, whenever it is made.

Tagged (PDF/UA-1), with title and language, in the font that comes with the typesetter: what a
customer keeps must be readable to everybody, and must be the same when it is made again in a year.
"""

from __future__ import annotations

import json
from importlib.resources import files

import typst

from relevo.notices.welcome.model import WelcomeLetter
from relevo.notices.welcome.queries import read_words
from relevo.notices.welcome.wording import said


def welcome_pdf(letter: WelcomeLetter) -> bytes:
    """The letter, to keep and to print."""
    content = said(letter, read_words(letter.language))
    made = typst.compile(
        files("relevo.adapters.letter_typst").joinpath("letter.typ").read_bytes(),
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=int(letter.at.timestamp()),
        sys_inputs={"letter": json.dumps(content, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made
