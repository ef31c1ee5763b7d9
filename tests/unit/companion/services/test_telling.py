"""Telling people something: in Moodle, by e-mail where Moodle refuses, to an address, and never what was forgotten."""

import json
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from companion.models.engagement import Engagement, EngagementState
from companion.models.jobs import OutboxEntry, OutboxState
from companion.models.people import Person
from companion.services.registry import Services, build_services
from config import MailSettings, Settings
from lms_client import Function
from tests.begun import Begun
from tests.conftest import RecordedQueue
from tests.mail_server import MailServer, mail_server
from tests.sites import free_port

TEXT = "Somebody asks whether you can help with quotes."


@pytest.fixture
def letters() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def with_mail(
    begun_on: Begun, letters: MailServer, make_settings: Callable[..., Settings]
) -> Iterator[Services]:
    """The installation of `begun_on`, told of a mail server; nothing waits in the outbox."""
    built = build(begun_on, letters.port, make_settings)
    with built.db.begin() as session:
        session.execute(sa.delete(OutboxEntry))
    begun_on.lms.sandbox.world.messages.clear()
    yield built
    built.db.dispose()


def build(begun: Begun, port: int, make_settings: Callable[..., Settings]) -> Services:
    mail = MailSettings("127.0.0.1", port, "none", "Mentoring <mentoring@example.org>")
    url = begun.services.db.engine.url.render_as_string(hide_password=False)
    settings = make_settings(database_url=url, mail=mail)
    return build_services(settings, clock=begun.clock, queue=RecordedQueue())


def tell(services: Services, person_id: int, key: str = "ask-1", **more: object) -> None:
    with services.db.begin() as session:
        services.messenger.queue_message(session, person_id, key, "A question", TEXT, **more)  # type: ignore[arg-type]


def rows(services: Services) -> list[OutboxEntry]:
    with services.db.read() as session:
        return list(session.scalars(sa.select(OutboxEntry).order_by(OutboxEntry.id)))


def test_what_is_said_waits_encrypted_is_told_once_and_then_forgotten(
    with_mail: Services, begun_on: Begun, letters: MailServer
) -> None:
    learner = begun_on.meeting.learner
    for _twice in range(2):
        tell(with_mail, learner.person_id, link="https://cairn.example.org/x", link_text="Answer")
    (waiting,) = rows(with_mail)
    assert TEXT not in json.dumps(waiting.payload)
    assert with_mail.outbox.work() == 1
    (message,) = begun_on.lms.sandbox.messages
    assert message.recipient == learner.lms_id
    assert message.text == f'<p>{TEXT}</p><p><a href="https://cairn.example.org/x">Answer</a></p>'
    (told,) = rows(with_mail)
    assert told.state is OutboxState.DONE
    assert told.payload == {"person_id": learner.person_id, "engagement_id": None}
    assert letters.letters == []


def test_where_moodle_refuses_it_is_recorded_and_a_letter_goes(
    with_mail: Services, begun_on: Begun, letters: MailServer
) -> None:
    learner = begun_on.meeting.learner
    begun_on.lms.sandbox.update_person(learner.lms_id, takes_messages=False)
    tell(with_mail, learner.person_id, stop_text="Stop these reminders")
    assert with_mail.outbox.work() == 1
    refused, letter = rows(with_mail)
    assert (refused.state, letter.state, letter.kind) == (
        OutboxState.PASSED_ON,
        OutboxState.DONE,
        "mail.message",
    )
    assert refused.last_error is not None
    assert "message preferences" in refused.last_error
    with with_mail.db.read() as session:
        address = session.get_one(Person, learner.person_id).email
    assert letters.recipients == [address]
    (sent,) = letters.letters
    assert sent["Subject"] == "A question"
    assert TEXT in str(sent.get_body(("plain",)))
    stop = sent["List-Unsubscribe"].strip("<> ")
    assert stop.startswith("http://127.0.0.1:8080/stop/")
    assert with_mail.messenger.stopped_by(stop.rpartition("/")[2]) == learner.person_id
    assert "sealed" not in refused.payload | letter.payload


