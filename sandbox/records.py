"""What the sandbox keeps: one plain record per row, found by its `id`. Times are whole epoch seconds, as in Moodle."""

from dataclasses import dataclass, field


@dataclass
class Person:
    """Somebody with an account. `lang` is the language of the pages, `languages` what the person speaks."""

    id: int
    username: str
    firstname: str
    lastname: str
    email: str
    idnumber: str = ""
    department: str = ""
    institution: str = ""
    city: str = ""
    country: str = ""
    timezone: str = "99"
    lang: str = "en"
    languages: list[str] = field(default_factory=list)
    interests: list[str] = field(default_factory=list)
    jobrole: str = ""
    manager: str = ""
    hired: int | None = None
    suspended: bool = False
    takes_messages: bool = True
    firstaccess: int = 0
    lastaccess: int = 0
    timemodified: int = 0
    auth: str = "manual"
    is_admin: bool = False

    @property
    def fullname(self) -> str:
        return f"{self.firstname} {self.lastname}"


@dataclass
class Category:
    """A course category."""

    id: int
    name: str
    idnumber: str = ""


@dataclass
class Course:
    """A course; `has_criteria` says whether Moodle can tell that somebody completed it."""

    id: int
    category: int
    fullname: str
    shortname: str
    summary: str = ""
    visible: bool = True
    has_criteria: bool = True
    startdate: int = 0
    timecreated: int = 0
    timemodified: int = 0


@dataclass
class Section:
    """A section of a course page; number 0 is the part at the top."""

    id: int
    course: int
    number: int
    name: str
    summary: str = ""


@dataclass
class Module:
    """An activity on a course page (a "course module": `id` is Moodle's cmid). The last five matter to `lti` alone.

    `stealth`: it can be opened and does not show on the course page.
    """

    id: int
    course: int
    section: int
    modname: str
    name: str
    instance: int
    intro: str = ""
    showdescription: bool = False
    timecreated: int = 0
    stealth: bool = False
    tool: int = 0
    custom: str = ""
    launchcontainer: int = 1
    servicesalt: str = ""


@dataclass
class Block:
    """A widget beside a course page by Cairn's block; `module` is the hidden activity that it launches."""

    id: int
    course: int
    widget: str
    module: int


@dataclass
class Enrolment:
    """One person in one course, as learner (`student`) or teacher (`editingteacher`)."""

    id: int
    course: int
    person: int
    role: str
    timestart: int
    timecreated: int
    active: bool = True
    completed: int | None = None
    progress: int = 0
    lastaccess: int = 0


@dataclass
class Group:
    """A group of people within a course."""

    id: int
    course: int
    name: str
    description: str = ""
    idnumber: str = ""
    visibility: int = 0
    participation: bool = True
    members: list[int] = field(default_factory=list)


@dataclass
class Grouping:
    """A set of groups within a course."""

    id: int
    course: int
    name: str
    description: str = ""
    idnumber: str = ""
    groups: list[int] = field(default_factory=list)


@dataclass
class Cohort:
    """A site-wide list of people."""

    id: int
    name: str
    idnumber: str
    members: list[int] = field(default_factory=list)


@dataclass
class Message:
    """A message sent through the web services."""

    id: int
    sender: int
    recipient: int
    text: str
    timecreated: int


@dataclass
class Event:
    """An event in a calendar; `user` made it, and `kind` says whose it is: a group's, a course's, that user's."""

    id: int
    name: str
    description: str
    course: int
    group: int
    user: int
    kind: str
    timestart: int
    timemodified: int


@dataclass
class ToolType:
    """A registered LTI 1.3 tool; `id` is also its deployment id."""

    id: int
    client_id: str
    name: str
    login_url: str
    launch_url: str
    jwks_url: str
    redirect_uris: list[str] = field(default_factory=list)
    pending: bool = False
    """It registered itself, and the administrator has not activated it."""
    scopes: list[str] = field(default_factory=list)
    custom: str = ""
    deep_linking: bool = False


@dataclass
class LineItem:
    """A column of a course's gradebook that a tool made; an activity has one without this, by its instance."""

    id: int
    course: int
    tool: int
    label: str
    maximum: float
    link: int = 0
    tag: str = ""


@dataclass
class Score:
    """What a tool said of one person in one column; `told` is its own time, in epoch seconds."""

    id: int
    lineitem: int
    person: int
    given: float | None
    maximum: float
    activity: str
    grading: str
    told: float


@dataclass
class ReportColumn:
    """A column of the one custom report; `name` is Moodle's, `heading` what somebody called it instead of its title."""

    id: int
    name: str
    heading: str = ""
    sorted: bool = False
