"""What Moodle answers with, as frozen values: aware UTC datetimes, None where Moodle says 0 or nothing.

What identifies a person is kept out of repr(), as records end up in logs and tracebacks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

PARTICIPANTS_SOURCE = r"core_course\reportbuilder\datasource\participants"
"""The source ("Course participants") of a custom report that `MoodleClient.participation` can read."""


@dataclass(frozen=True, slots=True)
class Site:
    """A Moodle site and the user behind the token; `functions` are those the token may call."""

    name: str
    url: str
    release: str
    version: str
    user_id: int
    username: str = field(repr=False)
    is_site_admin: bool
    functions: frozenset[str] = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class Category:
    """A course category; `parent_id` is None at the top."""

    id: int
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """A course; `completion_enabled` is None, and dates and ID number are empty, where Moodle does not tell them."""

    id: int
    short_name: str
    full_name: str
    category_id: int | None
    visible: bool
    start_at: datetime | None
    end_at: datetime | None
    completion_enabled: bool | None
    idnumber: str


@dataclass(frozen=True, slots=True)
class Participant:
    """A person enrolled in a course. `roles` are short names; `custom_fields` raw values by short name."""

    id: int
    full_name: str = field(repr=False)
    email: str | None = field(repr=False)
    idnumber: str = field(repr=False)
    department: str = field(repr=False)
    last_access: datetime | None
    last_course_access: datetime | None
    roles: tuple[str, ...]
    group_ids: tuple[int, ...]
    interests: tuple[str, ...] = field(repr=False)
    custom_fields: Mapping[str, str] = field(repr=False)


class Enrolled(NamedTuple):
    """A person enrolled in a course, by id; `roles` are short names."""

    id: int
    last_access: datetime | None
    last_course_access: datetime | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """A person's profile. `time_zone` is an IANA name, None where the person keeps the server's or it is unknown."""

    id: int
    full_name: str = field(repr=False)
    email: str | None = field(repr=False)
    idnumber: str = field(repr=False)
    department: str = field(repr=False)
    city: str = field(repr=False)
    country: str
    time_zone: str | None
    language: str
    suspended: bool
    first_access: datetime | None
    last_access: datetime | None
    interests: tuple[str, ...] = field(repr=False)
    custom_fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cohort:
    """A site-wide or category cohort (Moodle's word, not a programme's)."""

    id: int
    name: str
    idnumber: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A person's completion of a course; `completed_at` is None where Moodle keeps no time for it."""

    completed: bool
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """A custom report of the report builder."""

    id: int
    name: str
    source: str

    @property
    def is_participants(self) -> bool:
        """Whether `MoodleClient.participation` can read it."""
        return self.source == PARTICIPANTS_SOURCE


class Participation(NamedTuple):
    """A person in a course; times read from a report have the precision of a minute.

    Attributes:
        role: the short name of one role; None where it is not told.
    """

    course_id: int
    user_id: int
    enrolled_at: datetime | None
    completed_at: datetime | None
    completed: bool
    role: str | None = None
    last_course_access: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParticipationPage:
    """A page of a report of participants: its usable rows as they stand, a person and course perhaps in several.

    Attributes:
        read: rows of the report on the page, usable or not.
        total: rows of the report on all pages.
    """

    rows: tuple[Participation, ...]
    read: int
    total: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a course."""

    id: int
    course_id: int
    name: str = field(repr=False)
    idnumber: str


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A group to create; its name must be new in the course.

    Attributes:
        members_only: only its members, and who manages groups, see that there is this group and who is in it.
    """

    course_id: int
    name: str = field(repr=False)
    idnumber: str = ""
    description: str = field(default="", repr=False)
    members_only: bool = False


@dataclass(frozen=True, slots=True)
class Grouping:
    """A set of groups of a course."""

    id: int
    course_id: int
    name: str
    idnumber: str


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to one person. `text` is HTML; `key`, of letters, digits, `_` and `-`, comes back with the result."""

    user_id: int
    text: str = field(repr=False)
    key: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", self.key):
            raise ValueError("The key of a message takes letters, digits, '_' and '-' alone.")


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What became of a message: sent as `message_id`, or not, with the `refusal` in Moodle's or our words."""

    key: str
    message_id: int | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class ToldMessage:
    """A message that was sent, as its sender reads it; `text` is the HTML it was sent with."""

    text: str = field(repr=False)
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event of a group to create; `description` is HTML."""

    course_id: int
    group_id: int
    name: str
    starts_at: datetime
    description: str = ""


@dataclass(frozen=True, slots=True)
class GroupEvent:
    """An event of a group. `user_id` made it; `starts_at` is None where Moodle has no usable time."""

    id: int
    name: str
    group_id: int
    user_id: int
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class LtiActivity:
    """An external-tool activity. `intro` is HTML; `type_id` is None where Moodle does not tell which tool it is."""

    id: int
    course_module_id: int
    course_id: int
    name: str
    type_id: int | None
    custom: Mapping[str, str]
    intro: str = field(repr=False)
    launch_container: int | None


@dataclass(frozen=True, slots=True)
class BlockPlacement:
    """A widget in a course by the block of moodle/block_cairn; the ids are None where it does not stand.

    Attributes:
        changed: the call that told it also made it so.
        block_id: the instance of the block.
        course_module_id, activity_id: the hidden activity that the block launches.
    """

    course_id: int
    widget: str
    changed: bool
    block_id: int | None
    course_module_id: int | None
    activity_id: int | None


@dataclass(frozen=True, slots=True)
class Module:
    """An activity or resource; `id` is the course module's, `instance` the activity's own."""

    id: int
    name: str
    modname: str
    instance: int
    visible: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a course page; `number` 0 is the one on top."""

    id: int
    number: int
    name: str
    modules: tuple[Module, ...]
