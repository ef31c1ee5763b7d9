"""Engagements and advisers that need a look, what helps, and the record that it was done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from companion.errors import ConflictError, NotFoundError
from companion.mentoring.risk import helps
from companion.models.engagement import Engagement
from companion.models.people import Person
from companion.models.programme import Programme
from companion.models.watch import Remedy, RemedyTaken, Risk
from companion.store import Database, Session, engagements, people, programmes, watch
from companion.store.engagements import Member
from companion.store.slices import Slice
from companion.store.watch import AtRisk

FIRST = Slice("gravity", limit=8)
"""What the first page of the admin shows; the others are a link away."""


@dataclass(frozen=True, slots=True)
class RiskLine:
    """What needs a look: an engagement with its people, or an adviser.

    Attributes:
        risks: each with the day since when it stands, the gravest first.
        helps: what can be done about it, the gentlest first.
        done: what was done about it last.
    """

    programme_id: int
    programme: str
    engagement: Engagement | None
    members: tuple[Member, ...]
    adviser: Person | None
    risks: tuple[tuple[Risk, date], ...]
    helps: tuple[Remedy, ...]
    done: RemedyTaken | None


@dataclass(frozen=True, slots=True)
class AttentionPage:
    """A page of the list; `total` counts all pages."""

    lines: tuple[RiskLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class AdviserLoad:
    """An adviser with their running engagements in a programme, the newest first, and who learns in each."""

    programme: Programme
    person: Person
    engagements: Sequence[tuple[int, Sequence[Member]]]


class AttentionService:
    """Lists what needs a look and takes the remedies."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Callable[[], datetime],
        remedies: Mapping[Remedy, Callable[[int], None]],
        look: Callable[[int], object],
    ) -> None:
        """Args:
        remedies: what is done for each about an engagement; a call is only recorded.
        look: looks at a programme again after something was done.
        """
        self._db = db
        self._clock = clock
        self._remedies = remedies
        self._look = look

    def page(
        self, programme_ids: Sequence[int], *, risk: Risk | None = None, wanted: Slice = FIRST
    ) -> AttentionPage:
        """What needs a look in these programmes, the gravest first; a slice beyond the end is the last one."""
        with self._db.read() as session:
            total = watch.number_at_risk(session, programme_ids, risk)
            wanted = wanted.within(total)
            found = watch.at_risk(
                session,
                programme_ids,
                risk=risk,
                limit=wanted.limit,
                offset=wanted.offset,
                backwards=wanted.descending,
            )
            return AttentionPage(tuple(_lines(session, found)), total)

    def adviser(self, programme_id: int, person_id: int) -> AdviserLoad:
        """An adviser and whom they have; raises NotFoundError where they advise nobody in the programme."""
        with self._db.read() as session:
            return _load(session, programme_id, person_id)

    def take_of_adviser(self, programme_id: int, person_id: int, remedy: Remedy | None, *, by: str) -> Remedy:
        """Record what was done about an adviser who has more learners than seats.

        Raises:
            ConflictError: nothing was chosen that is about an adviser.
            NotFoundError: they advise nobody in the programme.
        """
        if remedy not in (Remedy.CALL, Remedy.AGREE):
            raise ConflictError("Choose what is to be done.")
        with self._db.begin() as session:
            found = _load(session, programme_id, person_id)
            done = RemedyTaken(
                programme_id=programme_id,
                person_id=person_id,
                remedy=remedy,
                by=by,
                at=self._clock(),
                agreed=len(found.engagements) if remedy is Remedy.AGREE else None,
            )
            watch.add_remedy(session, done)
        self._look(programme_id)
        return remedy

    def people(self, engagement_id: int) -> Sequence[Member]:
        """The people of an engagement; raises NotFoundError where there is none."""
        with self._db.read() as session:
            found = engagements.members(session, [engagement_id])[engagement_id]
        if not found:
            raise NotFoundError("There is no such engagement.")
        return found

    def take(self, engagement_id: int, remedy: Remedy | None, *, by: str) -> Remedy:
        """Do something about an engagement, and keep that it was done; gives what was done.

        Raises:
            ConflictError: it can no longer be done, or nothing was chosen; says why.
            NotFoundError: no such engagement.
        """
        with self._db.read() as session:
            engagement = engagements.get(session, engagement_id)
        if engagement is None:
            raise NotFoundError("There is no such engagement.")
        if remedy not in {Remedy.CALL, *self._remedies}:
            raise ConflictError("Choose what is to be done.")
        if remedy is not Remedy.CALL:
            self._remedies[remedy](engagement_id)
        with self._db.begin() as session:
            done = RemedyTaken(
                programme_id=engagement.programme_id,
                engagement_id=engagement_id,
                remedy=remedy,
                by=by,
                at=self._clock(),
            )
            watch.add_remedy(session, done)
        self._look(engagement.programme_id)
        return remedy


def _load(session: Session, programme_id: int, person_id: int) -> AdviserLoad:
    programme, person = programmes.get(session, programme_id), people.get(session, person_id)
    ids = watch.advised_by(session, programme_id, person_id)
    if programme is None or person is None or not ids:
        raise NotFoundError("They advise nobody in this programme.")
    members = engagements.members(session, ids)
    return AdviserLoad(
        programme,
        person,
        [(each, [m for m in members[each] if m.person_id != person_id]) for each in ids],
    )


def _lines(session: Session, found: Sequence[AtRisk]) -> list[RiskLine]:
    engagement_ids = [each.engagement_id for each in found if each.engagement_id is not None]
    person_ids = [each.person_id for each in found if each.person_id is not None]
    rows = engagements.by_ids(session, engagement_ids)
    members = engagements.members(session, engagement_ids)
    advisers = people.by_ids(session, person_ids)
    names = {row.id: row.name for row in programmes.by_ids(session, {each.programme_id for each in found})}
    done = watch.last_remedies(session, engagement_ids, person_ids)
    return [
        RiskLine(
            programme_id=each.programme_id,
            programme=names[each.programme_id],
            engagement=rows.get(each.engagement_id or 0),
            members=tuple(members.get(each.engagement_id or 0, ())),
            adviser=advisers.get(each.person_id or 0),
            risks=each.risks,
            helps=tuple(helps(risk for risk, _ in each.risks)),
            done=done.get((each.engagement_id, each.person_id)),
        )
        for each in found
    ]
