"""What every parse error of a value says: what is wrong, and what to do about it."""

from __future__ import annotations


class Malformed(ValueError):
    """A text is not the value it claims to be. ``why`` and ``remedy`` are complete sentences'
    parts, without a full stop, and name nothing but the value: the caller names the field.
    ``code`` says the same for whoever has the words of another language, ``about`` fills them."""

    def __init__(self, why: str, remedy: str, code: str = "", about: tuple[str, ...] = ()) -> None:
        super().__init__(f"{why}; {remedy}")
        self.why = why
        self.remedy = remedy
        self.code = code
        self.about = about
