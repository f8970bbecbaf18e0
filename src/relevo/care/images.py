"""Takes out of a picture what it tells beside what it shows: where, when, with which telephone.

Small and own: the parts of JPEG, PNG, WebP and HEIC that hold metadata are left out (in HEIC they
are blanked, because other parts are found by their place). Not one pixel is decoded, so a picture
stays what was handed in, to the bit of its image. How it is to be turned is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

_EXIF = b"Exif\x00\x00"
_ORIENTATION = 0x0112


class BrokenPicture(ValueError):
    """Its parts do not fit together: what cannot be read cannot be cleaned, and is not kept."""


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The picture alone; other kinds of files as they are. Raises BrokenPicture."""
    match media_type:
        case "image/jpeg":
            return _jpeg(content)
        case "image/png":
            return _png(content)
        case "image/webp":
            return _webp(content)
        case "image/heic":
            return _heic(content)
        case _:
            return content


# -- JPEG: segments up to the picture -------------------------------------------------------------

_SOS, _EOI, _APP0, _APP1, _APP2, _APP14, _COMMENT = 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE


def _jpeg(content: bytes) -> bytes:
    kept, turned = [content[:2]], 0
    place = 2
    while True:
        if place + 4 > len(content) or content[place] != 0xFF:
            raise BrokenPicture("a segment does not begin where it must")
        mark = content[place + 1]
        if mark == 0xFF:  # filling
            place += 1
            continue
        if mark == _SOS:
            break
        end = place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")
        if end > len(content) or end < place + 4:
            raise BrokenPicture("a segment is longer than the file")
        body = content[place + 4 : end]
        if mark == _APP1 and body.startswith(_EXIF):
            turned = turned or _orientation(body[len(_EXIF) :])
        if _is_picture(mark, body):
            kept.append(content[place:end])
        place = end
    if turned > 1:
        exif = _EXIF + _only_orientation(turned)
        size = (len(exif) + 2).to_bytes(2, "big")
        kept.insert(1, bytes([0xFF, _APP1]) + size + exif)
    return b"".join(kept) + _scans(content[place:])


def _is_picture(mark: int, body: bytes) -> bool:
    """Tables and frames; of the applications' own parts only those that colours hang on."""
    if _APP0 <= mark <= 0xEF:
        icc = mark == _APP2 and body.startswith(b"ICC_PROFILE\x00")
        return mark in {_APP0, _APP14} or icc
    return mark != _COMMENT


def _scans(content: bytes) -> bytes:
    """Up to the end of the picture: what hangs on behind it (films, second pictures) is dropped."""
    place = 0
    while (place := content.find(b"\xff", place)) >= 0 and place + 4 <= len(content) + 2:
        mark = content[place + 1] if place + 1 < len(content) else 0
        if mark == _EOI:
            return content[: place + 2]
        if mark == 0 or 0xD0 <= mark <= 0xD7:  # a byte of the picture, or a restart
            place += 2
        elif mark == 0xFF:
            place += 1
        else:  # tables between the scans of a picture that comes in steps
            place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    raise BrokenPicture("the picture has no end")


# -- PNG: chunks ----------------------------------------------------------------------------------

_PNG_TELLS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})


def _png(content: bytes) -> bytes:
    kept, place = [content[:8]], 8
    while place < len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        name, end = content[place + 4 : place + 8], place + 12 + size
        if end > len(content):
            raise BrokenPicture("a chunk is longer than the file")
        if name == b"eXIf":
            kept += _png_turned(_orientation(content[place + 8 : end - 4]))
        elif name not in _PNG_TELLS:
            kept.append(content[place:end])
        place = end
        if name == b"IEND":
            return b"".join(kept)
    raise BrokenPicture("the picture has no end")


def _png_turned(turned: int) -> list[bytes]:
    if turned <= 1:
        return []
    body = b"eXIf" + _only_orientation(turned)
    return [(len(body) - 4).to_bytes(4, "big") + body + _crc(body).to_bytes(4, "big")]


