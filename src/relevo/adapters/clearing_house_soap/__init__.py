"""A clearing house that is a web service: sessions, calls, mailboxes and files, one line for all.

``SoapClearingHouse`` is the recipient's role and opens the line; the other roles share it:
``SoapDonorHouse(house.line)``.
"""

from __future__ import annotations

from relevo.adapters.clearing_house_soap.client import SoapClearingHouse
from relevo.adapters.clearing_house_soap.donor import SoapDonorHouse
from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.adapters.clearing_house_soap.migration import SoapMigrationHouse
from relevo.adapters.clearing_house_soap.registry import SoapRegistry
from relevo.adapters.clearing_house_soap.returns import SoapReturnHouse
from relevo.adapters.clearing_house_soap.settings import HubAccount

__all__ = [
    "HubAccount",
    "HubLanguage",
    "SoapClearingHouse",
    "SoapDonorHouse",
    "SoapMigrationHouse",
    "SoapRegistry",
    "SoapReturnHouse",
]
