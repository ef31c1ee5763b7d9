"""Filters and values that every template may use; what learners read is lazy: it takes on the language of the page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from babel import Locale, dates
from babel.lists import format_list
from flask import Flask, request, url_for
from flask_babel import format_date
from markupsafe import Markup, escape

from companion.mentoring.audience import said
from companion.mentoring.check_in import NOTE_LIMIT
from companion.models.audience import Concept
from companion.models.commitment import CommitmentState
from companion.models.concern import ConcernTopic, Share
from companion.models.engagement import Contact, EngagementState, Fit, Mood, Side
from companion.models.jobs import SyncState
from companion.models.matching import RunState
from companion.models.programme import NewHireRule
from companion.store.engagements import Member
from companion.web import wording
from companion.web.context import services
from companion.web.languages import ENGLISH, get_locale
from companion.web.languages import Sentence as _

MOODS = {Mood.GOOD: _("Going well"), Mood.MIXED: _("Mixed"), Mood.HARD: _("Hard going")}
MOODS_SAID = {Mood.GOOD: _("going well"), Mood.MIXED: _("mixed"), Mood.HARD: _("hard going")}
"""A check-in's mood within the line about it; likewise the contact."""
CONTACTS = {
    Contact.NOT_YET: _("Not yet"),
    Contact.MESSAGE: _("By message"),
    Contact.CALL: _("By call"),
    Contact.IN_PERSON: _("In person"),
}
CONTACTS_SAID = {
    Contact.NOT_YET: _("not in touch yet"),
    Contact.MESSAGE: _("in touch by message"),
    Contact.CALL: _("in touch by call"),
    Contact.IN_PERSON: _("in touch in person"),
}
FITS = {Fit.GOOD: _("It fits"), Fit.UNSURE: _("I am not sure"), Fit.NOT_GOOD: _("It does not fit")}
FITS_SAID = {
    Fit.GOOD: _("Last time you said: it fits."),
    Fit.UNSURE: _("Last time you said: I am not sure."),
    Fit.NOT_GOOD: _("Last time you said: it does not fit."),
}
SIDES = {Side.LEARNER: "learner", Side.ADVISER: "adviser"}
STATES = {
    EngagementState.PROPOSED: "Waiting for their answer",
    EngagementState.ACCEPTED: "About to begin",
    EngagementState.ACTIVE: "Running",
    EngagementState.PAUSED: "Paused",
    EngagementState.CLOSED: "Ended",
    EngagementState.ENDED_EARLY: "Ended early",
    RunState.RUNNING: "Being worked out",
    RunState.FAILED: "Failed",
    RunState.PROPOSED: "Waiting for approval",
    RunState.APPROVING: "Being approved",
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
WIDGETS = {"check-in": "Check-in", "feedback": "Feedback", "ask": "Ask", "mentoring": "My mentoring"}
SHARES = {
    Share.FACT: _("Only that I would like to talk"),
    Share.TOPIC: _("That, and what it is about"),
    Share.WORDS: _("That, what it is about, and what I write"),
}
TOPICS = {
    ConcernTopic.SILENCE: _("We do not reach each other"),
    ConcernTopic.FIT: _("We do not fit"),
    ConcernTopic.TIME: _("There is no time for it"),
    ConcernTopic.CONDUCT: _("How somebody behaves"),
    ConcernTopic.OTHER: _("Something else"),
}
COMMITMENT_STATES = {
    CommitmentState.OPEN: _("open"),
    CommitmentState.KEPT: _("kept"),
    CommitmentState.LATE: _("kept late"),
    CommitmentState.DROPPED: _("dropped"),
}


def options(words: Mapping[Any, Any]) -> tuple[tuple[str, Any], ...]:
    """Value and words of each choice, for a form."""
    return tuple((value.value, text) for value, text in words.items())


def day(value: date | datetime | None) -> str:
    """A date in words, such as 3 March 2026."""
    locale = get_locale()
    if type(value) is date and locale is not None:
        return _day(value, locale)
    return str(format_date(value, "long")) if value else "–"


@lru_cache(maxsize=1024)
def _day(value: date, locale: Locale) -> str:
    return str(dates.format_date(value, "long", locale))


def moment(value: datetime | None) -> str:
    """A date and a time in UTC."""
    return f"{value.day} {value:%b %Y, %H:%M} UTC" if value else "–"


def ago(value: datetime) -> str:
    """How long ago something was, in days for two weeks, then the date."""
    days = (services().clock().date() - value.date()).days
    if days <= 0:
        return str(TODAY)
    if days == 1:
        return str(YESTERDAY)
    if days >= WEEKS_IN_DAYS:
        return day(value.date())
    return days_ago(days, get_locale() or ENGLISH)


@lru_cache(maxsize=1024)
def days_ago(days: int, locale: Locale) -> str:
    """So many days ago, told in days, however many."""
    return str(dates.format_timedelta(-timedelta(days), "day", NEVER, add_direction=True, locale=locale))


NEVER = 100_000
"""Of a larger unit, from which on it would be told in that."""


WEEKS_IN_DAYS = 14
TODAY = _("today")
YESTERDAY = _("yesterday")


def names(people: Iterable[Member]) -> Markup:
    """Names for a sentence, each kept apart from the direction the text around it is written in."""
    return listed(one.full_name for one in people)


def listed(people: Iterable[str]) -> Markup:
    """Full names for a sentence, as `names` gives those of members."""
    return _listed(tuple(people), get_locale())


@lru_cache(maxsize=1024)
def _listed(people: Sequence[str], locale: Locale | None) -> Markup:
    return Markup(format_list([bdi(one) for one in people], locale=locale))  # noqa: S704 - bdi escapes


def bdi(text: str) -> Markup:
    """What people wrote, within a sentence of ours: neither turns the other round."""
    return Markup(f"<bdi>{escape(text)}</bdi>")  # noqa: S704 - escaped


def initials(name: str) -> str:
    """Up to two letters to stand for a name."""
    parts = [part for part in name.split() if part]
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


def first_name(name: str) -> str:
    """The part of a name that people are called by, as far as a machine can tell."""
    return name.split(maxsplit=1)[0] if name.split() else name


def lower_first(text: str) -> str:
    """A heading within a sentence; names such as LTI and Moodle keep their letters."""
    return text if text[:2].isupper() or text.startswith("Moodle") else text[:1].lower() + text[1:]


def host(url: str) -> str:
    """The host of an address."""
    return urlsplit(url).netloc


@lru_cache(maxsize=256)
def _static(_root: str, filename: str) -> str:
    return url_for("static", filename=filename)


@lru_cache(maxsize=256)
def _in_launch(_root: str, endpoint: str) -> str:
    return url_for(endpoint, launch_id=LAUNCH)


LAUNCH = "-launch-"
"""Stands for the launch in an address that is worked out for all of them."""


def address(endpoint: str, **values: Any) -> str:
    """url_for, which works out once what is the same in every launch: each page names several addresses."""
    if endpoint == "static" and values.keys() == {"filename"}:
        return _static(request.script_root, values["filename"])
    if values.keys() == {"launch_id"}:
        return _in_launch(request.script_root, endpoint).replace(LAUNCH, values["launch_id"])
    if values.keys() == {"launch_id", "engagement"}:
        return f"{address(endpoint, launch_id=values['launch_id'])}?engagement={values['engagement']}"
    return url_for(endpoint, **values)


def set_words(app: Flask) -> None:
    """Give them to the templates."""
    for function in (day, moment, ago, names, listed, bdi, initials, first_name, lower_first, host):
        app.add_template_filter(function)
    app.jinja_env.globals.update(
        url_for=address,
        who_will_see=lambda concept: said(Concept(concept)),
        shares_options=lambda: options(SHARES),
        topics_options=lambda: (("", ""), *options(TOPICS)),
        MOODS=MOODS,
        MOODS_SAID=MOODS_SAID,
        CONTACTS=CONTACTS,
        CONTACTS_SAID=CONTACTS_SAID,
        FITS=FITS,
        FITS_SAID=FITS_SAID,
        SIDES=SIDES,
        STATES=STATES,
        RULES=RULES,
        WIDGETS=WIDGETS,
        SHARES=SHARES,
        TOPICS=TOPICS,
        COMMITMENT_STATES=COMMITMENT_STATES,
        MOOD_OPTIONS=options(MOODS),
        CONTACT_OPTIONS=options(CONTACTS),
        FIT_OPTIONS=options(FITS),
        NOTE_LIMIT=NOTE_LIMIT,
        **{name: value for name, value in vars(wording).items() if name.isupper()},
    )
