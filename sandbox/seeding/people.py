"""Who works at Acme: drawn from a seeded random source, so that one seed gives one company."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from sandbox.records import Person
from sandbox.seeding.catalogue import CARE, ENGINEERING, SALES
from sandbox.seeding.names import (
    FIRST_NAMES,
    INTERESTS,
    LAST_NAMES,
    LEAD_ROLES,
    PLACES,
    ROLES,
    SHARED_INTERESTS,
    Place,
)

DAY = 86400
FIRST_PERSON_ID = 3  # 1 is Moodle's guest, 2 its administrator
Standing = Literal["teacher", "new", "recent", "long ago", "unfinished"]


@dataclass
class Member:
    """A person together with where they stand: `finished_days` ago they completed their onboarding course."""

    person: Person
    standing: Standing
    finished_days: int | None = None


@dataclass(frozen=True)
class Memorable:
    """An account that the demo names: easy to remember and always in the same situation."""

    username: str
    firstname: str
    lastname: str
    department: str
    place: str
    standing: Standing
    days: int
    note: str
    languages: tuple[str, ...] = ("en",)


MEMORABLE = (
    Memorable("ines", "Ines", "Castillo", SALES, "Madrid", "teacher", 1500, "teaches Sales onboarding", ("es", "en")),
    Memorable("nia", "Nia", "Okafor", SALES, "Nairobi", "new", 9, "started 9 days ago in Sales", ("en", "sw")),
    Memorable("tomas", "Tomas", "Silva", SALES, "Madrid", "recent", 23, "finished Sales onboarding 23 days ago",
              ("en", "es")),
    Memorable("jonas", "Jonas", "Weber", ENGINEERING, "Berlin", "new", 12, "started 12 days ago in Engineering",
              ("de", "en")),
    Memorable("mei", "Mei", "Tanaka", ENGINEERING, "Sydney", "recent", 40,
              "finished Engineering onboarding 40 days ago"),
    Memorable("sunna", "Sunna", "Jonsdottir", CARE, "Berlin", "new", 6,
              "started 6 days ago and speaks a language that nobody else speaks", ("is",)),
)  # fmt: skip
SOLE_LANGUAGES = ("fi", "vi", "hu")
NEW_SHARE, RECENT_SHARE, LONG_AGO_SHARE = 0.25, 0.375, 0.15
TEACHERS = 6
MOST = 200_000


def make_people(random: Random, count: int, now: int) -> list[Member]:
    """`count` people (30 to 200,000): teachers first, then the memorable, new hires, recent learners and the rest."""
    if not 30 <= count <= MOST:
        raise ValueError(f"The sandbox holds 30 to {MOST} people.")
    names = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
    random.shuffle(names)
    members: list[Member] = []
    for index, (standing, memorable) in enumerate(_plan(count)):
        first, last = (memorable.firstname, memorable.lastname) if memorable else names[index % len(names)]
        person = Person(
            id=FIRST_PERSON_ID + index,
            username=memorable.username if memorable else f"u{index:04d}",
            firstname=first,
            lastname=last,
            email=f"{memorable.username if memorable else f'u{index:04d}'}@example.com",
            idnumber=f"E{index:05d}",
            institution="Acme",
        )
        members.append(Member(person, standing))
        _place(random, person, memorable)
        _employ(random, members[-1], memorable, now)
    _give_managers(random, members)
    _add_oddities(random, members)
    return members


def _plan(count: int) -> list[tuple[Standing, Memorable | None]]:
    """Who stands where: the memorable in their groups, the rest in the shares above."""
    wanted: list[tuple[Standing, int]] = [
        ("teacher", TEACHERS),
        ("new", round(count * NEW_SHARE)),
        ("recent", round(count * RECENT_SHARE)),
        ("long ago", round(count * LONG_AGO_SHARE)),
    ]
    plan: list[tuple[Standing, Memorable | None]] = []
    for standing, size in wanted:
        named = [memorable for memorable in MEMORABLE if memorable.standing == standing]
        plan += [(standing, memorable) for memorable in named]
        plan += [(standing, None)] * (size - len(named))
    return plan + [("unfinished", None)] * (count - len(plan))


def _place(random: Random, person: Person, memorable: Memorable | None) -> None:
    if memorable:
        place = next(place for place in PLACES if place.city == memorable.place)
    else:
        place = random.choices(PLACES, [place.weight for place in PLACES])[0]
    person.city, person.country, person.timezone = place.city, place.country, place.timezone
    person.languages = list(memorable.languages) if memorable else _languages(random, place)
    person.lang = person.languages[0]


def _languages(random: Random, place: Place) -> list[str]:
    """What somebody there speaks, the language of their pages first."""
    if not place.languages or random.random() < 0.15:
        return ["en"]
    if not place.all_speak_english and random.random() < 0.12:
        return list(place.languages)
    both = ["en", *place.languages]
    return both if random.random() < 0.7 else both[::-1]


def _employ(random: Random, member: Member, memorable: Memorable | None, now: int) -> None:
    """Department, role, interests, and the day of hiring that fits where the person stands."""
    person = member.person
    departments = (SALES, ENGINEERING, CARE)
    if memorable:
        person.department = memorable.department
    elif member.standing == "teacher":
        person.department = departments[person.id % 3]
    else:
        person.department = random.choices(departments, (35, 40, 25))[0]
    lead = member.standing == "teacher" or (member.standing == "long ago" and random.random() < 0.3)
    person.jobrole = LEAD_ROLES[person.department] if lead else random.choice(ROLES[person.department])
    person.interests = random.sample(INTERESTS[person.department], 2) + random.sample(SHARED_INTERESTS, 1)
    days = _days(random, member, memorable)
    person.hired = (now - days * DAY) // DAY * DAY
    if member.standing != "new" or random.random() < 0.8:
        person.firstaccess = person.hired + 9 * 3600
        person.lastaccess = max(person.firstaccess, now - random.randrange(1, 15 * DAY))


def _days(random: Random, member: Member, memorable: Memorable | None) -> int:
    """How many days ago the person was hired; sets how many days ago the onboarding was finished."""
    if member.standing == "new":
        return memorable.days if memorable else random.randrange(1, 30)
    if member.standing == "recent":
        member.finished_days = memorable.days if memorable else _recently(random)
        return member.finished_days + random.randrange(20, 60)
    if member.standing == "long ago":
        member.finished_days = random.randrange(401, 1000)
        return member.finished_days + random.randrange(20, 60)
    return (
        memorable.days
        if memorable
        else random.randrange(*((1000, 2000) if member.standing == "teacher" else (45, 600)))
    )


def _recently(random: Random) -> int:
    """5 to 400 days, most of them within 14 to 180."""
    span = random.choices(((14, 181), (5, 14), (181, 401)), (75, 8, 17))[0]
    return random.randrange(*span)


def _give_managers(random: Random, members: list[Member]) -> None:
    """Everybody but the leads reports to a lead of the same department."""
    leads = [member.person for member in members if member.person.jobrole in LEAD_ROLES.values()]
    leading = {lead.id for lead in leads}
    of_department: dict[str, list[str]] = {}
    for lead in leads:
        of_department.setdefault(lead.department, []).append(lead.idnumber)
    for member in members:
        if member.person.id not in leading:
            member.person.manager = random.choice(of_department[member.person.department])


def _add_oddities(random: Random, members: list[Member]) -> None:
    """What every real site has: people whom nobody can match, somebody without an address, the suspended, the shy."""
    named = {memorable.username for memorable in MEMORABLE}
    plain = [
        member for member in members if member.person.username not in named and member.standing != "teacher"
    ]
    new = [member.person for member in plain if member.standing == "new"]
    others = [member.person for member in plain if member.standing != "new"]
    for person, language in zip(new, SOLE_LANGUAGES, strict=False):
        person.lang, person.languages = language, [language]
    if len(new) > len(SOLE_LANGUAGES):
        new[len(SOLE_LANGUAGES)].timezone, new[len(SOLE_LANGUAGES)].city = "Pacific/Honolulu", "Honolulu"
    others[0].email = ""
    others[1].timezone = "99"
    for person in random.sample(others[2:], max(2, len(others) // 60)):
        person.suspended = True
    for person in random.sample([member.person for member in plain], max(2, len(plain) // 20)):
        person.takes_messages = False
