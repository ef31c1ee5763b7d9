"""The list of work for Moodle: states, reasons, trying again, dropping; never what a message says."""

import pytest
import sqlalchemy as sa

from companion.models.jobs import OutboxEntry, OutboxState
from companion.store import outbox
from tests.begun import Begun
from tests.functional.admin.visitor import Visitor

SECRET = "How do I write a quote?"


@pytest.fixture
def given_up(installation: Begun) -> int:
    """The number of a message that was given up."""
    services, learner = installation.services, installation.meeting.learner
    with services.db.begin() as session:
        session.execute(sa.delete(OutboxEntry).where(OutboxEntry.state == OutboxState.FAILED))
        services.messenger.queue_message(session, learner.person_id, "ask-7", SECRET, SECRET)
        entry = session.scalars(sa.select(OutboxEntry).where(OutboxEntry.key == "ask-7")).one()
        outbox.give_up(session, entry.id, "Moodle is under maintenance.")
        return entry.id


def state_of(installation: Begun, number: int) -> OutboxState:
    with installation.services.db.read() as session:
        return session.get_one(OutboxEntry, number).state


def test_what_was_given_up_is_listed_with_its_reason_and_tried_again(
    admin: Visitor, installation: Begun, given_up: int
) -> None:
    page = admin.get("/admin/outbox?work-state=failed")
    (row,) = page.rows()
    assert row[0].startswith("Message in Moodle")
    assert (row[1], row[4]) == ("Given up", "Moodle is under maintenance.")
    assert SECRET not in page.words
    assert installation.meeting.learner.full_name not in page.words
    again = admin.press(page, "Try again")
    assert again.flashes == ["It will be tried again within a minute or two."]
    assert state_of(installation, given_up) is OutboxState.PENDING
    assert installation.services.outbox.work() == 1
    assert "may be on its way already" in admin.press(page, "Try again", status=404).words
    assert installation.services.outbox.work() == 0


def test_what_nobody_wants_any_more_is_dropped_and_forgotten(
    admin: Visitor, installation: Begun, given_up: int
) -> None:
    page = admin.get("/admin/outbox?work-state=failed")
    assert admin.press(page, "Drop").flashes == ["It is dropped and will not be tried again."]
    assert admin.press(page, "Try again", status=404).status == 404
    with installation.services.db.read() as session:
        kept = session.get_one(OutboxEntry, given_up)
    assert kept.state is OutboxState.DROPPED
    assert "sealed" not in kept.payload
    assert kept.last_error is not None
    assert kept.last_error.startswith("Dropped by ")


def test_all_of_it_can_be_tried_again_at_once(admin: Visitor, installation: Begun, given_up: int) -> None:
    admin.press(admin.get("/admin/outbox"), "Try all again")
    assert state_of(installation, given_up) is OutboxState.PENDING


def test_an_empty_list_says_what_it_will_hold(connected: Visitor) -> None:
    assert "It begins with the first approved proposal." in connected.get("/admin/outbox").words


def test_a_page_behind_the_last_one_and_a_filter_that_fits_nothing(admin: Visitor) -> None:
    assert admin.get("/admin/outbox?work-page=4711").rows()
    page = admin.get("/admin/outbox?work-state=done&work-kind=mail.message")
    assert "No row fits this filter." in page.words
