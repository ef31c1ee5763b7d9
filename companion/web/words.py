"""Filters and values that every template may use."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from companion.mentoring.check_in import NOTE_LIMIT
from companion.models.engagement import Contact, EngagementState, Fit, Mood, Side
from companion.models.jobs import SyncState
from companion.models.matching import RunState
from companion.models.programme import NewHireRule
from companion.web.context import services

MOODS = {Mood.GOOD: "Going well", Mood.MIXED: "Mixed", Mood.HARD: "Hard going"}
CONTACTS = {
    Contact.NOT_YET: "Not yet",
    Contact.MESSAGE: "By message",
    Contact.CALL: "By call",
    Contact.IN_PERSON: "In person",
}
FITS = {Fit.GOOD: "It fits", Fit.UNSURE: "I am not sure", Fit.NOT_GOOD: "It does not fit"}
SIDES = {Side.LEARNER: "learner", Side.ADVISER: "adviser"}
STATES = {
    EngagementState.ACTIVE: "Running",
    EngagementState.CLOSED: "Ended",
    EngagementState.ENDED_EARLY: "Ended early",
    RunState.PROPOSED: "Waiting for approval",
    RunState.APPROVED: "Approved",
    RunState.DISCARDED: "Discarded",
    SyncState.RUNNING: "Running",
    SyncState.DONE: "Done",
    SyncState.FAILED: "Failed",
}
RULES = {
    NewHireRule.PROFILE_DATE: "A date in the profile",
    NewHireRule.COHORT: "A cohort of the LMS",
    NewHireRule.FIRST_ENROLMENT: "The first enrolment",
}
WIDGETS = {"check-in": "Check-in", "feedback": "Feedback"}


ADMIN_PAGES = (
    ("admin.home", "Home"),
    ("admin.programmes", "Programmes"),
    ("admin.sync", "Sync"),
    ("admin.platforms", "Platforms"),
    ("admin.health", "Check"),
)
"""The main pages of the admin, by endpoint."""


def _options(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Value and words of each choice, for a form."""
    return [(value.value, text) for value, text in words.items()]


def day(value: date | datetime | None) -> str:
    """A date in words, such as 3 March 2026."""
    return f"{value.day} {value:%B %Y}" if value else "–"


def moment(value: datetime | None) -> str:
    """A date and a time in UTC."""
    return f"{value.day} {value:%b %Y, %H:%M} UTC" if value else "–"


def ago(value: datetime) -> str:
    """How long ago something was, in the largest unit that fits."""
    days = (services().clock().date() - value.date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{days} days ago" if days < 14 else day(value)


def initials(name: str) -> str:
    """Up to two letters to stand for a name."""
    parts = [part for part in name.split() if part]
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


def first_name(name: str) -> str:
    """The part of a name that people are called by, as far as a machine can tell."""
    return name.split(maxsplit=1)[0] if name.split() else name


def host(url: str) -> str:
    """The host of an address."""
    return urlsplit(url).netloc


def set_words(app: Flask) -> None:
    """Give them to the templates."""
    for function in (day, moment, ago, initials, first_name, host):
        app.add_template_filter(function)
    app.jinja_env.globals.update(
        MOODS=MOODS,
        CONTACTS=CONTACTS,
        FITS=FITS,
        SIDES=SIDES,
        STATES=STATES,
        RULES=RULES,
        WIDGETS=WIDGETS,
        MOOD_OPTIONS=_options(MOODS),
        CONTACT_OPTIONS=_options(CONTACTS),
        FIT_OPTIONS=_options(FITS),
        NOTE_LIMIT=NOTE_LIMIT,
        ADMIN_PAGES=ADMIN_PAGES,
    )
