"""Which programme a thing belongs to, and which programmes an account looks after."""

from collections.abc import Callable, Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.concern import Concern
from companion.models.engagement import Engagement
from companion.models.exchange import Lesson
from companion.models.matching import MatchRun
from companion.models.programme import Programme
from companion.models.staff import ProgrammeCoordinator

Query = Callable[[int], sa.Select[int]]

PROGRAMME_OF: Mapping[str, Query] = {
    "programme_id": lambda number: sa.select(Programme.id).where(Programme.id == number),
    "run_id": lambda number: sa.select(MatchRun.programme_id).where(MatchRun.id == number),
    "engagement_id": lambda number: sa.select(Engagement.programme_id).where(Engagement.id == number),
    "concern_id": lambda number: sa.select(Concern.programme_id).where(Concern.id == number),
    "lesson_id": lambda number: sa.select(Lesson.programme_id).where(Lesson.id == number),
}
"""By the name of the id in an address: the query that leads from it to its programme."""


def programme_of(session: Session, name: str, number: int) -> int | None:
    """The programme that the thing with this id belongs to; None where there is no such thing."""
    return session.scalar(PROGRAMME_OF[name](number))


def coordinated(session: Session, administrator_id: int) -> dict[int, bool]:
    """The programmes a coordinator looks after, each with whether they hear its concerns."""
    return coordinated_by(session, [administrator_id]).get(administrator_id, {})


def coordinated_by(session: Session, administrator_ids: Collection[int]) -> dict[int, dict[int, bool]]:
    """As `coordinated`, of several; who looks after none is left out."""
    found: dict[int, dict[int, bool]] = {}
    for administrator_id, programme_id, hears in session.execute(
        sa.select(
            ProgrammeCoordinator.administrator_id,
            ProgrammeCoordinator.programme_id,
            ProgrammeCoordinator.hears_concerns,
        ).where(ProgrammeCoordinator.administrator_id.in_(administrator_ids))
    ):
        found.setdefault(administrator_id, {})[programme_id] = hears
    return found


def set_coordinated(session: Session, administrator_id: int, programmes: Mapping[int, bool]) -> None:
    """Make these the programmes of a coordinator, each with whether they hear its concerns."""
    session.execute(
        sa.delete(ProgrammeCoordinator).where(ProgrammeCoordinator.administrator_id == administrator_id)
    )
    session.add_all(
        ProgrammeCoordinator(
            administrator_id=administrator_id, programme_id=programme_id, hears_concerns=hears
        )
        for programme_id, hears in sorted(programmes.items())
    )
    session.flush()
