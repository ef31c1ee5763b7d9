"""A person's dates as an iCalendar file (RFC 5545); pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True)
class DayEvent:
    """A date that takes no hour of the day.

    Attributes:
        key: names it among all: the same date read again is the same event.
        link: where the job is done.
    """

    key: str
    day: date
    summary: str
    link: str | None = None


def ical(name: str, events: Iterable[DayEvent], host: str, now: datetime) -> bytes:
    """A calendar file.

    Args:
        name: what the calendar is called.
        host: makes the keys unlike those of others.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Cairn//mentoring//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _line(name))
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for one in events:
        event = Event()
        event.add("uid", f"{one.key}@{host}")
        event.add("dtstamp", now)
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
        event.add("summary", _line(one.summary))
        event.add("transp", "TRANSPARENT")  # it blocks nobody's time
        if one.link:
            event.add("url", one.link)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
