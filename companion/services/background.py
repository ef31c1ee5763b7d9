"""What is done in the background: what is under way, what failed, and what only Moodle's administrator can mend."""

from collections.abc import Sequence
from dataclasses import dataclass

from companion.models.jobs import JobRecord
from companion.models.lms import Site
from companion.models.matching import MatchRun, RunState
from companion.models.placement import PlacementRun, PlacementState
from companion.services.findings import Finding, missing_functions
from companion.services.registry import Services
from companion.store import placements, runs


@dataclass(frozen=True, slots=True)
class Background:
    """The work behind the pages, of some programmes and of the installation.

    Attributes:
        matchings: the newest of each programme that is worked out, being approved, or failed.
        placements: the same of the runs that place widgets.
        alive: whether a worker did something lately.
        failing: the jobs that failed the last time they ran.
        for_moodle: what the token could not do when Moodle was last connected, and how its administrator mends it.
    """

    matchings: Sequence[MatchRun]
    placements: Sequence[PlacementRun]
    alive: bool
    failing: Sequence[JobRecord]
    for_moodle: Sequence[Finding]

    @property
    def under_way(self) -> list[MatchRun | PlacementRun]:
        """What is being done, or waits for a worker that does it."""
        return [
            *(run for run in self.matchings if run.state is not RunState.FAILED),
            *(run for run in self.placements if run.state is not PlacementState.FAILED),
        ]

    @property
    def failed(self) -> list[MatchRun | PlacementRun]:
        """What could not be done."""
        return [
            *(run for run in self.matchings if run.state is RunState.FAILED),
            *(run for run in self.placements if run.state is PlacementState.FAILED),
        ]


def background(services: Services, site: Site | None, programme_ids: Sequence[int]) -> Background:
    """What is done in the background for these programmes and for the installation; asks Moodle nothing."""
    with services.db.read() as session:
        matchings = runs.unfinished(session, programme_ids)
        placing = placements.unfinished(session, programme_ids)
    records = services.jobs.records()
    return Background(
        matchings,
        placing,
        services.jobs.alive_by(records),
        [row for row in records if row.error],
        missing_functions(site.functions) if site is not None and site.token_encrypted is not None else [],
    )
