"""What a site has decided about its own Bonewise. A Settings that exists is one that can be served.

Every field is a key of the settings file and, with BONEWISE_ before it, an environment variable;
`ui/configure.py` reads both. Files and countries are looked at when they are loaded, not here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any

ORIGIN = re.compile(
    r"(?:https://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
    r"|http://(?:localhost|127\.0\.0\.1|\[::1\]))(?::(?P<port>\d{1,5}))?"
)
RATE = re.compile(r"([1-9]\d{0,5})/(second|minute|hour|day)")
PORT, MOST_PORT = 7860, 65_535
LEAST_CONTRAST = 4.5  # with white: WCAG 1.4.3


@dataclass(frozen=True, slots=True)
class Settings:
    """One site's settings; ValueError, a line for each thing that is wrong."""

    host: str = "127.0.0.1"
    port: int = PORT
    root_path: str = ""  # "/bones" if a proxy serves it there
    index: Path | None = None  # None: the project's own
    cards: Path | None = None  # the site's own safety cards, beside the project's
    country: str = ""  # whose phone numbers
    title: str = "Bonewise"
    contact: str = ""  # a line that says whom a person can ask instead
    contact_url: str = ""
    sites: tuple[str, ...] = ()  # origins whose pages may frame the widget
    accent: str = "#0b5c6b"
    chat: bool = True  # the Gradio page; without it gradio is never imported
    api: bool = True
    openapi: bool = False
    mcp: bool = False
    feedback: bool = False
    feedback_file: Path | None = None
    metrics_port: int = 0  # 0: none
    trusted_proxies: tuple[str, ...] = ()  # addresses whose X-Forwarded-For is believed
    ask_rate: str = "60/minute"  # questions of one address
    page_rate: str = "3000/minute"  # all requests of one address
    deadline: float = 10.0  # seconds for an answer
    concurrency: int = 4  # answers at a time
    waiting: int = 32  # requests that may wait for their turn

    def __post_init__(self) -> None:
        """Every law is looked at, so that all that is wrong is said at once."""
        found = list(problems({field.name: getattr(self, field.name) for field in fields(self)}))
        if found:
            raise ValueError(
                "\n".join(f"{name} = {value!r}: {says}" for name, value, says in found)
            )


def problems(values: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Name, value and what to do, for each value that is not one to serve with."""
    for name, value in values.items():
        says = LAWS[name](value) if name in LAWS else ""
        if says:
            yield name, value, says
    if values.get("feedback") and not values.get("feedback_file"):
        yield "feedback", True, "set feedback_file too: the file that feedback is added to"
    if (port := values.get("metrics_port")) and port == values.get("port", PORT):
        yield "metrics_port", port, "must be another port than the service's own"


def contrast(colour: str) -> float:
    """Contrast of a hex colour with white, by WCAG 2.2: from 1 to 21."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _between(least: float, most: float, of: str) -> Callable[[Any], str]:
    return lambda value: "" if least <= value <= most else f"must be from {least:g} to {most:g}{of}"


def _host(value: str) -> str:
    fine = bool(re.fullmatch(r"[A-Za-z0-9.:-]+", value))
    return "" if fine else "must be an address or a name of this machine, such as 127.0.0.1"


def _root_path(value: str) -> str:
    fine = re.fullmatch(r"(?:/[A-Za-z0-9_.~-]+)*", value) and "/." not in value
    return "" if fine else 'must be empty or a path such as "/bones", without a slash at its end'


def _line(longest: int) -> Callable[[str], str]:
    def law(value: str) -> str:
        fine = len(value) <= longest and value.isprintable()
        return "" if fine else f"must be one line of at most {longest} characters"

    return law


def _title(value: str) -> str:
    return "must not be empty" if not value.strip() else _line(60)(value)


def _contact_url(value: str) -> str:
    fine = not value or re.fullmatch(r"(?:https://|tel:|mailto:)[\x21-\x7e]+", value)
    return "" if fine else "must be empty or begin with https://, tel: or mailto:"


def _sites(value: tuple[str, ...]) -> str:
    for site in value:
        matched = ORIGIN.fullmatch(site)
        if not matched or int(matched["port"] or 0) > MOST_PORT:
            return (
                f'"{site}" is not an exact origin such as "https://clinic.example": no path, no *, '
                "no capitals; http only for localhost"
            )
    return ""


def _accent(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        return 'must be a colour such as "#0b5c6b"'
    found = contrast(value)
    if found < LEAST_CONTRAST:
        return f"its contrast with white is {found:.1f}:1; choose one with 4.5:1 or more (darker)"
    return ""


def _proxies(value: tuple[str, ...]) -> str:
    for proxy in value:
        try:
            ip_network(proxy)
        except ValueError:
            return f'"{proxy}" is neither an address nor a network such as "10.0.0.0/8"'
    return ""


def _rate(value: str) -> str:
    return "" if RATE.fullmatch(value) else 'must be a rate such as "30/minute"'


LAWS: Mapping[str, Callable[[Any], str]] = {
    "host": _host,
    "port": _between(0, MOST_PORT, ""),
    "root_path": _root_path,
    "title": _title,
    "contact": _line(200),
    "contact_url": _contact_url,
    "sites": _sites,
    "accent": _accent,
    "metrics_port": _between(0, MOST_PORT, ", 0 for none"),
    "trusted_proxies": _proxies,
    "ask_rate": _rate,
    "page_rate": _rate,
    "deadline": _between(0.1, 120, " seconds"),
    "concurrency": _between(1, 256, ""),
    "waiting": _between(0, 10_000, ""),
}
