"""What to talk about now, and a programme's own set of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from companion.errors import InputError, NotFoundError
from companion.mentoring.prompts import (
    PROMPT_LIMIT,
    SCALE_WEEKS,
    Moment,
    Prompt,
    of_programme,
    our_own,
    suggest,
)
from companion.mentoring.wording import clean_text
from companion.models.care import Occasion, ProgrammePrompt
from companion.models.engagement import Mood, Side
from companion.models.programme import Programme
from companion.services.mentoring import Viewer
from companion.store import Database, Session, audit, engagements, programmes, prompts, sections
from companion.store.audit import Subject

NOT_YOURS = "This engagement is not yours. Reload the course page."
PAIR = 2


NO_PROMPT = "There is no such prompt. Open the list anew."
Place = tuple[int, int]
"""A course of ours and the number of a section in it."""


@dataclass(frozen=True, slots=True)
class PromptWords:
    """A prompt as a programme writes it.

    Attributes:
        texts: by language; what is empty is left out.
        side: whom it speaks to; None for both.
        weeks: first and last of SCALE_WEEKS; None for any.
        place: where it belongs; None for anywhere.
    """

    texts: Mapping[str, str]
    occasion: Occasion = Occasion.WEEK
    side: Side | None = None
    weeks: tuple[int, int] | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class PromptLine:
    """A prompt of a programme, and where it comes from.

    Attributes:
        ours: it came with Cairn; changed: in words of the programme's own.
        place: course and section it is tied to, in words.
    """

    prompt: Prompt
    ours: bool
    changed: bool
    hidden: bool
    place: str | None


@dataclass(frozen=True, slots=True)
class PromptSet:
    """All prompts of a programme, and the places that one can be tied to, by their words."""

    programme: Programme
    lines: tuple[PromptLine, ...]
    places: Mapping[Place, str]

    def line(self, key: str) -> PromptLine:
        """One of them; raises NotFoundError."""
        found = next((line for line in self.lines if line.prompt.key == key), None)
        if found is None:
            raise NotFoundError(NO_PROMPT)
        return found


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

    def set_of(self, programme_id: int) -> PromptSet:
        """All prompts of a programme, in the order of their occasions; raises NotFoundError."""
        with self._db.read() as session:
            row = _programme(session, programme_id)
            places = _places(session, programme_id)
            kept = {one.key: one for one in prompts.of_programme(session, programme_id)}
        ours = {prompt.key: prompt for prompt in our_own()}
        found = [_line(ours[key], kept.get(key), places) for key in ours]
        added = [_line(_prompt(one), one, places) for key, one in kept.items() if key not in ours]
        lines = sorted([*added, *found], key=lambda line: list(Occasion).index(line.prompt.occasion))
        return PromptSet(row, tuple(lines), places)

    def keep(self, programme_id: int, key: str | None, words: PromptWords) -> str:
        """Put words of the programme's own in the place of a prompt, or add one; gives its key.

        Args:
            key: of one of ours or of the programme; None for a new one.

        Raises:
            NotFoundError: there is no such programme, or no prompt of this key.
            InputError: nothing or too much was written, or it is tied to what is not there.
        """
        with self._db.begin() as session:
            _programme(session, programme_id)
            texts = _checked(words, _places(session, programme_id))
            row = _row(session, programme_id, key or prompts.new_key(session, programme_id), new=key is None)
            row.hidden, row.texts, row.occasion = False, texts, words.occasion
            row.side = words.side.value if words.side else None
            row.first_week, row.last_week = words.weeks or (None, None)
            row.course_id, row.section = words.place or (None, None)
            self._note(session, programme_id, "prompts.keep", row.key)
            return row.key

    def hide(self, programme_id: int, key: str) -> None:
        """Do without a prompt; raises NotFoundError where none has the key."""
        with self._db.begin() as session:
            _programme(session, programme_id)
            _row(session, programme_id, key).hidden = True
            self._note(session, programme_id, "prompts.hide", key)

    def show(self, programme_id: int, key: str) -> None:
        """Have a hidden prompt again, as it was; raises NotFoundError where none of the key is hidden."""
        with self._db.begin() as session:
            row = prompts.find(session, programme_id, key)
            if row is None or not row.hidden:
                raise NotFoundError(NO_PROMPT)
            row.hidden = False
            if not row.texts:
                session.delete(row)
            self._note(session, programme_id, "prompts.show", key)

    def take_back(self, programme_id: int, key: str) -> None:
        """Take back what the programme changed about one of ours, or remove one of its own; raises NotFoundError."""
        with self._db.begin() as session:
            row = prompts.find(session, programme_id, key)
            if row is None:
                raise NotFoundError(NO_PROMPT)
            session.delete(row)
            self._note(session, programme_id, "prompts.take_back", key)

    def _note(self, session: Session, programme_id: int, action: str, key: str) -> None:
        subject = Subject("programme", programme_id)
        audit.note(session, action, subject, {"prompt": key}, at=self._clock())

    def _set(self, session: Session, programme_id: int) -> list[Prompt]:
        rows = prompts.of_programme(session, programme_id)
        own = [_prompt(row) for row in rows if not row.hidden]
        return of_programme(own, {row.key for row in rows if row.hidden})


def _programme(session: Session, programme_id: int) -> Programme:
    row = programmes.get(session, programme_id)
    if row is None:
        raise NotFoundError("There is no such programme.")
    return row


def _row(session: Session, programme_id: int, key: str, *, new: bool = False) -> ProgrammePrompt:
    """What the programme decided about a prompt, begun where it decided nothing yet; raises NotFoundError."""
    row = prompts.find(session, programme_id, key)
    if row is None:
        ours = next((prompt for prompt in our_own() if prompt.key == key), None)
        if ours is None and not new:
            raise NotFoundError(NO_PROMPT)
        occasion = ours.occasion if ours else Occasion.WEEK
        row = ProgrammePrompt(programme_id=programme_id, key=key, occasion=occasion, hidden=False, texts={})
        session.add(row)
    return row


def _places(session: Session, programme_id: int) -> dict[Place, str]:
    """Course and section by their ids, in the order of the courses and of their pages."""
    return {
        (course.id, section.number): f"{course.full_name}: {section.name}"
        for course in programmes.courses(session, programme_id)
        for section in sections.of_course(session, course.id)
    }


def _checked(words: PromptWords, places: Mapping[Place, str]) -> dict[str, str]:
    """The texts as they are kept, by language; raises InputError."""
    texts = {language: clean_text(text) or "" for language, text in words.texts.items()}
    wrong = {
        f"text_{language}": f"Write at most {PROMPT_LIMIT} characters: it is read in a breath."
        for language, text in texts.items()
        if len(text) > PROMPT_LIMIT
    }
    if not any(texts.values()):
        first = next(iter(texts), "en")
        wrong[f"text_{first}"] = "Write it in one of the languages."
    first_week, last_week = words.weeks or (1, 1)
    if not 1 <= first_week <= last_week <= SCALE_WEEKS:
        wrong["last_week"] = f"Choose weeks from 1 to {SCALE_WEEKS}, the last not before the first."
    if words.place is not None and words.place not in places:
        wrong["place"] = "This section is no longer in the course. Choose again."
    if wrong:
        raise InputError("The prompt cannot be used so.", wrong)
    return {language: text for language, text in texts.items() if text}


def _line(prompt: Prompt, row: ProgrammePrompt | None, places: Mapping[Place, str]) -> PromptLine:
    ours = prompt.key in {one.key for one in our_own()}
    shown = _prompt(row) if row is not None and row.texts else prompt
    place = place_of(shown)
    return PromptLine(
        shown,
        ours=ours,
        changed=ours and row is not None and bool(row.texts),
        hidden=row is not None and row.hidden,
        place=places.get(place) if place else None,
    )


def place_of(prompt: Prompt) -> Place | None:
    """Where a prompt is tied to; None where it belongs anywhere."""
    if prompt.course_id is None or prompt.section is None:
        return None
    return prompt.course_id, prompt.section


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
