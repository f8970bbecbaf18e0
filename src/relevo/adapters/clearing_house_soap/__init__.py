"""A clearing house that is a web service: sessions, calls, a mailbox and daily files."""

from __future__ import annotations

from relevo.adapters.clearing_house_soap.client import SoapClearingHouse
from relevo.adapters.clearing_house_soap.language import HubLanguage
from relevo.adapters.clearing_house_soap.settings import HubAccount

__all__ = ["HubAccount", "HubLanguage", "SoapClearingHouse"]
