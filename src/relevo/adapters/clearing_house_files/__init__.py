"""A clearing house that takes files of records and hands out files."""

from __future__ import annotations

from relevo.adapters.clearing_house_files.client import FilesClearingHouse
from relevo.adapters.clearing_house_files.language import RecordLanguage
from relevo.adapters.clearing_house_files.settings import DeskContact, FileAccount

__all__ = ["DeskContact", "FileAccount", "FilesClearingHouse", "RecordLanguage"]
