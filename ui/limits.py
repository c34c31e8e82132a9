"""How often one address may ask. Addresses are kept as salted hashes, in memory, for as long as
their rate looks back, and are gone with the process.

Only a proxy that the site trusts is believed about whom it speaks for. An IPv6 address counts as
the /64 that it is in: that is what one household or phone has.
"""

import hmac
import secrets
import threading
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil
from typing import Literal

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ui.settings import Settings

SWEEP = 10.0  # seconds between looks for who can be forgotten
FREE_AGAIN = 2  # answers that were given before, beside one that is paid for
Kind = Literal["ask", "page"]
Address = IPv4Address | IPv6Address


class Memory(MemoryStorage):
    """Who has asked when. That of limits empties the entry of whoever stays away, and keeps it, and
    looks through all of them after each request."""

    def __init__(self, sweep: float = SWEEP) -> None:
        super().__init__()
        self._guard, self._every = threading.Lock(), sweep
        self._sweep: threading.Timer | None = None

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """True if there was room for `amount` more."""
        with self._guard:
            self._plan()
            return super().acquire_entry(key, limit, expiry, amount)

    def _plan(self) -> None:
        if self._sweep is None:
            self._sweep = threading.Timer(self._every, self._forget)
            self._sweep.daemon = True
            self._sweep.start()

    def _forget(self) -> None:
        with self._guard:
            self.timer.join()  # limits' own look must not meet this one
            now = time.time()
            for key, entries in list(self.events.items()):
                if not entries or entries[0].expiry <= now:  # the newest comes first
                    self.clear(key)
            self._sweep = None
            if self.events:
                self._plan()


class Rates:
    """The rates of one site, and who has used how much of them."""

    def __init__(self, settings: Settings, sweep: float = SWEEP) -> None:
        self._rates = {"ask": parse(settings.ask_rate), "page": parse(settings.page_rate)}
        self._memory = Memory(sweep)
        self._limiter = MovingWindowRateLimiter(self._memory)
        self._trusted = tuple(ip_network(text) for text in settings.trusted_proxies)
        self._salt = secrets.token_bytes(32)

    @property
    def known(self) -> int:
        """How many are remembered, each kind of request by itself."""
        return len(self._memory.events)

    def wait(self, who: str, kind: Kind, cost: int = 1) -> int:
        """Count `cost` more; 0 if they are within the rate, else the seconds after which they are.

        What costs more than a whole rate is let in once nothing of it is used.
        """
        rate = self._rates[kind]
        cost = min(cost, rate.amount)
        if self._limiter.hit(rate, kind, who, cost=cost):  # without its kind, equal rates are one
            return 0
        if cost > 1:  # it is known when the first of them is free, not when all are
            return rate.get_expiry()
        reset, _ = self._limiter.get_window_stats(rate, kind, who)
        return max(1, ceil(reset - time.time()))

    def who(self, peer: str, forwarded: str) -> str:
        """The key of whom a request is from, by its peer and its X-Forwarded-For."""
        return hmac.new(self._salt, self._prefix(peer, forwarded).encode(), sha256).hexdigest()

    def trusts(self, peer: str) -> bool:
        """True if a peer is one of the site's own proxies."""
        address = _address(peer)
        return address is not None and any(address in network for network in self._trusted)

    def _prefix(self, peer: str, forwarded: str) -> str:
        """The nearest address that is no proxy of ours."""
        chain = [*(part.strip() for part in forwarded.split(",")), peer] if forwarded else [peer]
        nearest = peer
        for text in reversed(chain):
            if _address(text) is None:
                break  # whoever wrote it is not to be believed
            nearest = text
            if not self.trusts(text):
                break
        address = _address(nearest)
        if isinstance(address, IPv6Address):
            return str(ip_network((address, 64), False))
        return str(address)


@dataclass(slots=True)
class Visit:
    """One request, which pays once for all its answers, and has one deadline."""

    rates: Rates
    who: str
    waits: int | None = field(default=None)
    began: float = field(default_factory=time.monotonic)

    def wait(self, answers: int = 1) -> int:
        """Seconds to wait before asking; 0 if one may ask now. Whoever asks first pays for all
        answers; of several, a page that shows earlier ones again has a few free."""
        if self.waits is None:
            self.waits = self.rates.wait(self.who, "ask", max(1, answers - FREE_AGAIN))
        return self.waits


# Whose question is being answered; nobody's where the fence has counted already.
VISIT: ContextVar[Visit | None] = ContextVar("VISIT", default=None)
ASKER = "bonewise.visit"  # where a request has it for those who answer on other tasks


def _address(text: str) -> Address | None:
    """An address, one of IPv4 as such even if it is written as IPv6."""
    try:
        address = ip_address(text.strip("[]").split("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
