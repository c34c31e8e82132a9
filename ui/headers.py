"""The headers that go out with every answer, by what is served at its path.

Ours need no inline script or style, so their policy allows none; Gradio writes style attributes.
Only `/embed` may be framed, and only by the sites of the settings.
"""

import re
from collections.abc import Mapping, Sequence

from ui.settings import Settings

GRADIO = re.compile(r"/(?:$|assets/|static/|theme\.css$|config$|manifest\.json$|favicon\.ico$)")
DATA = re.compile(r"/(?:api/|mcp|gradio_api/|healthz$|readyz$)")
FRAMED = re.compile(r"/embed(?:$|/)")
LOADER = re.compile(r"/widget/")
LASTING = re.compile(r"/(?:assets|static|widget|embed)/")  # files that may be cached
ASKED_AGAIN = re.compile(r"/pages/")  # kept too, if the server says that they are the same

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'"
OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
)
OF_GRADIO = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'"  # the conversation to take away
)
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


def headers_for(path: str, settings: Settings) -> dict[str, str]:
    """Headers that replace those of the same name."""
    framed = bool(FRAMED.match(path))
    ancestors = " ".join(settings.sites) if framed and settings.sites else "'none'"
    headers = {
        "content-security-policy": f"{_policy(path)}; frame-ancestors {ancestors}",
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin" if framed else "no-referrer",
        "permissions-policy": PERMISSIONS,
    }
    if ancestors == "'none'":  # it can't name sites
        headers["x-frame-options"] = "DENY"
    return headers


def defaults_for(path: str) -> dict[str, str]:
    """Headers that are added where the answer has none of that name."""
    kept = "no-cache" if ASKED_AGAIN.match(path) else "no-store"
    headers = {} if LASTING.match(path) else {"cache-control": kept}
    if not LOADER.match(path):
        headers["cross-origin-resource-policy"] = "same-origin"
    return headers


def with_headers(
    sent: Sequence[tuple[bytes, bytes]], path: str, settings: Settings
) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, as they go out."""
    ours, there = headers_for(path, settings), {name.decode().lower() for name, _ in sent}
    added = {name: text for name, text in defaults_for(path).items() if name not in there} | ours
    kept = [(name, value) for name, value in sent if _kept(name.decode().lower(), path, ours)]
    return [*kept, *((name.encode(), text.encode()) for name, text in added.items())]


def _kept(name: str, path: str, ours: Mapping[str, str]) -> bool:
    """Gradio lets any site read what it answers; only the loader is for other sites to read."""
    shared = bool(LOADER.match(path))
    return name not in ours and (shared or not name.startswith("access-control-"))


def _policy(path: str) -> str:
    if GRADIO.match(path):
        return OF_GRADIO
    return NOTHING if DATA.match(path) else OURS