def _crc(content: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in content:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


# -- WebP: RIFF chunks ----------------------------------------------------------------------------

_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04


def _webp(content: bytes) -> bytes:
    kept, place, turned = [], 12, 0
    stop = min(len(content), 8 + int.from_bytes(content[4:8], "little"))
    while place + 8 <= stop:
        name = content[place : place + 4]
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        end = place + 8 + size + size % 2
        if place + 8 + size > stop:
            raise BrokenPicture("a chunk is longer than the file")
        if name == b"EXIF":
            turned = _orientation(content[place + 8 : place + 8 + size].removeprefix(_EXIF))
        elif name != b"XMP ":
            kept.append(content[place:end])
        place = end
    if not any(chunk[:4] in {b"VP8 ", b"VP8L", b"VP8X"} for chunk in kept):
        raise BrokenPicture("there is no picture in it")
    if turned > 1:
        exif = _only_orientation(turned)
        kept.append(b"EXIF" + len(exif).to_bytes(4, "little") + exif)
    body = b"WEBP" + b"".join(_flags(chunk, has_exif=turned > 1) for chunk in kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _flags(chunk: bytes, *, has_exif: bool) -> bytes:
    if chunk[:4] != b"VP8X" or len(chunk) < 9:
        return chunk
    flags = chunk[8] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if has_exif else 0)
    return chunk[:8] + bytes([flags]) + chunk[9:]


# -- HEIC: boxes; what tells is blanked where it lies ---------------------------------------------


_PLACES_MAX_BYTES = 100_000


def _heic(content: bytes) -> bytes:
    meta = next((body for name, body in _boxes(content, 0, len(content)) if name == b"meta"), None)
    if meta is None:
        raise BrokenPicture("it does not say what is in it")
    start, end = meta[0] + 4, meta[1]
    parts = dict(_boxes(content, start, end))
    telling = _telling_ones(content, parts.get(b"iinf"))
    cleaned = bytearray(content)
    for place, size in _places(content, parts, telling):
        if place + size > len(content):
            raise BrokenPicture("a part is longer than the file")
        cleaned[place : place + size] = bytes(size)
    return bytes(cleaned)


def _boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    place = start
    while place + 8 <= end:
        size, head = int.from_bytes(content[place : place + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(content[place + 8 : place + 16], "big"), 16
        stop = end if size == 0 else place + size
        if stop > end or stop < place + head:
            raise BrokenPicture("a box is longer than the file")
        yield content[place + 4 : place + 8], (place + head, stop)
        place = stop


def _telling_ones(content: bytes, span: tuple[int, int] | None) -> set[int]:
    """The numbers of the parts that hold Exif or XMP."""
    if span is None:
        return set()
    start = span[0] + 4 + (2 if content[span[0]] == 0 else 4)
    found = set()
    for name, (begin, end) in _boxes(content, start, span[1]):
        wide = content[begin] >= 3
        number = int.from_bytes(content[begin + 4 : begin + (8 if wide else 6)], "big")
        kind = content[begin + (10 if wide else 8) : end]
        if name == b"infe" and kind[:4] in {b"Exif", b"mime"}:
            found.add(number)
    return found


def _places(
    content: bytes, parts: dict[bytes, tuple[int, int]], telling: set[int]
) -> Iterator[tuple[int, int]]:
    """Where those parts lie in the file."""
    span = parts.get(b"iloc")
    if not telling or span is None:
        return
    read = _Numbers(content, span)
    version = read.next(1)
    read.next(3)
    sizes = read.next(2)
    offset, length, base, index = (sizes >> shift & 0xF for shift in (12, 8, 4, 0))
    if span[1] - span[0] > _PLACES_MAX_BYTES or not {offset, length} <= {4, 8}:
        raise BrokenPicture("its list of places is not one")  # nor may it keep us busy for hours
    for _ in range(read.next(2 if version < 2 else 4)):
        number = read.next(2 if version < 2 else 4)
        way = read.next(2) & 0xF if version else 0
        read.next(2)
        first = read.next(base)
        if way == 1 and b"idat" in parts:
            first += parts[b"idat"][0]
        for _ in range(read.next(2)):
            read.next(index if version else 0)
            place, size = first + read.next(offset), read.next(length)
            if number in telling:
                yield place, size


class _Numbers:
    """Reads numbers one behind the other."""

    def __init__(self, content: bytes, span: tuple[int, int]) -> None:
        self._content, (self._place, self._end) = content, span

    def next(self, size: int) -> int:
        """The next one, of so many bytes."""
        begin, self._place = self._place, self._place + size
        if self._place > self._end:
            raise BrokenPicture("a list ends in the middle")
        return int.from_bytes(self._content[begin : self._place], "big")


# -- Exif: the one value that is kept -------------------------------------------------------------


def _orientation(tiff: bytes) -> int:
    """How the picture is to be turned (1 to 8); 0 when it does not say."""
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"
    if not re.match(rb"II\*\x00|MM\x00\*", tiff):
        return 0

    def number(place: int, size: int) -> int:
        return int.from_bytes(tiff[place : place + size], order)

    first = number(4, 4)
    for n in range(min(number(first, 2), 512)):
        entry = first + 2 + 12 * n
        if number(entry, 2) == _ORIENTATION:
            value = number(entry + 8, 2)
            return value if 1 <= value <= 8 else 0
    return 0


def _only_orientation(turned: int) -> bytes:
    """A directory with that one entry."""
    entry = _ORIENTATION.to_bytes(2, "big") + b"\x00\x03" + (1).to_bytes(4, "big")
    value = turned.to_bytes(2, "big") + b"\x00\x00"
    return b"MM\x00*" + (8).to_bytes(4, "big") + b"\x00\x01" + entry + value + bytes(4)
