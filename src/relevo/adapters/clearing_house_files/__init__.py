"""A clearing house that takes files of records and hands out files."""

from __future__ import annotations

from relevo.adapters.clearing_house_files.board import FilesBoardHouse
from relevo.adapters.clearing_house_files.client import FilesClearingHouse
from relevo.adapters.clearing_house_files.donor import FilesDonorHouse
from relevo.adapters.clearing_house_files.language import RecordLanguage
from relevo.adapters.clearing_house_files.returns import FilesReturnHouse
from relevo.adapters.clearing_house_files.settings import DeskContact, FileAccount

__all__ = [
    "DeskContact",
    "FileAccount",
    "FilesBoardHouse",
    "FilesClearingHouse",
    "FilesDonorHouse",
    "FilesReturnHouse",
    "RecordLanguage",
]
