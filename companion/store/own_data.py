"""Everything that is kept about a person, found as it is read everywhere else."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.audience import Concept, Reader
from companion.models.base import Base
from companion.models.calendar import CalendarAddress
from companion.models.care import Nudge, Wishes
from companion.models.charter import FullWeek
from companion.models.engagement import Engagement, EngagementMember, Feedback
from companion.models.exchange import AskedPerson
from companion.models.lms import Cohort, CohortMember, Course
from companion.models.lti import Identity, Launch
from companion.models.people import Enrolment, Person
from companion.models.programme import Programme
from companion.models.reporting import ReportingMember
from companion.models.said import PersonWish, Veto
from companion.store import own_matching
from companion.store.plain import Rows, mappings, plain
from companion.store.texts import KINDS, Texts

HIDDEN = frozenset({"form_key", "nonce", "id"})
"""Columns that tell a person nothing: made by us for our own order."""


FOR_ONESELF = frozenset({"fit_and_trust", "wishes_for_matching", "vetoes"})
"""Facts that were told in confidence: whom somebody would rather not meet, how far they trust. No administrator sees
them by name, only how many there are."""


def texts_of(session: Session, texts: Texts, person_id: int) -> dict[str, Rows]:
    """What the person wrote, and what others wrote that they may read, by concept."""
    found: dict[str, Rows] = {}
    for concept, kind in KINDS.items():
        if concept is Concept.SAID:
            continue  # not one text but several things: the service takes it apart
        query = sa.select(kind.model)
        if concept is Concept.LESSON_FOR_ALL:
            query = query.where(kind.author == person_id)  # those of others stand at their sections, nameless
        told = texts.read(session, Reader(person_id), concept, query)
        rows = [{**_plain(session, one.row), **one.texts} for one in told]
        found[concept.value] = [
            {"yours": getattr(t.row, kind.author.key) == person_id, **r}
            for t, r in zip(told, rows, strict=True)
        ]
    return found


def facts_of(session: Session, person_id: int) -> dict[str, Rows]:
    """What is kept about the person that is no text."""
    person = session.get_one(Person, person_id)
    return {
        "person": [_plain(session, person)],
        "courses": mappings(
            session,
            sa.select(
                Course.full_name.label("course"),
                Enrolment.role,
                Enrolment.enrolled_at,
                Enrolment.completed_at,
                Enrolment.last_access,
            )
            .join(Course, Course.id == Enrolment.course_id)
            .where(Enrolment.person_id == person_id)
            .order_by(Course.full_name),
        ),
        "cohorts": mappings(
            session,
            sa.select(Cohort.name.label("cohort"))
            .join(CohortMember, CohortMember.cohort_id == Cohort.id)
            .where(CohortMember.person_id == person_id)
            .order_by(Cohort.name),
        ),
        "engagements": mappings(
            session,
            sa.select(
                Engagement.id.label("engagement"),
                Programme.name.label("programme"),
                EngagementMember.side,
                Engagement.state,
                Engagement.starts_on,
                Engagement.ends_on,
                Engagement.ended_at,
                EngagementMember.accepted_at,
                EngagementMember.charter_version,
                EngagementMember.charter_accepted_at,
                EngagementMember.joined_at,
                EngagementMember.left_at,
            )
            .join(Engagement, Engagement.id == EngagementMember.engagement_id)
            .join(Programme, Programme.id == Engagement.programme_id)
            .where(EngagementMember.person_id == person_id)
            .order_by(Engagement.id),
        ),
        "fit_and_trust": _own(session, Feedback, Feedback.person_id == person_id),
        "asks_put_to_you": _own(session, AskedPerson, AskedPerson.person_id == person_id),
        "full_weeks": _own(session, FullWeek, FullWeek.person_id == person_id),
        "wishes_for_matching": _own(session, PersonWish, PersonWish.person_id == person_id),
        "vetoes": _own(session, Veto, Veto.person_id == person_id),
        "reminders": _own(session, Nudge, Nudge.person_id == person_id),
        "wishes": _own(session, Wishes, Wishes.person_id == person_id),
        **own_matching.facts_of(session, person_id),
        "looked_after": own_matching.looked_after(session, person_id),
        "reports": mappings(
            session,
            sa.select(Programme.name.label("counted_in"))
            .join(ReportingMember, ReportingMember.programme_id == Programme.id)
            .where(ReportingMember.person_id == person_id)
            .order_by(Programme.name),
        ),
        "calendar": mappings(
            session,
            sa.select(CalendarAddress.created_at.label("address_since")).where(
                CalendarAddress.person_id == person_id
            ),
        ),
        "sign_ins": _own(session, Identity, Identity.person_id == person_id),
        "open_widgets": mappings(
            session,
            sa.select(Launch.widget, Launch.created_at, Launch.expires_at).where(
                Launch.person_id == person_id
            ),
        ),
    }


def _own(session: Session, model: type[Base], which: sa.ColumnElement[bool]) -> Rows:
    return [_plain(session, row) for row in session.scalars(sa.select(model).where(which))]


def _plain(session: Session, row: Base) -> dict[str, Any]:
    """A row without texts and inner order; people by their names."""
    found: dict[str, Any] = {}
    for column in sa.inspect(type(row)).columns:
        name = column.key
        if name in HIDDEN or name.endswith(("_encrypted", "_sealed")):
            continue
        value = getattr(row, name)
        if any(key.column.table.name == "person" for key in column.foreign_keys):
            other = session.get(Person, value) if value is not None else None
            found[name.removesuffix("_id")] = other.full_name if other else None
        else:
            found[name] = plain(value)
    return found


def held(session: Session, person_id: int) -> bool:
    """Whether a legal hold stands on a person's data."""
    return bool(
        session.scalar(
            sa.select(sa.exists().where(Wishes.person_id == person_id, Wishes.held_at.is_not(None)))
        )
    )


def wishes_of(session: Session, person_id: int) -> Wishes | None:
    """A person's wishes; None where all is as by default."""
    return session.get(Wishes, person_id)


def wishes(session: Session, person_id: int) -> Wishes:
    """A person's wishes, to be written to."""
    row = session.get(Wishes, person_id)
    if row is None:
        row = Wishes(person_id=person_id, unanswered=0)
        session.add(row)
        session.flush()
    return row


def took_part(session: Session, programme_id: int) -> Sequence[tuple[str, str | None]]:
    """Name and number of those who agreed that "took part" is told, and did: they were in an engagement that began."""
    rows = session.execute(
        sa.select(Person.full_name, Person.id_number)
        .join(Wishes, Wishes.person_id == Person.id)
        .where(
            Wishes.took_part_shown_at.is_not(None),
            Person.removed_at.is_(None),
            sa.exists(
                sa.select(EngagementMember.person_id)
                .join(Engagement, Engagement.id == EngagementMember.engagement_id)
                .where(
                    EngagementMember.person_id == Person.id,
                    Engagement.programme_id == programme_id,
                    EngagementMember.charter_accepted_at.is_not(None),
                )
            ),
        )
        .order_by(Person.full_name, Person.id)
    )
    return [(row[0], row[1]) for row in rows]
