"""Counters for Prometheus: how many answers of which kind, and how long they took.

Never a text, an address or a time of one person. On a port of its own, which is no part of what
people can reach.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    start_http_server,
)  # fmt: skip

from ui.service import Served
from ui.watch import State

disable_created_metrics()  # type: ignore[no-untyped-call]  # a time of one person
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Counts:
    """What is counted while a service runs."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.answers = Counter(
            "bonewise_answers", "Answers by status, HTTP status and language",
            ("status", "code", "language"), registry=registry,
        )  # fmt: skip
        self.cards = Counter(
            "bonewise_cards", "Safety cards by rule and level", ("rule", "level"), registry=registry
        )
        self.seconds = Histogram(
            "bonewise_answer_seconds", "Time to an answer", buckets=SECONDS, registry=registry
        )
        self.swaps = Counter(
            "bonewise_swaps", "New builds of the index, by outcome", ("outcome",), registry=registry
        )

    def saw(self, served: Served, seconds: float) -> None:
        """Count one answer."""
        answer = served.answer
        self.answers.labels(answer.status, served.code, answer.language).inc()
        for card in answer.cards:
            self.cards.labels(card.id, card.level).inc()
        self.seconds.observe(seconds)

    def swapped(self, state: State) -> None:
        """Count one new build: in use, or failed."""
        self.swaps.labels(state).inc()

    def listen(self, host: str, port: int) -> None:
        """Serve the counters in the background; OSError if the port is taken."""
        start_http_server(port, addr=host, registry=self.registry)
