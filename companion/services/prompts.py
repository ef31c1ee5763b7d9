"""What to talk about now, and a programme's own set of it."""

from collections.abc import Callable
from datetime import datetime

from companion.errors import InputError, NotFoundError
from companion.mentoring.prompts import (
    PROMPT_LIMIT,
    Moment,
    Prompt,
    of_programme,
    our_own,
    suggest,
)
from companion.mentoring.wording import clean_text
from companion.models.care import Occasion, ProgrammePrompt
from companion.models.engagement import Mood, Side
from companion.services.mentoring import Viewer
from companion.store import Database, Session, engagements, programmes, prompts, sections

NOT_YOURS = "This engagement is not yours. Reload the course page."
PAIR = 2


class PromptService:
    """Suggests, and lets a programme change what is suggested."""

    def __init__(self, db: Database, *, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def suggest(
        self, viewer: Viewer, engagement_id: int, language: str, section: int | None = None
    ) -> list[str]:
        """One thing to talk about now, and a guide to advising for advisers; in the language, or in English.

        Args:
            section: number of the course section the page is at.

        Raises:
            NotFoundError: the engagement is not the viewer's.
        """
        with self._db.read() as session:
            row = engagements.get(session, engagement_id)
            members = engagements.members(session, [engagement_id])[engagement_id]
            side = next((one.side for one in members if one.person_id == viewer.person_id), None)
            if row is None or side is None:
                raise NotFoundError(NOT_YOURS)
            named = {one.number: one.name for one in sections.of_course(session, viewer.course_id or 0)}
            today = self._clock().date()
            moment = Moment(
                side=side,
                week=max(1, (today - row.starts_on).days // 7 + 1),
                weeks=((row.ends_on - row.starts_on).days + 1) // 7,
                circle=prompts.members(session, engagement_id) > PAIR,
                contacted=prompts.contacted(session, engagement_id),
                hard=prompts.last_mood(session, engagement_id) is Mood.HARD,
                course_id=viewer.course_id,
                section=(section, named[section]) if section in named else None,
            )
            found = suggest(self._set(session, row.programme_id), moment, turn=engagement_id)
        name = moment.section[1] if moment.section else None
        return [prompt.text(language, name) for prompt in found]

    def set_of(self, programme_id: int) -> list[Prompt]:
        """All prompts of a programme as they are suggested: its own first, then ours that it did not hide."""
        with self._db.read() as session:
            return self._set(session, programme_id)

    def hidden(self, programme_id: int) -> list[Prompt]:
        """Ours that the programme hid."""
        with self._db.read() as session:
            keys = {row.key for row in prompts.of_programme(session, programme_id) if row.hidden}
        return [prompt for prompt in our_own() if prompt.key in keys]

    def write(
        self,
        programme_id: int,
        key: str,
        text: str,
        *,
        language: str = "en",
        occasion: Occasion = Occasion.WEEK,
    ) -> None:
        """Put words of the programme's own in the place of one of ours, or add one under a key of its own.

        Raises:
            NotFoundError: there is no such programme.
            InputError: nothing or too much was written.
        """
        said = clean_text(text)
        if not said or len(said) > PROMPT_LIMIT:
            sentence = f"Write between 1 and {PROMPT_LIMIT} characters."
            raise InputError(sentence, {"text": sentence})
        ours = next((prompt for prompt in our_own() if prompt.key == key), None)
        with self._db.begin() as session:
            row = self._row(session, programme_id, key, ours.occasion if ours else occasion)
            row.hidden = False
            row.texts = {**row.texts, language: said}
            if ours is not None:
                row.side = next(iter(ours.sides)).value if len(ours.sides) == 1 else None
                row.first_week, row.last_week = ours.weeks or (None, None)

    def hide(self, programme_id: int, key: str) -> None:
        """Do without one of ours. Raises NotFoundError where none has the key."""
        ours = next((prompt for prompt in our_own() if prompt.key == key), None)
        if ours is None:
            raise NotFoundError("There is no such prompt.")
        with self._db.begin() as session:
            self._row(session, programme_id, key, ours.occasion).hidden = True

    def take_back(self, programme_id: int, key: str) -> None:
        """Take back what the programme changed about one of ours, or remove one of its own."""
        with self._db.begin() as session:
            prompts.remove(session, programme_id, key)

    def _row(self, session: Session, programme_id: int, key: str, occasion: Occasion) -> ProgrammePrompt:
        if programmes.get(session, programme_id) is None:
            raise NotFoundError("There is no such programme.")
        row = prompts.find(session, programme_id, key)
        if row is None:
            row = ProgrammePrompt(
                programme_id=programme_id, key=key, hidden=False, occasion=occasion, texts={}
            )
            session.add(row)
        return row

    def _set(self, session: Session, programme_id: int) -> list[Prompt]:
        rows = prompts.of_programme(session, programme_id)
        own = [_prompt(row) for row in rows if not row.hidden]
        return of_programme(own, {row.key for row in rows if row.hidden})


def _prompt(row: ProgrammePrompt) -> Prompt:
    weeks = (row.first_week, row.last_week) if row.first_week and row.last_week else None
    return Prompt(
        key=row.key,
        occasion=row.occasion,
        sides=frozenset({Side(row.side)}) if row.side else frozenset(Side),
        weeks=weeks,
        texts=row.texts,
        course_id=row.course_id,
        section=row.section,
    )
