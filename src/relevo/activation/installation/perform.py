"""Carries out what an installation decided."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.activation.installation.gateway import FieldService
from relevo.activation.installation.messages import BookVisit, CancelVisit, ProbeAccess
from relevo.engine.performer import Errand, Performer


def performers(field_service: FieldService) -> dict[type, Performer]:
    """Who carries out which effect of ``activation.installation``."""

    def book(wanted: BookVisit, _: Errand) -> Sequence[object]:
        return (field_service.book(wanted),)

    def cancel(wanted: CancelVisit, _: Errand) -> Sequence[object]:
        field_service.cancel(wanted)
        return ()

    def test(wanted: ProbeAccess, _: Errand) -> Sequence[object]:
        return (field_service.test(wanted),)

    return {BookVisit: book, CancelVisit: cancel, ProbeAccess: test}
