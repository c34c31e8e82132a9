"""Requests to the question page, as a browser without JavaScript sends them."""

from collections.abc import Callable
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SITE = "https://clinic.example"


def get(url: str) -> str:
    with urlopen(url, timeout=10) as response:
        return str(response.read().decode())


def post(url: str, *fields: tuple[str, str]) -> str:
    with urlopen(Request(url, urlencode(fields).encode()), timeout=20) as response:
        return str(response.read().decode())


def status(send: Callable[[], object]) -> int:
    try:
        send()
    except HTTPError as error:
        return error.code
    return 200
