"""The sandbox as its callers hold it: opened once, shared by the web application, changed by tests in Python."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from sandbox.lti.launches import Launches
from sandbox.lti.registration import Registration, Tool, place_in_template, register
from sandbox.mischief import Mode
from sandbox.records import Course, Enrolment, Message, Person
from sandbox.seeding import seed_world
from sandbox.seeding.past import show_as_of
from sandbox.seeding.people import MEMORABLE
from sandbox.site import Site
from sandbox.state import load_or_make_key, load_world, save_world
from sandbox.world import World

DEMO_PASSWORD = "acme-demo"  # noqa: S105 - shown on the sign-in page: everybody here is invented


class Sandbox:
    """One LMS. Open it with `Sandbox.open`; safe to share between threads."""

    def __init__(
        self,
        world: World,
        key: RSAPrivateKey,
        *,
        state_dir: Path | None,
        base_url: str,
        now: Callable[[], datetime],
        people: int,
        seed: int,
    ) -> None:
        self._seed = (people, seed)
        self._held = False
        self.site = Site(world, base_url.rstrip("/"), now)
        self.key = key
        self.lock = RLock()
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.launches = Launches()
        self._state_dir = state_dir

    @classmethod
    def open(
        cls,
        state_dir: Path | None,
        *,
        base_url: str,
        now: Callable[[], datetime],
        people: int = 240,
        seed: int = 7,
    ) -> "Sandbox":
        """The sandbox kept in `state_dir`, seeded on first use as of `now()`; None keeps it in memory.

        `people` and `seed` are those of its seeding. Raises ValueError for fewer than 30 or more than 200,000 people.
        """
        world = (load_world(state_dir) if state_dir else None) or seed_world(now(), people, seed)
        key = load_or_make_key(state_dir)
        sandbox = cls(world, key, state_dir=state_dir, base_url=base_url, now=now, people=people, seed=seed)
        with sandbox.change():
            world.move_to(sandbox.site.base_url)
        return sandbox

    # -- what others need to know ----------------------------------------------------------------------------------
    @property
    def world(self) -> World:
        return self.site.world

    @property
    def token(self) -> str:
        """The web-service token of the integration user."""
        return self.world.token

    @property
    def template_course_id(self) -> int:
        """The hidden course whose activities are imported. Raises LookupError before a tool is registered."""
        if not self.world.template_course:
            raise LookupError("There is no template course yet: register a tool first.")
        return self.world.template_course

    def register_tool(self, tool: Tool) -> Registration:
        """Register an LTI 1.3 tool and put its activities into the template course; again changes nothing."""
        with self.change():
            tool_type = register(self.world, tool)
            place_in_template(self.site, tool_type, tool.activities)
        return Registration.of(self.site, tool_type)

    def install_block(self) -> None:
        """Do what an administrator does who installs Cairn's block and adds its functions to the service."""
        with self.change():
            self.world.block_installed = True

    def make_report_anew(self) -> None:
        """Do what an administrator does who makes the report empty and lets the token's user complete it."""
        with self.change():
            self.world.report_columns.clear()
            self.world.report_filters.clear()
            self.world.report_editable = True

    @property
    def sign_in_names(self) -> list[tuple[str, str]]:
        """User names worth trying, each with who that is; all have the password `DEMO_PASSWORD`."""
        named = [(memorable.username, memorable.note) for memorable in MEMORABLE]
        present = [(username, note) for username, note in named if self.world.person_named(username)]
        return [*present, ("admin", "the administrator")]

    def find_person(self, username: str) -> Person:
        """The person with this user name. Raises LookupError where there is none."""
        person = self.world.person_named(username)
        if person is None:
            raise LookupError("Nobody in the sandbox has that user name.")
        return person

    def find_course(self, shortname: str) -> Course:
        """The course with this short name. Raises LookupError where there is none."""
        for course in self.world.courses.values():
            if course.shortname == shortname:
                return course
        raise LookupError("No course in the sandbox has that short name.")

    @property
    def messages(self) -> list[Message]:
        """What was sent through the web services, oldest first."""
        return list(self.world.messages.values())

    # -- misbehaviour ----------------------------------------------------------------------------------------------
    def misbehave(
        self,
        mode: Mode,
        *,
        function: str | None = None,
        times: int | None = None,
        after: int = 0,
        seconds: float = 30.0,
    ) -> None:
        """Spoil web-service requests: those for `function` (None: all), after `after` good ones, `times` times.

        `seconds` is how long `slow` holds a request back unless `behave` is called before. `failing_page` means
        the participants unless `function` names another paged function: page `after` (from 0) and those behind it
        fail. Raises ValueError for an unknown mode.
        """
        self.site.mischief.add(mode, function=function, times=times, after=after, seconds=seconds)

    def behave(self) -> None:
        """End all misbehaviour."""
        self.site.mischief.clear()

    # -- the past --------------------------------------------------------------------------------------------------
    def stand_as_of(self, moment: datetime) -> None:
        """Let the seeded people be hired and finish courses only by then: a past that leads to what was seeded."""
        with self.change():
            show_as_of(self.world, self._seeded, int(moment.timestamp()))

    @cached_property
    def _seeded(self) -> World:
        return seed_world(datetime.fromtimestamp(self.world.seeded_at, UTC), *self._seed)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep changes in memory until the end of the block or the next `save`: for thousands of them at a time."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self.save()

    # -- changes, for tests ----------------------------------------------------------------------------------------
    def delete_course(self, course: int) -> None:
        with self.change():
            self.world.drop_course(course)

    def delete_person(self, person: int) -> None:
        with self.change():
            self.world.drop_person(person)

    def suspend(self, person: int) -> None:
        self.update_person(person, suspended=True)

    def update_person(self, person: int, **changes: Any) -> None:
        """Change attributes of a person, such as `email` or `timezone`. Raises AttributeError for an unknown one."""
        with self.change():
            record = self.world.people[person]
            for name, value in changes.items():
                getattr(record, name)
                setattr(record, name, value)

    def enrol(self, person: int, course: int, when: datetime, role: str = "student") -> None:
        """Enrol a person; enrolling again only changes the start and the role."""
        begin = int(when.timestamp())
        with self.change():
            there = self.world.enrolment(course, person)
            row = there or Enrolment(self.world.next_id("enrolments"), course, person, role, begin, begin)
            row.role, row.timestart = role, begin
            self.world.enrolments[row.id] = row

    def unenrol(self, person: int, course: int) -> None:
        """End an enrolment. Raises LookupError where there is none."""
        with self.change():
            del self.world.enrolments[self._enrolment(person, course).id]

    def complete(self, person: int, course: int, when: datetime) -> None:
        """Mark a course completed. Raises LookupError for somebody not enrolled."""
        with self.change():
            enrolment = self._enrolment(person, course)
            enrolment.completed, enrolment.progress = int(when.timestamp()), 100

    def _enrolment(self, person: int, course: int) -> Enrolment:
        enrolment = self.world.enrolment(course, person)
        if enrolment is None:
            raise LookupError("This person is not enrolled in this course: enrol them first.")
        return enrolment

    @contextmanager
    def change(self) -> Iterator[World]:
        """Change the world alone and keep the result; where it fails, the world is kept as the failure left it."""
        with self.lock:
            yield self.world
            if not self._held:
                self.save()

    def save(self) -> None:
        if self._state_dir:
            with self.lock:
                save_world(self._state_dir, self.world)