def test_where_the_token_may_not_write_messages_letters_go(
    with_mail: Services, begun_on: Begun, letters: MailServer
) -> None:
    begun_on.lms.sandbox.misbehave("missing_function", function=Function.SEND_MESSAGES)
    tell(with_mail, begun_on.meeting.learner.person_id)
    assert with_mail.outbox.work() == 1
    assert len(letters.letters) == 1


def test_a_refused_message_without_an_address_is_given_up_visibly(
    with_mail: Services, begun_on: Begun, letters: MailServer
) -> None:
    learner = begun_on.meeting.learner
    begun_on.lms.sandbox.update_person(learner.lms_id, takes_messages=False)
    with with_mail.db.begin() as session:
        session.execute(sa.update(Person).values(email=None))
    tell(with_mail, learner.person_id)
    assert with_mail.outbox.work() == 0
    (failed,) = with_mail.outbox.failed()
    assert failed.last_error is not None
    assert failed.last_error.endswith("No e-mail address is known either.")


def test_what_is_said_to_an_address_goes_there_and_nowhere_else(
    with_mail: Services, begun_on: Begun, letters: MailServer
) -> None:
    with with_mail.db.begin() as session:
        with_mail.messenger.queue_mail(
            session,
            "ada@example.org",
            "invite-7",
            "Come in",
            "Hello Ada.",
            link="https://c.example.org/i/t0k3n",
        )
    (waiting,) = rows(with_mail)
    assert "t0k3n" not in json.dumps(waiting.payload)
    assert "ada" not in json.dumps(waiting.payload)
    assert with_mail.outbox.work() == 1
    assert letters.recipients == ["ada@example.org"]
    assert begun_on.lms.sandbox.messages == []
    assert rows(with_mail)[0].payload == {}


def test_a_mail_server_that_is_away_holds_up_no_message_in_moodle(
    begun: Begun, make_settings: Callable[..., Settings]
) -> None:
    away = build(begun, free_port(), make_settings)
    learner, adviser = begun.meeting.learner, begun.meeting.adviser
    with away.db.begin() as session:
        session.execute(sa.delete(OutboxEntry))
        for number in range(2):
            away.messenger.queue_mail(session, "ada@example.org", f"invite-{number}", "Come in", "Hello.")
    tell(away, learner.person_id, "a")
    tell(away, adviser.person_id, "b")
    assert away.outbox.work() == 2
    waiting = [row for row in rows(away) if row.state is OutboxState.PENDING]
    assert [(row.attempts, bool(row.last_error)) for row in waiting] == [(1, True), (0, False)]
    away.db.dispose()


def test_an_address_the_server_refuses_is_given_up_at_once(with_mail: Services, letters: MailServer) -> None:
    letters.answers = {"rcpt": "550 no such person ada@example.org"}
    with with_mail.db.begin() as session:
        with_mail.messenger.queue_mail(session, "ada@example.org", "invite-7", "Come in", "Hello Ada.")
        with_mail.messenger.queue_mail(session, "no address\nBcc: x@example.org", "invite-8", "x", "x")
    with_mail.outbox.work()
    told = [row.last_error for row in with_mail.outbox.failed()]
    assert told == [
        "The e-mail address has a line break or a control character in it.",
        "The mail server refused the address (code 550).",
    ]


def test_a_message_about_an_engagement_that_ended_is_dropped(with_mail: Services, begun_on: Begun) -> None:
    meeting = begun_on.meeting
    tell(with_mail, meeting.learner.person_id, engagement_id=meeting.id)
    with with_mail.db.begin() as session:
        session.execute(sa.update(Engagement).values(state=EngagementState.CLOSED))
    assert with_mail.outbox.work() == 0
    (row,) = rows(with_mail)
    assert (row.state, row.payload.get("sealed")) == (OutboxState.DROPPED, None)


@pytest.mark.parametrize("token", ["", "x", "gAAAAABm" + "A" * 100])
def test_a_stop_address_cannot_be_made_up(services: Services, token: str) -> None:
    assert services.messenger.stopped_by(token) is None
