"""Twelve weeks of a cohort of sixty people, lived through launches and forms, on both databases."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa

from companion.app import create_app
from companion.mentoring.nudge import MOST_UNANSWERED, WEEK, Reachable, is_quiet
from companion.models.care import Nudge, NudgeKind, Wishes
from companion.models.commitment import Commitment, CommitmentState
from companion.models.engagement import CheckIn, Engagement, EngagementKind, EngagementMember, EngagementState
from companion.models.exchange import Ask, AskState, Lesson, LessonState, Thanks
from companion.models.jobs import OutboxEntry
from companion.models.people import Person
from companion.models.programme import Programme
from companion.services.match_request import asked_of, request_of
from companion.services.matching_rules import Consent, Forms, MatchingRules
from companion.services.messages import MAIL, MESSAGE
from companion.services.programmes import ProgrammeRules
from companion.services.registry import Services
from companion.store import Cipher, Session
from companion.sync.progress import Silent
from config import Settings
from demo.simulation import Character, Cohort, Meeting
from tests.begun import Begun
from tests.sites import make_programme

COURSES = ("ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")
CHARACTERS = (
    Character.STEADY,
    Character.SILENT,
    Character.CURIOUS,
    Character.PARTED,
    Character.GONE,
    Character.FADING,
    Character.BRIEF,
    Character.PASSED_ON,
    Character.RESTING,
    Character.LONGER,
    Character.DOUBTFUL,
)
"""Of the pairs in turn, first of those whose people are in no other; the others are silent."""
REMATCHED_AFTER = 10
DAYS = 12 * 7 + 3
"""With a circle of twelve weeks that begins a day late."""


def test_twelve_weeks_of_a_cohort(begun_on: Begun, make_settings: Callable[..., Settings]) -> None:
    services, begins_on = begun_on.services, begun_on.clock().date()
    circles = _circles(services)
    settings = make_settings()
    cohort, cast = _cohort(begun_on, settings, circles)
    cohort.run(REMATCHED_AFTER, Silent())
    joined_at, joiner = begun_on.clock(), _join(begun_on, circles)
    _match_anew(begun_on)
    cohort.run(DAYS - REMATCHED_AFTER, Silent())

    with services.db.read() as session:
        rows = {row.id: row for row in session.scalars(sa.select(Engagement))}
        of = {character: rows[meeting.engagement_id] for character, meeting in cast.items()}

        # Every engagement came to its end, and each kind of end was there.
        assert {row.state for row in rows.values()} == {EngagementState.CLOSED, EngagementState.ENDED_EARLY}
        early = {character for character, row in of.items() if row.state is EngagementState.ENDED_EARLY}
        assert early == {Character.GONE, Character.PARTED}
        days = {character: (row.ends_on - begins_on).days + 1 for character, row in of.items()}
        assert days[Character.LONGER] == 28 + 14
        assert days[Character.RESTING] == 28 + 7
        assert days[Character.STEADY] == days[Character.SILENT] == 28

        # Whoever parted was proposed to somebody, who did not get an answer in time, and then to somebody else.
        again = _of(session, cast[Character.PARTED].learner_id)[1:]
        assert [row.state for row in again] == [EngagementState.ENDED_EARLY, EngagementState.CLOSED]
        assert again[0].ended_at is not None
        assert timedelta(days=4) <= again[0].ended_at - again[0].created_at <= timedelta(days=6)

        # The circle agreed, began, met for twelve weeks and closed.
        [circle] = [row for row in rows.values() if row.kind is EngagementKind.CIRCLE]
        assert circle.programme_id == circles
        assert circle.state is EngagementState.CLOSED
        in_circle = _check_ins(session)[circle.id]
        since = in_circle.pop(joiner)
        assert sorted(in_circle.values()) == [8, 8, 8]

        # Somebody joined it while it ran, accepted its charter, and was in touch from then on.
        late = session.get_one(EngagementMember, (circle.id, joiner))
        assert (late.joined_at, late.left_at, since) == (joined_at, None, 6)
        assert late.charter_accepted_at is not None
        assert late.charter_accepted_at > joined_at
        told = session.scalars(sa.select(OutboxEntry.key).where(OutboxEntry.kind.in_((MESSAGE, MAIL))))
        assert sum(key.startswith(f"joined-{circle.id}-") for key in told) == 3

        # Nothing that could be sent was refused, and what was sent was kept.
        check_ins = {character: sorted(_check_ins(session)[row.id].values()) for character, row in of.items()}
        assert check_ins[Character.STEADY] == [4, 4]
        assert check_ins[Character.RESTING] == [3, 3]
        assert check_ins[Character.LONGER] == [6, 6]
        assert check_ins[Character.SILENT] == []
        settled = Counter(session.scalars(sa.select(Commitment.state)))
        assert settled[CommitmentState.KEPT] + settled[CommitmentState.DROPPED] >= 2
        assert settled[CommitmentState.OPEN] == 1, "of the pair that faded"

        # Every question came to its end: one by its asker, the others by time.
        asks = {row.asker_id: row.state for row in session.scalars(sa.select(Ask))}
        assert asks.pop(cast[Character.STEADY].learner_id) is AskState.RESOLVED
        unhelped = (Character.CURIOUS, Character.BRIEF, Character.PASSED_ON)
        assert set(asks) == {cast[each].learner_id for each in unhelped}
        assert set(asks.values()) == {AskState.EXPIRED}
        assert session.scalar(sa.select(sa.func.count()).select_from(Thanks)) == 2
        assert set(session.scalars(sa.select(Lesson.state))) == {LessonState.WAITING}

        _check_nudges(session, cast[Character.SILENT])
    _check_next_cohort(begun_on, settings, cast[Character.STEADY])
    assert services.nudges.silent([begun_on.programme_id])[1] == 0, "nobody is together any longer"


def _circles(services: Services) -> int:
    """A programme of circles that begin once everybody agreed; gives its id."""
    rules = MatchingRules(forms=Forms.CIRCLES, circle_least=3, consent=Consent.PROPOSED)
    programme_id = make_programme(services, "DP-101", name="Circles", weeks=12, matching=rules)
    services.sync.run()
    services.matching.approve(services.matching.propose(programme_id), by="the test")
    services.placements.place([programme_id])
    return programme_id


def _cohort(begun: Begun, settings: Settings, circles: int) -> tuple[Cohort, dict[Character, Meeting]]:
    characters: dict[int, Character] = {}
    proposed: list[int] = []

    def left(meeting: Meeting) -> bool:
        """Of the pairs the first that is proposed."""
        if len(meeting.learners) == 1:
            proposed.append(meeting.engagement_id)
        return proposed[:1] == [meeting.engagement_id]

    def like(meeting: Meeting) -> Character:
        other = Character.QUARTER if len(meeting.learners) > 1 else Character.SILENT
        return characters.get(meeting.engagement_id, other)

    cohort = Cohort(
        begun.services,
        create_app(settings, begun.services),
        begun.lms.sandbox,
        [begun.programme_id, circles],
        cast=like,
        left=left,
        move=lambda by: begun.clock.move(seconds=by.total_seconds()),
    )
    cast = dict(zip(CHARACTERS, _alone_first(cohort.meetings()), strict=False))
    assert len(cast) == len(CHARACTERS)
    characters.update({meeting.engagement_id: character for character, meeting in cast.items()})
    return cohort, cast


def _alone_first(meetings: Sequence[Meeting]) -> list[Meeting]:
    taken = Counter(person_id for meeting in meetings for person_id in meeting.of(None))
    pairs = [meeting for meeting in meetings if len(meeting.learners) == 1]
    return sorted(pairs, key=lambda m: (max(taken[p] for p in m.of(None)) > 1, m.engagement_id))


def _join(begun: Begun, circles: int) -> int:
    """A newcomer comes to the course of the circles, too late for a new one; gives who joins the one that runs."""
    services, sandbox = begun.services, begun.lms.sandbox
    nia = sandbox.find_person("nia")
    sandbox.enrol(nia.id, sandbox.find_course("DP-101").id, begun.clock())
    services.sync.run()
    run_id = services.matching.propose(circles)
    outcome = services.matching.approve(run_id, by="the test")
    assert (outcome.formed, outcome.joined) == (0, 1)
    ((_, learner, _),) = services.matching.view(run_id).pairs
    return learner.id


def _check_next_cohort(begun: Begun, settings: Settings, steady: Meeting) -> None:
    """Whoever said yes on the last page advises the next cohort once they finished, as many and with what they said."""
    services, sandbox = begun.services, begun.lms.sandbox
    with services.db.read() as session:
        lms_id = session.get_one(Person, steady.learner_id).lms_id
    for row in sandbox.world.enrolments_of(lms_id):
        sandbox.complete(lms_id, row.course, begun.clock() - timedelta(days=20))
    services.sync.run()
    with services.db.read() as session:
        programme = session.get_one(Programme, begun.programme_id)
        run = asked_of(programme, begun.clock())
        request, _ = request_of(session, programme, run, Cipher(settings.text_key), only=[])
    (adviser,) = (each for each in request.advisers if each.person_id == steady.learner_id)
    assert adviser.capacity == 1, "the programme itself would give them two"
    assert adviser.topics_offered == {"first offers", "price lists"}


def _match_anew(begun: Begun) -> None:
    """From now on both have to agree; whoever is left without an adviser is matched."""
    services = begun.services
    rules = ProgrammeRules(
        name="Onboarding companions",
        course_ids=services.programmes.view(begun.programme_id).course_ids,
        new_hire_days=45,
        matching=MatchingRules(consent=Consent.PROPOSED),
    )
    services.programmes.change(begun.programme_id, rules)
    outcome = services.matching.approve(services.matching.propose(begun.programme_id), by="the test")
    assert outcome.formed >= 1


def _of(session: Session, person_id: int) -> Sequence[Engagement]:
    """The engagements of a person, the oldest first."""
    return session.scalars(
        sa.select(Engagement)
        .join(EngagementMember, EngagementMember.engagement_id == Engagement.id)
        .where(EngagementMember.person_id == person_id)
        .order_by(Engagement.created_at, Engagement.id)
    ).all()


def _check_ins(session: Session) -> dict[int, Counter[int]]:
    """How many check-ins, by engagement and person."""
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for engagement_id, person_id in session.execute(sa.select(CheckIn.engagement_id, CheckIn.person_id)):
        found[engagement_id][person_id] += 1
    return found


def _check_nudges(session: Session, silent: Meeting) -> None:
    """Every kind went out: one a week at most, by day, none after three without an answer, each as a message."""
    nudges = session.scalars(sa.select(Nudge).order_by(Nudge.created_at, Nudge.id)).all()
    assert {nudge.kind for nudge in nudges} == set(NudgeKind)
    zones = {row.id: row.time_zone for row in session.scalars(sa.select(Person))}
    when: dict[int, list[datetime]] = defaultdict(list)
    for nudge in nudges:
        when[nudge.person_id].append(nudge.created_at)
        assert not is_quiet(Reachable(zones[nudge.person_id]), nudge.created_at.astimezone(UTC))
    for moments in when.values():
        assert all(later - earlier >= WEEK for earlier, later in pairwise(moments))
    wishes = {row.person_id: row for row in session.scalars(sa.select(Wishes))}
    for person_id in silent.of(None):
        assert len(when[person_id]) == MOST_UNANSWERED
        assert wishes[person_id].unanswered == MOST_UNANSWERED
    told = session.scalars(
        sa.select(OutboxEntry.key).where(
            OutboxEntry.kind.in_((MESSAGE, MAIL)), OutboxEntry.key.startswith("nudge-")
        )
    ).all()
    assert len(told) == len(nudges)
