"""The doctor looks at everything, and says how to mend what is missing."""

import sqlalchemy as sa

from companion.models.jobs import OutboxEntry, OutboxState
from companion.services.doctor import examine
from companion.services.findings import Finding, Level
from companion.services.registry import Services
from companion.store import schema
from lms_client import Function
from tests.begun import Begun
from tests.sites import Lms, connect


def whats(found: list[Finding], level: Level) -> list[str]:
    return [finding.what for finding in found if finding.level is level]


def test_a_new_installation_is_told_each_next_step(services_on: Services) -> None:
    found = examine(services_on)
    assert whats(found, Level.OK) == ["The database has the schema of this version."]
    assert whats(found, Level.MISSING) == ["Nobody can sign in to the admin.", "No Moodle is connected."]
    assert whats(found, Level.WARNING) == ["No LTI platform is registered: no widget can be opened."]
    commands = [finding.advice for finding in found if finding.level is not Level.OK]
    assert all("python -m companion" in advice for advice in commands)


def test_an_installation_in_order_has_nothing_to_mend(begun: Begun) -> None:
    begun.services.staff.create("ada@example.org", "Ada", "a long password")
    with begun.services.db.begin() as session:
        session.execute(sa.update(OutboxEntry).values(state=OutboxState.DONE))
    found = examine(begun.services)
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
    assert "1 groups or messages could not be sent to Moodle." in whats(
        examine(begun.services), Level.WARNING
    )


def test_a_disabled_platform_opens_no_widget(begun: Begun) -> None:
    (platform,) = begun.services.lti.platforms()
    begun.services.lti.set_enabled(platform.id, enabled=False)
    assert any("No LTI platform" in what for what in whats(examine(begun.services), Level.WARNING))
