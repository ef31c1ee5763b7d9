"""How often a person gave and received."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.exchange import Ask, AskWord, Lesson, LessonAudience, Thanks, WordKind


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a person gave and received what; dates and texts are not read."""

    answers_given: int
    answers_received: int
    thanks_given: int
    thanks_received: int
    credits_given: int
    credits_received: int
    lessons: int


def counts(session: Session, person_id: int) -> Counts:
    """The counts for a balance, in one statement."""

    def number(*conditions: sa.ColumnElement[bool], frm: sa.FromClause) -> sa.ScalarSelect[int]:
        return sa.select(sa.func.count()).select_from(frm).where(*conditions).scalar_subquery()

    words = sa.join(AskWord, Ask, Ask.id == AskWord.ask_id)
    answer = AskWord.kind == WordKind.ANSWER
    given: sa.FromClause = Thanks.__table__
    written: sa.FromClause = Lesson.__table__
    row = session.execute(
        sa.select(
            number(answer, AskWord.author_id == person_id, frm=words),
            number(answer, Ask.asker_id == person_id, AskWord.author_id != person_id, frm=words),
            number(Thanks.by_id == person_id, frm=given),
            number(Thanks.to_id == person_id, frm=given),
            number(Thanks.by_id == person_id, Thanks.credited_id.is_not(None), frm=given),
            number(Thanks.credited_id == person_id, frm=given),
            number(
                Lesson.author_id == person_id,
                Lesson.audience != LessonAudience.MYSELF,
                frm=written,
            ),
        )
    ).one()
    return Counts(*row)
