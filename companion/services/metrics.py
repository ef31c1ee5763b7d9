"""Figures for whoever runs the service, as Prometheus reads them: counts and times, never a person."""

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from companion.services.job_log import JobLog
from companion.store import Database, lms, outbox, schema, sync_runs


class MetricsService:
    """Reads the figures when they are asked for, so that every process tells the same."""

    def __init__(self, db: Database, *, jobs: JobLog, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._jobs = jobs
        self._clock = clock

    def text(self) -> bytes:
        """All figures in Prometheus's text format."""
        registry = CollectorRegistry()
        now = self._clock()
        up = Gauge(
            "cairn_schema_current", "Whether the database has this version's schema", registry=registry
        )
        up.set(schema.is_current(self._db))
        self._outbox(registry, now)
        self._job_runs(registry, now)
        self._syncs(registry, now)
        return generate_latest(registry)

    def _outbox(self, registry: CollectorRegistry, now: datetime) -> None:
        entries = Gauge(
            "cairn_outbox_entries",
            "Work for Moodle and the mail server",
            ["kind", "state"],
            registry=registry,
        )
        oldest = Gauge(
            "cairn_outbox_oldest_seconds", "Age of the oldest that waits", ["kind"], registry=registry
        )
        with self._db.read() as session:
            for kind, state, number, since in outbox.figures(session):
                entries.labels(kind, state.value).set(number)
                if since is not None:
                    oldest.labels(kind).set((now - since).total_seconds())

    def _job_runs(self, registry: CollectorRegistry, now: datetime) -> None:
        gauges = {
            name: Gauge(f"cairn_job_{name}", text, ["job"], registry=registry)
            for name, text in (
                ("runs_total", "Runs of a job that ended"),
                ("failures_total", "Runs of a job that failed"),
                ("seconds_total", "How long its runs took together"),
                ("last_start_age_seconds", "How long ago it last began"),
            )
        }
        for row in self._jobs.records():
            gauges["runs_total"].labels(row.job).set(row.runs)
            gauges["failures_total"].labels(row.job).set(row.failures)
            gauges["seconds_total"].labels(row.job).set(row.milliseconds / 1000)
            gauges["last_start_age_seconds"].labels(row.job).set((now - row.started_at).total_seconds())

    def _syncs(self, registry: CollectorRegistry, now: datetime) -> None:
        age = Gauge("cairn_sync_age_seconds", "How old the last good reading of Moodle is", registry=registry)
        with self._db.read() as session:
            site = lms.site(session)
            newest = sync_runs.last_done(session, site.id) if site else None
        age.set((now - newest.finished_at).total_seconds() if newest and newest.finished_at else float("nan"))
