"""Files that are handed in: what is taken, what is not, and under which name it is kept."""

from __future__ import annotations

import pytest

from relevo.care.documents import NAME_MAX, DocumentRefused, kind_of, safe_name


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
    ],
)
def test_what_a_file_is_its_first_bytes_say(beginning: bytes, kind: str) -> None:
    assert kind_of(beginning + b"rest") == kind


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"<!doctype html>", b"MZ\x90", b"PK\x03\x04", b"%PD"]
)
def test_what_a_browser_or_a_machine_would_run_is_not_taken(content: bytes) -> None:
    with pytest.raises(DocumentRefused, match="unknown_kind"):
        kind_of(content)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fotos\\sms 1.png", "sms 1.png"),
        ('a"; rm -rf.pdf', "a__ rm -rf.pdf"),
        ("señal.jpg", "señal.jpg"),
        ("\r\nSet-Cookie: x", "Set-Cookie_ x"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_name_means_nothing_to_a_folder_or_a_header(given: str, kept: str) -> None:
    assert safe_name(given).strip("_") == kept


def test_a_name_is_not_longer_than_people_read() -> None:
    assert len(safe_name("x" * 500)) == NAME_MAX
