"""The calendar address, the address that stops reminders, and the figures for Prometheus: each by its own secret."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from companion.mentoring.cadence import due_dates
from companion.models.care import Wishes
from companion.models.engagement import EngagementState
from companion.models.people import Person
from companion.models.programme import CONTACT_DAYS
from companion.services.registry import Services
from companion.web.limits import OPEN_DOOR
from config import Settings, SettingsError
from tests import applications
from tests.begun import Begun

TOKEN = "the token of prometheus"


@pytest.fixture
def web(begun: Begun, make_settings: Callable[..., Settings]) -> FlaskClient:
    return application(begun.services, make_settings).test_client()


def application(services: Services, make_settings: Callable[..., Settings], **changes: object) -> Flask:
    return applications.application(make_settings(**changes), services)


def path_of(address: str) -> str:
    assert address.startswith("http://127.0.0.1:8080/")
    return address.removeprefix("http://127.0.0.1:8080")


def dates(body: bytes) -> dict[str, tuple[str, date]]:
    events: list[Any] = Calendar.from_ical(body).walk("VEVENT")
    return {str(e["UID"]): (str(e["SUMMARY"]), e["DTSTART"].dt) for e in events}


def test_a_person_reads_their_own_dates_and_nobody_elses(begun: Begun, web: FlaskClient) -> None:
    meeting, feed = begun.meeting, begun.services.calendar_feed
    answer = web.get(path_of(feed.renew(meeting.learner.person_id)))
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    found = dates(answer.data)
    days = due_dates(meeting.engagement.starts_on, meeting.engagement.ends_on, CONTACT_DAYS)
    assert {day for key, (_, day) in found.items() if key.startswith("check-in-")} == set(days)
    assert all(meeting.adviser.full_name in summary for summary, _ in found.values())
    others = [each for each in begun.meetings if each.id != meeting.id]
    assert not [each for each in others if each.learner.full_name in answer.text]
    again = web.get(path_of(feed.renew(meeting.learner.person_id)))
    assert dates(again.data).keys() == found.keys()


def test_an_address_is_kept_as_a_hash_and_works_until_it_is_renewed_or_stopped(
    begun: Begun, web: FlaskClient
) -> None:
    feed, person = begun.services.calendar_feed, begun.meeting.learner.person_id
    first = path_of(feed.renew(person))
    second = path_of(feed.renew(person))
    assert (web.get(first).status_code, web.get(second).status_code) == (404, 200)
    token = second.removeprefix("/calendar/").removesuffix(".ics")
    with begun.services.db.read() as session:
        kept = "".join(map(str, session.connection().exec_driver_sql("SELECT * FROM calendar_address").all()))
    assert token not in kept
    assert len(token) == 43
    feed.stop(person)
    feed.stop(person)
    assert web.get(second).status_code == 404
    assert feed.since(person) is None


@pytest.mark.parametrize("left", ["suspended", "removed_at"])
def test_who_left_reads_nothing_any_more(begun: Begun, web: FlaskClient, left: str) -> None:
    address = path_of(begun.services.calendar_feed.renew(begun.meeting.learner.person_id))
    with begun.services.db.begin() as session:
        person = session.get_one(Person, begun.meeting.learner.person_id)
        setattr(person, left, True if left == "suspended" else begun.clock())
    assert web.get(address).status_code == 404


def test_what_ended_is_no_longer_in_the_calendar(begun: Begun, web: FlaskClient) -> None:
    address = path_of(begun.services.calendar_feed.renew(begun.meeting.learner.person_id))
    with begun.services.db.begin() as session:
        session.merge(begun.meeting.engagement).state = EngagementState.ENDED_EARLY
    assert dates(web.get(address).data) == {}


def test_a_name_cannot_add_a_line_to_the_calendar(begun: Begun, web: FlaskClient) -> None:
    with begun.services.db.begin() as session:
        partner = session.get_one(Person, begun.meeting.adviser.person_id)
        partner.full_name = "Eve\r\nATTENDEE:mailto:eve@example.org; \\n,"
    body = web.get(path_of(begun.services.calendar_feed.renew(begun.meeting.learner.person_id))).data
    assert not re.search(rb"^ATTENDEE", body, re.M)
    assert icalendar.Calendar.from_ical(body)


def test_guessing_addresses_is_slowed_down(web: FlaskClient) -> None:
    answers = [web.get(f"/calendar/{'x' * 43}.ics").status_code for _ in range(OPEN_DOOR + 1)]
    assert set(answers[:-1]) == {404}
    assert answers[-1] == 429


def stopped(services: Services, person_id: int) -> bool:
    with services.db.read() as session:
        wishes = session.get(Wishes, person_id)
        return bool(wishes and wishes.nudges_stopped_at)


def test_opening_the_stop_link_asks_and_pressing_stops(begun: Begun, web: FlaskClient) -> None:
    person = begun.meeting.learner.person_id
    path = path_of(begun.services.messenger.stop_address(person))
    assert "Stop all reminders?" in web.get(path).text
    assert not stopped(begun.services, person)
    assert "Alle Erinnerungen" in web.get(path, headers={"Accept-Language": "de"}).text
    # What a mail program posts by itself, without having opened the page.
    assert web.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert stopped(begun.services, person)
    assert not stopped(begun.services, begun.meeting.adviser.person_id)


def test_a_stop_link_that_was_not_ours_stops_nobody(web: FlaskClient) -> None:
    assert web.get("/stop/gAAAA").status_code == 404
    assert web.post("/stop/gAAAA").status_code == 404


def test_figures_are_for_whoever_has_the_token(begun: Begun, make_settings: Callable[..., Settings]) -> None:
    begun.services.jobs.watched("outbox", begun.services.outbox.work)()
    web = application(begun.services, make_settings, metrics_token=TOKEN).test_client()
    assert web.get("/metrics").status_code == 404
    assert web.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    answer = web.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    for line in (
        'cairn_outbox_entries{kind="lms.message",state="done"}',
        'cairn_job_runs_total{job="outbox"} 1.0',
        "cairn_sync_age_seconds",
        "cairn_schema_current 1.0",
    ):
        assert line in answer.text
    with begun.services.db.read() as session:
        names = [person.full_name for person in session.query(Person)]
    assert not [name for name in names if name in answer.text]


def test_without_a_token_there_are_no_figures(web: FlaskClient) -> None:
    assert web.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    with pytest.raises(SettingsError, match="CAIRN_METRICS_TOKEN"):
        Settings.from_env(
            {
                "CAIRN_BASE_URL": "http://127.0.0.1",
                "CAIRN_SECRET_KEY": "k" * 48,
                "CAIRN_ENCRYPTION_KEY": "ZW5jcnlwdGlvbi1rZXktb2YtdGhlLXRlc3RzLTMyISE=",
                "CAIRN_TEXT_KEY": "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE=",
                "CAIRN_METRICS_TOKEN": "short",
            }
        )
