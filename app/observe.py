"""For those who run the service: is it alive, is it ready, and its numbers for Prometheus. No names leave here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.desk import Desk
from app.pages.guard import desk
from app.queries.alerts import alerts
from app.queries.overview import book_status
from app.sight import EVERYTHING

observe = Blueprint("observe", __name__)


@observe.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@observe.get("/readyz")
def readyz() -> Any:
    """The store can be read and the books' place can be seen; 503 with the reason otherwise."""
    from sync.errors import SyncError

    found = desk()
    try:
        found.office.store.setting("ready")
    except SyncError as error:
        return {"status": "not ready", "reason": str(error)}, 503
    settings = found.office.settings
    if settings.backend == "folder" and not settings.path(settings.books).is_dir():
        return {"status": "not ready", "reason": "没有存放表的文件夹"}, 503
    return {"status": "ready", "leader": found.live.leader}


@observe.get("/metrics")
def metrics() -> Response:
    """Numbers only: no unit, no person, no project is named."""
    return Response(generate_latest(current_app.extensions["metrics"]), mimetype=CONTENT_TYPE_LATEST)


def watch_requests(app: Flask) -> None:
    """Count requests and their time, and give the application a registry of its own."""
    registry = CollectorRegistry()
    app.extensions["metrics"] = registry
    requests = Counter("tianbao_requests", "Requests", ["endpoint", "status"], registry=registry)
    seconds = Histogram("tianbao_request_seconds", "Time of requests", ["endpoint"], registry=registry)
    registry.register(OfficeNumbers(app.extensions["desk"]))

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        requests.labels(endpoint, str(response.status_code)).inc()
        if "began" in g:
            seconds.labels(endpoint).observe(time.perf_counter() - g.began)
        return response

    app.before_request(begin)
    app.after_request(end)


class OfficeNumbers(Collector):
    """What the store and the scheduler know, read when it is asked for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        office, live = self._desk.office, self._desk.live
        lines = office.store.overview(office.scheme.id)
        books = GaugeMetricFamily("tianbao_books", "Books by state", labels=["state"])
        states: dict[str, int] = {}
        for line in lines:
            code = book_status(self._desk, line).code
            states[code] = states.get(code, 0) + 1
        for code, number in sorted(states.items()):
            books.add_metric([code], number)
        yield books
        findings = GaugeMetricFamily("tianbao_findings", "Findings by severity", labels=["severity"])
        for name in ("must", "explain", "hint", "trial"):
            findings.add_metric([name], sum(line[name] for line in lines))
        yield findings
        statuses = GaugeMetricFamily("tianbao_statuses", "Overdue and nearly due statuses", labels=["kind"])
        for kind in ("overdue", "soon"):
            statuses.add_metric([kind], len(alerts(self._desk, EVERYTHING, kind=kind)))
        yield statuses
        yield GaugeMetricFamily("tianbao_records", "Live records", sum(line["rows"] for line in lines))
        waiting = len(office.store.decisions(office.scheme.id))
        yield GaugeMetricFamily("tianbao_decisions_open", "Matters that wait for a person", waiting)
        pending = sum(bool(line["pending"]) for line in lines)
        yield GaugeMetricFamily("tianbao_answers_pending", "Answers that could not be written yet", pending)
        yield CounterMetricFamily("tianbao_rounds", "Rounds of this process", live.rounds)
        yield GaugeMetricFamily("tianbao_round_seconds", "Duration of the last round", live.seconds)
        yield GaugeMetricFamily("tianbao_last_round_timestamp_seconds", "End of the last round", live.last_round)
        yield from _calls(office.backend)
        yield GaugeMetricFamily("tianbao_leader", "1 where this process is the one that syncs", int(live.leader))

    def describe(self) -> list[Metric]:
        return []


def _calls(backend: Any) -> Iterator[Metric]:
    """Calls to Google by kind and what became of those that failed; nothing where books lie in a folder."""
    transport = getattr(backend, "transport", None)
    if transport is None:
        return
    calls = CounterMetricFamily("tianbao_google_calls", "Calls to Google by quota", labels=["kind"])
    for kind in ("read", "write", "drive"):
        calls.add_metric([kind], transport.counts.total(kind))
    yield calls
    failures = CounterMetricFamily("tianbao_google_failures", "Failed calls to Google by kind", labels=["kind"])
    for kind, number in sorted(dict(transport.counts.failures).items()):
        failures.add_metric([kind], number)
    yield failures
    yield CounterMetricFamily("tianbao_google_waited_seconds", "Time waited for quota", transport.manner.pace.waited)
    yield GaugeMetricFamily("tianbao_google_round_seconds", "Length of a full round", backend.round_seconds)
    yield GaugeMetricFamily(
        "tianbao_google_resting", "Books left alone after failures", len(transport.breaker.resting())
    )
