"""What administrators see first: each programme with its next step, the way of setting up, the work behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from companion.errors import NotReadyError
from companion.models.engagement import RUNNING, EngagementState
from companion.models.jobs import OutboxState, SyncRun
from companion.models.lms import Course, Site
from companion.models.programme import Part, Programme
from companion.models.watch import ProgrammeWatch
from companion.services.attention import AttentionPage
from companion.services.background import Background, background
from companion.services.matching import RunLine
from companion.services.programmes import ProgrammeView
from companion.services.registry import Services
from companion.services.setup import Setup, Step, stretches
from companion.store import placements, programmes, runs, sync_runs, watch
from companion.store.slices import Slice


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
        settled: what it had from the start and somebody looked at.
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
    settled: frozenset[Part]

    @property
    def running(self) -> int:
        """Its running engagements."""
        return sum(self.states.get(state, 0) for state in RUNNING)

    @property
    def done(self) -> Mapping[Step, bool]:
        """Which steps of setting it up are done, of those that are its own."""
        return {
            Step.PROGRAMME: True,
            Step.READ: self.read,
            Step.RULES: self.read and bool(self.figures.new_hires and self.figures.recent_learners),
            Step.CHARTER: Part.CHARTER in self.settled or self.programme.charter_version > 0,
            Step.CADENCE: Part.CADENCE in self.settled,
            Step.WEIGHTS: Part.WEIGHTS in self.settled,
            Step.PLACE: self.widgets > 0,
            Step.COHORT: self.approved,
        }


@dataclass(frozen=True, slots=True)
class Home:
    """The first page."""

    site: Site | None
    cards: tuple[tuple[Card, Setup], ...]
    setup: Setup | None
    """The way of whatever is not published yet; None where all is."""
    attention: AttentionPage
    sync: SyncRun | None
    """The last reading of the LMS, or the one under way."""
    outbox: Mapping[OutboxState, int]
    behind: Background


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
    runs: Sequence[RunLine]
    """The newest ones; `runs_total` counts all."""
    runs_total: int
    courses: tuple[CourseLine, ...]


def home(services: Services, only: frozenset[int] | None = None) -> Home:
    """The first page, of all programmes or `only` these; also where nothing is set up yet."""
    site = _site(services)
    cards = _cards(services, site.id, only) if site else []
    installed = _of_installation(services, site)
    ways = tuple((card, _setup(card, installed)) for card in cards)
    left = [way for _, way in ways if not way.published]
    newest = max(left, key=lambda way: way.programme_id or 0, default=None)
    return Home(
        site,
        ways,
        newest if cards else _setup(None, installed),
        services.attention.page([card.programme.id for card in cards]),
        next(iter(services.sync.status().runs), None) if site else None,
        services.outbox.counts(),
        background(services, site, [card.programme.id for card in cards]),
    )


def programme(services: Services, programme_id: int, runs_wanted: Slice) -> ProgrammePage:
    """A programme's page with a slice of its proposals; raises NotFoundError."""
    view = services.programmes.view(programme_id)
    cohorts = dict(services.sites.cohorts())
    standing = services.placements.standing([programme_id])
    widgets: dict[int, list[str]] = {}
    for placement, course in standing:
        widgets.setdefault(course.id, []).append(placement.widget)
    cards = _cards(services, view.programme.site_id)
    lines, total = services.matching.history(programme_id, runs_wanted)
    return ProgrammePage(
        view,
        next(card for card in cards if card.programme.id == programme_id),
        cohorts.get(view.programme.new_hire_cohort_id or 0),
        lines,
        total,
        tuple(_course_line(services, course, widgets) for course in _courses(services, programme_id)),
    )


def setup(services: Services, programme_id: int | None = None) -> Setup:
    """How far setting up has come, of a programme or of one that is not made yet; raises NotFoundError."""
    site = _site(services)
    if programme_id is None:
        return _setup(None, _of_installation(services, site))
    site_id = services.programmes.view(programme_id).programme.site_id
    (card,) = _cards(services, site_id, frozenset({programme_id}))
    return _setup(card, _of_installation(services, site))


def under_way(
    services: Services, only: frozenset[int] | None, programme_id: int | None = None
) -> Setup | None:
    """What is still being set up: this programme, or else the newest of `only` these that has no cohort yet.

    Before there is a programme, the installation. None where nothing is left to set up.
    """
    with services.db.read() as session:
        known = [each for each in programmes.all_ids(session) if only is None or each in only]
        standing = runs.standing(session, known)
    left = [each for each in known if not standing[each].approved and programme_id in (None, each)]
    if not left:
        return None if known else setup(services)
    return setup(services, max(left))


def _site(services: Services) -> Site | None:
    try:
        return services.sites.current()
    except NotReadyError:
        return None


def _of_installation(services: Services, site: Site | None) -> Mapping[Step, bool]:
    return {
        Step.CONNECT: site is not None,
        Step.REGISTER: any(platform.enabled for platform in services.lti.platforms()),
        Step.CHECK: site is not None and site.checked_at is not None,
    }


def _setup(card: Card | None, installed: Mapping[Step, bool]) -> Setup:
    done = {**dict.fromkeys(Step, False), **installed, **(card.done if card else {})}
    if card is None:
        return Setup(None, None, None, stretches(done))
    return Setup(card.programme.id, card.programme.name, card.waiting, stretches(done))


def _cards(services: Services, site_id: int, only: frozenset[int] | None = None) -> list[Card]:
    services.watch.refresh()
    with services.db.read() as session:
        rows = [row for row in programmes.all_of(session, site_id) if only is None or row.id in only]
        ids = [row.id for row in rows]
        last = sync_runs.last_done(session, site_id)
        figures, states = watch.figures(session), watch.states(session)
        at_risk, matched = watch.numbers_at_risk(session), runs.standing(session, ids)
        widgets, settled = placements.numbers(session, ids), programmes.settled(session, ids)
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
            settled=settled[row.id],
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
