"""What Prometheus is told: the queues as they are in the store, and what the rooms of this process counted."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from actions.meters import GATE, Spread
from bot import meters
from storage.queues import Queues
from zinute import __version__
from zinute.health import Health
from zinute.watchdog import Watchdog

FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"
Labelled = Mapping[tuple[str, ...], float]


class Metrics(Collector):
    """Everything in a registry of its own; the store is looked at once for each text."""

    def __init__(self, health: Health, watchdog: Watchdog) -> None:
        self._health, self._watchdog = health, watchdog
        self._queues: Queues | None = None
        self._guessed: int | None = None
        self._now: datetime = health.now()
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    async def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        self._queues, self._guessed = await self._health.queues(), await self._health.guessed()
        await self._health.touch()
        self._now = self._health.now()
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The families of the moment."""
        yield _gauge("zinute_info", "The version that runs.", {(__version__,): 1}, "version")
        yield _gauge("zinute_store_up", "1 when the store answered.", {(): self._queues is not None})
        if self._queues is not None:
            yield from _of_store(self._queues, self._now)
        if self._guessed is not None:
            yield _gauge("zinute_wrong_codes", "Codes within an hour that were none.", {(): self._guessed})
        yield from _of_rooms()
        yield from self._of_process()

    def _of_process(self) -> Iterator[Metric]:
        dog = self._watchdog
        yield _spread("zinute_loop_lag_seconds", "How late turns of the event loop were.", dog.lags)
        yield _count("zinute_loop_blocked", "Times that the event loop did not turn.", {(): dog.blocked})
        yield _spread("zinute_store_write_seconds", "Time to commit a small write.", self._health.writes)


def _of_store(found: Queues, now: datetime) -> Iterator[Metric]:
    lengths: Labelled = {place: queue.length for place, queue in found.ready.items()}
    ages: Labelled = {place: _age(queue.oldest, now) for place, queue in found.ready.items()}
    places = "channel", "lane"
    yield _gauge("zinute_outbox_ready", "Messages that may go now, at most 100,000.", lengths, *places)
    yield _gauge("zinute_outbox_ready_age_seconds", "Age of the oldest that may go.", ages, *places)
    states: Labelled = {(state,): number for state, number in found.states.items()}
    yield _gauge("zinute_outbox_messages", "Messages in a state, at most 100,000.", states, "state")
    yield _gauge("zinute_inbox_new", "Updates to be handled, at most 100,000.", {(): found.updates.length})
    age: Labelled = {(): _age(found.updates.oldest, now)}
    yield _gauge("zinute_inbox_new_age_seconds", "Age of the oldest update to be handled.", age)
    yield _gauge("zinute_inbox_quarantined", "Updates set aside after failures.", {(): found.quarantined})


def _of_rooms() -> Iterator[Metric]:
    yield _count("zinute_sends", "Attempts to send.", meters.SENDS.values, "channel", "outcome")
    yield _count("zinute_gate_decisions", "What the gate said.", GATE.values, "decision", "reason")
    yield _spread("zinute_ingest_seconds", "From an update's receipt until it was handled.", meters.INGEST)
    yield _gauge("zinute_room_up", "1 while a room runs.", meters.ROOMS.values, "room")
    yield _gauge("zinute_lease_held", "1 while this process sends.", meters.LEASES.values, "channel")


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _gauge(name: str, about: str, values: Labelled, *labels: str) -> Metric:
    family = GaugeMetricFamily(name, about, labels=labels)
    for given, value in list(values.items()):  # units of the store's threads count too
        family.add_metric(given, float(value))
    return family


def _count(name: str, about: str, values: Labelled, *labels: str) -> Metric:
    family = CounterMetricFamily(name, about, labels=labels)
    for given, value in list(values.items()):  # units of the store's threads count too
        family.add_metric(given, float(value))
    return family


def _spread(name: str, about: str, spread: Spread) -> Metric:
    bounds = [*map(str, spread.bounds), "+Inf"]
    buckets = zip(bounds, map(float, accumulate(spread.counts)), strict=True)
    return HistogramMetricFamily(name, about, buckets=list(buckets), sum_value=spread.total)
