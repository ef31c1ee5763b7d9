"""What administrators see first: each programme with its next step, the way of setting up, the work behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from companion.errors import NotReadyError
from companion.models.engagement import RUNNING, EngagementState
from companion.models.jobs import OutboxState, SyncRun
from companion.models.lms import Course, Site
from companion.models.programme import Programme
from companion.models.watch import ProgrammeWatch
from companion.services.attention import AttentionPage
from companion.services.engagements import EngagementLine
from companion.services.matching import RunLine
from companion.services.programmes import ProgrammeView
from companion.services.registry import Services
from companion.store import placements, programmes, runs, sync_runs, watch


class Step(StrEnum):
    """A step on the way from nothing to pairs that meet in their course page."""

    CONNECT = "connect"
    PROGRAMME = "programme"
    READ = "read"
    FIND = "find"
    """Not a step of the way: the rules find nobody and have to be looked at."""
    PROPOSE = "propose"
    APPROVE = "approve"
    PLACE = "place"
    REGISTER = "register"
    FOLLOW = "follow"
    """Not a step of the way: everything is done, and people are at it."""


@dataclass(frozen=True, slots=True)
class Card:
    """A programme, and how far it has come.

    Attributes:
        figures: of the last look.
        states: its engagements by state.
        at_risk: how many of them, and of its advisers, need a look.
        read: the LMS has been read since the programme was made.
        waiting: the run whose proposal waits for approval.
        proposed, approved: whether a run ever was.
        widgets: widgets that stood in its courses when last placed.
    """

    programme: Programme
    figures: ProgrammeWatch
    states: Mapping[EngagementState, int]
    at_risk: int
    read: bool
    waiting: int | None
    proposed: bool
    approved: bool
    widgets: int

    @property
    def running(self) -> int:
        """Its running engagements."""
        return sum(self.states.get(state, 0) for state in RUNNING)

    def next_step(self, *, launchable: bool) -> Step:
        """What to do now; `launchable` where a platform is registered to open widgets from."""
        if not self.read:
            return Step.READ
        if self.waiting is not None:
            return Step.APPROVE
        if not self.approved:
            return Step.PROPOSE if self.figures.new_hires else Step.FIND
        if not self.widgets:
            return Step.PLACE
        return Step.FOLLOW if launchable else Step.REGISTER


@dataclass(frozen=True, slots=True)
class Stretch:
    """One step of the way; `card` is the programme to take it for."""

    step: Step
    done: bool
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """The first page."""

    site: Site | None
    cards: tuple[tuple[Card, Step], ...]
    way: tuple[Stretch, ...]
    attention: AttentionPage
    sync: SyncRun | None
    """The last reading of the LMS, or the one under way."""
    outbox: Mapping[OutboxState, int]


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course of a programme and the widgets that stood in its page when last placed."""

    name: str
    address: str
    widgets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """A programme with everything around it; `cohort` is the name of the LMS cohort its rule reads."""

    view: ProgrammeView
    card: Card
    cohort: str | None
    runs: tuple[RunLine, ...]
    courses: tuple[CourseLine, ...]


@dataclass(frozen=True, slots=True)
class EngagementPage:
    """The engagements of a programme."""

    view: ProgrammeView
    lines: tuple[EngagementLine, ...]


def home(services: Services, only: frozenset[int] | None = None) -> Home:
    """The first page, of all programmes or `only` these; also where nothing is set up yet."""
    try:
        site = services.sites.current()
    except NotReadyError:
        site = None
    cards = _cards(services, site.id, only) if site else []
    launchable = any(platform.enabled for platform in services.lti.platforms())
    return Home(
        site,
        tuple((card, card.next_step(launchable=launchable)) for card in cards),
        _way(site, cards, launchable),
        services.attention.page([card.programme.id for card in cards], number=FIRST),
        next(iter(services.sync.status().runs), None) if site else None,
        services.outbox.counts(),
    )


FIRST = 8
"""Engagements that need a look, on the first page; the others are a link away."""


def programme(services: Services, programme_id: int) -> ProgrammePage:
    """A programme's page; raises NotFoundError."""
    view = services.programmes.view(programme_id)
    cohorts = dict(services.sites.cohorts())
    standing = services.placements.standing([programme_id])
    widgets: dict[int, list[str]] = {}
    for placement, course in standing:
        widgets.setdefault(course.id, []).append(placement.widget)
    cards = _cards(services, view.programme.site_id)
    return ProgrammePage(
        view,
        next(card for card in cards if card.programme.id == programme_id),
        cohorts.get(view.programme.new_hire_cohort_id or 0),
        tuple(services.matching.history(programme_id)),
        tuple(_course_line(services, course, widgets) for course in _courses(services, programme_id)),
    )


def engagements_of(services: Services, programme_id: int) -> EngagementPage:
    """The engagements of a programme; raises NotFoundError."""
    view = services.programmes.view(programme_id)
    return EngagementPage(view, tuple(services.engagements.of_programme(programme_id)))


def _way(site: Site | None, cards: Sequence[Card], launchable: bool) -> tuple[Stretch, ...]:
    return (
        Stretch(Step.CONNECT, site is not None),
        Stretch(Step.PROGRAMME, bool(cards)),
        _stretch(Step.READ, cards, [card.read for card in cards]),
        _stretch(Step.PROPOSE, cards, [card.proposed for card in cards]),
        _stretch(Step.APPROVE, cards, [card.approved for card in cards]),
        _stretch(Step.PLACE, cards, [card.widgets > 0 for card in cards]),
        Stretch(Step.REGISTER, launchable),
    )


def _stretch(step: Step, cards: Sequence[Card], done: Sequence[bool]) -> Stretch:
    """Done once it was done for any programme; leads to the first one that still lacks it."""
    lacking = next((card for card, had in zip(cards, done, strict=True) if not had), None)
    return Stretch(step, any(done), lacking or next(iter(cards), None))


def _cards(services: Services, site_id: int, only: frozenset[int] | None = None) -> list[Card]:
    services.watch.refresh()
    with services.db.read() as session:
        rows = [row for row in programmes.all_of(session, site_id) if only is None or row.id in only]
        ids = [row.id for row in rows]
        last = sync_runs.last_done(session, site_id)
        figures, states = watch.figures(session), watch.states(session)
        at_risk, matched = watch.numbers_at_risk(session), runs.standing(session, ids)
        widgets = placements.numbers(session, ids)
    return [
        Card(
            programme=row,
            figures=figures[row.id],
            states=states.get(row.id, {}),
            at_risk=at_risk.get(row.id, 0),
            read=last is not None and last.started_at >= row.created_at,
            waiting=matched[row.id].waiting,
            proposed=matched[row.id].proposed,
            approved=matched[row.id].approved,
            widgets=widgets.get(row.id, 0),
        )
        for row in rows
        if row.id in figures
    ]


def _courses(services: Services, programme_id: int) -> Sequence[Course]:
    with services.db.read() as session:
        return programmes.courses(session, programme_id)


def _course_line(services: Services, course: Course, widgets: Mapping[int, list[str]]) -> CourseLine:
    address = f"{services.sites.current().base_url}/course/view.php?id={course.lms_id}"
    return CourseLine(course.full_name, address, tuple(widgets.get(course.id, ())))
