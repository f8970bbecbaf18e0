"""The desks of the other operators: letters out, letters in."""

from __future__ import annotations

from relevo.adapters.donor_desk_rest.client import DeskAccount, RestDonorDesk

__all__ = ["DeskAccount", "RestDonorDesk"]
