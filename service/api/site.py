"""The page at ``/``, for people: its files, and what a browser may do with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from string import Template

from fastapi import APIRouter

from service.api.errors import UnknownPath
from service.api.route import Published, StrictRoute
from service.api.services import ShelfDep
from service.api.shelf import Shelf

PATH = "/"
FILES = Path(__file__).parents[1] / "page"
ENTRY = "index.html"
MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; trusted-types 'none'; require-trusted-types-for 'script'; frame-ancestors {ancestors}"
)
ASK_AGAIN = b"no-cache"
FOR_A_YEAR = b"public, max-age=31536000, immutable"

router = APIRouter(route_class=StrictRoute)


def publish(shelf: Shelf, frame_ancestors: Sequence[str] = (), folder: Path = FILES) -> None:
    """
    Put the page and its assets on the shelf.

    The assets lie in a folder whose name is a digest of them all: they never change under their names, and can refer
    to each other by them.

    Args:
        frame_ancestors: Origins that may show the page in a frame; none where it is empty.
    """
    assets = {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.suffix in MEDIA_TYPES}
    version = sha256(b"".join(name.encode() + b"\0" + body for name, body in assets.items())).hexdigest()[:16]
    for name, body in assets.items():
        media_type = MEDIA_TYPES[Path(name).suffix]
        shelf.place(f"/assets/{version}/{name}", Published.of(body, media_type, caching=FOR_A_YEAR))
    page = Template((folder / ENTRY).read_text("utf-8")).substitute(assets=f"assets/{version}")
    policy = POLICY.format(ancestors=" ".join(frame_ancestors) or "'none'")
    headers = ((b"content-security-policy", policy.encode()),)
    shelf.place(PATH, Published.of(page.encode(), "text/html; charset=utf-8", headers, ASK_AGAIN))


@router.get(PATH, include_in_schema=False, response_model=None)
async def get_page(shelf: ShelfDep) -> Published:
    """Show the page."""
    return shelf.get(PATH)


@router.get("/assets/{version}/{name}", include_in_schema=False, response_model=None)
async def get_asset(version: str, name: str, shelf: ShelfDep) -> Published:
    """Hand out a file of the page."""
    found = shelf.find(f"/assets/{version}/{name}")
    if found is None:
        raise UnknownPath
    return found
