"""Everything the sandbox knows at one moment, with the questions its parts ask of it and its form as JSON."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from sandbox.enrolments import Enrolments
from sandbox.records import (
    Block,
    Category,
    Cohort,
    Course,
    Enrolment,
    Event,
    Group,
    Grouping,
    LineItem,
    Message,
    Module,
    Person,
    ReportColumn,
    Score,
    Section,
    ToolType,
)

SITE_COURSE_ID = 1
TABLES: dict[str, type[Any]] = {
    "people": Person,
    "categories": Category,
    "courses": Course,
    "sections": Section,
    "modules": Module,
    "blocks": Block,
    "enrolments": Enrolment,
    "groups": Group,
    "groupings": Grouping,
    "cohorts": Cohort,
    "messages": Message,
    "events": Event,
    "tools": ToolType,
    "lineitems": LineItem,
    "scores": Score,
    "report_columns": ReportColumn,
}


def new_secret() -> str:
    """32 hexadecimal digits, the form of Moodle's web-service tokens."""
    return secrets.token_hex(16)


@dataclass
class World:
    """The tables by id, the last id given out in each, and the secrets made when it was seeded."""

    people: dict[int, Person] = field(default_factory=dict)
    categories: dict[int, Category] = field(default_factory=dict)
    courses: dict[int, Course] = field(default_factory=dict)
    sections: dict[int, Section] = field(default_factory=dict)
    modules: dict[int, Module] = field(default_factory=dict)
    blocks: dict[int, Block] = field(default_factory=dict)
    enrolments: dict[int, Enrolment] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    groupings: dict[int, Grouping] = field(default_factory=dict)
    cohorts: dict[int, Cohort] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    events: dict[int, Event] = field(default_factory=dict)
    tools: dict[int, ToolType] = field(default_factory=dict)
    lineitems: dict[int, LineItem] = field(default_factory=dict)
    scores: dict[int, Score] = field(default_factory=dict)
    report_columns: dict[int, ReportColumn] = field(default_factory=dict)
    report_filters: list[str] = field(default_factory=list)
    report_values: dict[str, Any] = field(default_factory=dict)
    report_editable: bool = False
    last_ids: dict[str, int] = field(default_factory=dict)
    seeded_at: int = 0
    service_user: int = 0
    template_course: int = 0
    block_installed: bool = False
    base_url: str = ""
    token: str = field(default_factory=new_secret, repr=False)
    cookie_key: str = field(default_factory=new_secret, repr=False)

    def next_id(self, table: str) -> int:
        """The next id of a table (or of a kind of activity); ids are never used twice."""
        self.last_ids[table] = self.last_ids.get(table, 0) + 1
        return self.last_ids[table]

    def __setattr__(self, name: str, value: Any) -> None:
        """Whatever table of enrolments is put in is one that finds its rows."""
        if name == "enrolments" and not isinstance(value, Enrolments):
            value = Enrolments(value)
        super().__setattr__(name, value)

    # -- questions -------------------------------------------------------------------------------------------------
    def enrolments_in(self, course: int) -> list[Enrolment]:
        return self._enrolments.in_course(course)

    def enrolments_of(self, person: int) -> list[Enrolment]:
        return self._enrolments.of_person(person)

    def enrolment(self, course: int, person: int) -> Enrolment | None:
        return next((row for row in self.enrolments_of(person) if row.course == course), None)

    def enrolments_ordered(self, key: Callable[[Enrolment], Any]) -> list[Enrolment]:
        return self._enrolments.ordered(key)

    @property
    def _enrolments(self) -> Enrolments:
        return cast("Enrolments", self.enrolments)

    def sections_in(self, course: int) -> list[Section]:
        return sorted((row for row in self.sections.values() if row.course == course), key=lambda s: s.number)

    def modules_in(self, course: int, section: int | None = None) -> list[Module]:
        """The activities of a course, or of one of its sections (by section id), in the order of the page."""
        return [
            row
            for row in self.modules.values()
            if row.course == course and (section is None or row.section == section)
        ]

    def groups_in(self, course: int) -> list[Group]:
        return [row for row in self.groups.values() if row.course == course]

    def person_named(self, username: str) -> Person | None:
        wanted = username.strip().lower()
        return next((row for row in self.people.values() if row.username == wanted), None)

    def move_to(self, base_url: str) -> None:
        """Serve at another address: what was written on course pages with the old one follows."""
        if self.base_url and self.base_url != base_url:
            for module in self.modules.values():
                module.intro = module.intro.replace(self.base_url + "/", base_url + "/")
        self.base_url = base_url

    # -- moves -----------------------------------------------------------------------------------------------------
    def move_module(self, cmid: int, section: int, before: int | None) -> None:
        """Put an activity into a section, before another one there or at its end: the table has the order of pages."""
        moved = self.modules.pop(cmid)
        moved.section = section
        rows = list(self.modules.values())
        place = next((index for index, row in enumerate(rows) if row.id == before), len(rows))
        rows.insert(place, moved)
        self.modules = {row.id: row for row in rows}

    # -- removals --------------------------------------------------------------------------------------------------
    def drop_modules(self, ids: Iterable[int]) -> None:
        for cmid in ids:
            del self.modules[cmid]

    def drop_group(self, group: int) -> None:
        """Remove a group from its course, its groupings and the calendar; one that is not there is passed over."""
        self.groups.pop(group, None)
        self.events = {row.id: row for row in self.events.values() if row.group != group}
        for grouping in self.groupings.values():
            grouping.groups = [other for other in grouping.groups if other != group]

    def drop_course(self, course: int) -> None:
        """Remove a course with all that stands in it."""
        for name in ("sections", "modules", "blocks", "enrolments", "groups", "groupings"):
            table: dict[int, Any] = getattr(self, name)
            for key in [key for key, row in table.items() if row.course == course]:
                del table[key]
        del self.courses[course]

    def drop_person(self, person: int) -> None:
        """Remove a person from the site, its courses, groups and cohorts."""
        for key in [row.id for row in self.enrolments_of(person)]:
            del self.enrolments[key]
        holders: list[Group | Cohort] = [*self.groups.values(), *self.cohorts.values()]
        for holder in holders:
            holder.members = [member for member in holder.members if member != person]
        del self.people[person]

    # -- as JSON ---------------------------------------------------------------------------------------------------
    def to_json(self) -> dict[str, Any]:
        document = {name: [dict(vars(row)) for row in getattr(self, name).values()] for name in TABLES}
        return document | {name: getattr(self, name) for name in SINGLE_VALUES}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "World":
        values: dict[str, Any] = {name: document[name] for name in SINGLE_VALUES if name in document}
        for name, record in TABLES.items():
            values[name] = {row["id"]: record(**row) for row in document.get(name, ())}
        return cls(**values)


SINGLE_VALUES = (
    "report_filters",
    "report_values",
    "report_editable",
    "last_ids",
    "seeded_at",
    "service_user",
    "template_course",
    "block_installed",
    "base_url",
    "token",
    "cookie_key",
)
