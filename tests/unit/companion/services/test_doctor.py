"""The doctor looks at everything, and says how to mend what is missing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from companion.lti.errors import KeysUnreachableError
from companion.mail.smtp import Security, Smtp
from companion.models.engagement import Contact, Mood
from companion.models.jobs import OutboxEntry, OutboxState
from companion.services.doctor import examine
from companion.services.findings import Finding, Level
from companion.services.registry import Services, build_services
from companion.store import schema
from config import MailSettings, Settings
from lms_client import Function
from tests.begun import Begun
from tests.mail_server import mail_server
from tests.sites import Lms, connect, free_port


def whats(found: list[Finding], level: Level) -> list[str]:
    return [finding.what for finding in found if finding.level is level]


def test_a_new_installation_is_told_each_next_step(services_on: Services) -> None:
    found = examine(services_on)
    assert whats(found, Level.OK) == [
        "The database has the schema of this version.",
        "What is kept encrypted can be read.",
    ]
    assert whats(found, Level.MISSING) == ["Nobody can sign in to the admin.", "No Moodle is connected."]
    worker, platform, mail = whats(found, Level.WARNING)
    assert worker.startswith("No worker did anything")
    assert platform == "No LTI platform is registered: no widget can be opened."
    assert mail.startswith("No mail server is set")
    commands = [finding.advice for finding in found if finding.level is not Level.OK]
    assert all("python -m companion" in advice or "CAIRN_MAIL_HOST" in advice for advice in commands)


def test_an_installation_in_order_has_nothing_to_mend(
    begun: Begun, make_settings: Callable[..., Settings]
) -> None:
    begun.services.staff.create("ada@example.org", "Ada", "a long password")
    with begun.services.db.begin() as session:
        session.execute(sa.update(OutboxEntry).values(state=OutboxState.DONE))
    begun.services.jobs.watched("outbox", begun.services.outbox.work)()
    with mail_server() as server:
        mail = MailSettings("127.0.0.1", server.port, "none", "Mentoring <mentoring@example.org>")
        url = begun.services.db.engine.url.render_as_string(hide_password=False)
        told = build_services(make_settings(database_url=url, mail=mail), clock=begun.clock)
        found = examine(told)
        told.db.dispose()
    assert {finding.level for finding in found} == {Level.OK}
    assert any("Acme Learning answers" in finding.what for finding in found)
    assert any(begun.lms.url in finding.what for finding in found)


def test_an_old_schema_is_told_before_anything_is_asked_of_it(services: Services) -> None:
    schema.downgrade(services.db, "base")
    (finding,) = examine(services)
    assert (finding.level, finding.advice) == (Level.MISSING, "Run: python -m companion upgrade")


def test_every_missing_function_is_named(services: Services, lms: Lms) -> None:
    connect(services, lms)
    gone = (Function.PARTICIPANTS, Function.SEND_MESSAGES, Function.REMOVE_GROUP_MEMBERS)
    for function in gone:
        lms.sandbox.misbehave("missing_function", function=function)
    text = " ".join(finding.what for finding in examine(services))
    assert [function for function in gone if function not in text] == []


def test_a_site_administrators_token_is_warned_of(services: Services, lms: Lms) -> None:
    connect(services, lms)
    lms.sandbox.update_person(lms.sandbox.world.service_user, is_admin=True)
    assert any("site administrator" in what for what in whats(examine(services), Level.WARNING))


def test_a_site_that_does_not_answer_does_not_hide_the_rest(services: Services, lms: Lms) -> None:
    connect(services, lms)
    lms.sandbox.misbehave("maintenance")
    found = examine(services)
    assert "The Moodle site does not answer as it should." in whats(found, Level.MISSING)
    assert not any("its people can be read" in finding.what for finding in found)
    assert any("Widgets can be opened" in what for what in whats(found, Level.OK))


def test_what_was_given_up_is_counted(begun: Begun) -> None:
    """One learner of the sandbox takes no messages."""
    assert len(begun.services.outbox.failed()) == 1
    assert "1 groups, dates, messages or letters were given up." in whats(
        examine(begun.services), Level.WARNING
    )


def test_a_disabled_platform_opens_no_widget(begun: Begun) -> None:
    (platform,) = begun.services.lti.platforms()
    begun.services.lti.set_enabled(platform.id, enabled=False)
    assert any("No LTI platform" in what for what in whats(examine(begun.services), Level.WARNING))


def test_a_lost_key_is_told_of_each_kind(begun: Begun, make_settings: Callable[..., Settings]) -> None:
    meeting = begun.meeting
    begun.services.mentoring.check_in(
        meeting.seen_by(meeting.learner),
        meeting.id,
        mood=Mood.GOOD,
        contact=Contact.CALL,
        note="We met.",
        form_key="k",
    )
    url = begun.services.db.engine.url.render_as_string(hide_password=False)
    new = {name: Fernet.generate_key().decode() for name in ("encryption_key", "text_key")}
    lost = build_services(make_settings(database_url=url, **new), clock=begun.clock)
    missing = whats(examine(lost), Level.MISSING)
    lost.db.dispose()
    assert "The key that Cairn signs with cannot be read." in missing
    assert "What people wrote cannot be read." in missing
    assert "The connected Moodle cannot be asked." in missing


def test_a_worker_that_fell_silent_and_a_job_that_fails_are_told(begun: Begun) -> None:
    jobs = begun.services.jobs

    def fails() -> None:
        raise OSError("the words of a person")

    jobs.watched("outbox", lambda: None)()
    assert any("A worker does" in what for what in whats(examine(begun.services), Level.OK))
    with pytest.raises(OSError, match="words"):
        jobs.watched("sync", fails)()
    warned = whats(examine(begun.services), Level.WARNING)
    assert "The job “sync” failed the last time (OSError), 1 of 1 times in all." in warned
    begun.clock.move(minutes=6)
    assert any("No worker" in what for what in whats(examine(begun.services), Level.WARNING))


def test_a_mail_server_that_cannot_be_used_is_missing(
    services: Services, make_settings: Callable[..., Settings]
) -> None:
    mail = Smtp("127.0.0.1", free_port(), Security.NONE, "m@example.org")
    found = whats(examine(replace(services, mail=mail)), Level.MISSING)
    assert any("cannot be used" in what for what in found)


def test_clocks_that_are_apart_and_a_platform_out_of_reach_are_told(begun: Begun) -> None:
    late = replace(begun.services, clock_apart=lambda _url: timedelta(seconds=-90))
    assert any("90 seconds apart" in what for what in whats(examine(late), Level.WARNING))

    def unreachable(_url: str) -> timedelta:
        raise KeysUnreachableError

    gone = replace(begun.services, clock_apart=unreachable)
    assert any("cannot be read: launches" in what for what in whats(examine(gone), Level.WARNING))
