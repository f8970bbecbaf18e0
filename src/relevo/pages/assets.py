"""Files that browsers keep: their address holds their content's hash, so they never go stale."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from mimetypes import guess_type

from starlette.requests import Request
from starlette.responses import Response

_HASH_LENGTH = 12


@lru_cache(maxsize=64)
def _content(name: str) -> bytes | None:
    file = files("relevo.pages").joinpath("static", name)
    return file.read_bytes() if "/" not in name and file.is_file() else None


@lru_cache(maxsize=64)
def asset(name: str) -> str:
    """The address of a file in ``static/``. Raises KeyError when there is none."""
    content = _content(name)
    if content is None:
        raise KeyError(name)
    return f"/static/{sha256(content).hexdigest()[:_HASH_LENGTH]}/{name}"


def serve_asset(request: Request) -> Response:
    """The file, to be kept for a year; with an old hash it is the new file, and not kept."""
    name = request.path_params["name"]
    content = _content(name)
    if content is None:
        return Response(status_code=404)
    is_fresh = asset(name) == request.url.path
    keeping = "public, max-age=31536000, immutable" if is_fresh else "no-cache"
    media = guess_type(name)[0] or "application/octet-stream"
    return Response(content, media_type=media, headers={"cache-control": keeping})
