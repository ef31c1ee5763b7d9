"""The launch over HTTP: cookies, headers, replays, and what a log may hold."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
import structlog
from bs4 import BeautifulSoup
from structlog.testing import capture_logs

from companion import logs
from companion.models.people import Person
from tests.begun import Begun
from tests.functional.launcher import Launcher


def test_the_session_cookie_is_partitioned_and_of_this_launch_alone(learner: Launcher) -> None:
    path, fields = learner.message()
    answer = learner.client.post(path, data=fields)
    kept = [
        value for name, value in answer.headers if name == "Set-Cookie" and value.startswith("cairn_widget=")
    ]
    [cookie] = kept
    parts = {part.strip().split("=")[0].lower() for part in cookie.split(";")}
    assert {"secure", "httponly", "partitioned"} <= parts
    assert "SameSite=None" in cookie
    launch_id = answer.headers["Location"].split("/")[2]
    assert f"Path=/w/{launch_id};" in cookie + ";"


def test_only_the_platform_may_frame_a_widget(learner: Launcher, installation: Begun) -> None:
    widget = learner.open()
    policy = widget.response.headers["Content-Security-Policy"]
    assert f"frame-ancestors {installation.lms.url}" in policy
    assert "unsafe" not in policy
    assert widget.response.headers["Referrer-Policy"] == "no-referrer"
    assert widget.response.headers["Cache-Control"] == "no-store"


def test_a_launch_message_opens_one_page(learner: Launcher) -> None:
    path, fields = learner.message()
    assert learner.client.post(path, data=fields).status_code == 303
    again = learner.client.post(path, data=fields)
    assert again.status_code == 401
    assert "could not be opened" in again.get_data(as_text=True)
    link = BeautifulSoup(again.get_data(as_text=True), "html.parser").select_one("a.button")
    assert link is not None
    assert (link.get_text(), link["target"]) == ("Reload the course page", "_top")
    assert re.fullmatch(re.escape(learner.begun.lms.url) + r"/course/view\.php\?id=\d+", str(link["href"]))


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-8] + "AAAAAAAA", lambda _token: "e30.e30.", lambda _token: ""]
)
def test_only_where_a_platform_signed_it_does_a_spent_message_lead_anywhere(
    learner: Launcher, spoil: Callable[[str], str]
) -> None:
    """The attack: a page of ours that sends whoever it is shown to where somebody else chose."""
    path, fields = learner.message()
    learner.client.post(path, data=fields)
    again = learner.client.post(path, data={**fields, "id_token": spoil(fields["id_token"])})
    assert again.status_code == 401
    assert "Reload the course page." in again.get_data(as_text=True)
    assert BeautifulSoup(again.get_data(as_text=True), "html.parser").select("a.button") == []


def test_an_oversized_message_is_refused_unread(learner: Launcher) -> None:
    path, fields = learner.message()
    answer = learner.client.post(path, data={**fields, "more": "x" * 300_000})
    assert answer.status_code == 400
    assert "is too large" in answer.get_data(as_text=True)
    assert learner.client.post(path, data=fields).status_code == 303, "nothing of it was looked at"


def test_a_launch_message_opens_nothing_in_another_browser(learner: Launcher) -> None:
    """The attack: a message meant for one browser is posted by another."""
    path, fields = learner.message()
    other = learner.client.application.test_client()
    assert other.post(path, data=fields).status_code in (400, 401, 403)


def test_a_launch_that_waited_too_long_is_refused(learner: Launcher, installation: Begun) -> None:
    path, fields = learner.message()
    installation.clock.move(minutes=11)
    assert learner.client.post(path, data=fields).status_code == 401


@pytest.fixture
def logging_on() -> Iterator[None]:
    """Logs as in production, and afterwards as before: this test's standard error is closed by then."""
    logs.set_up(as_json=True)
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("logging_on")
def test_nothing_of_a_launch_is_logged(learner: Launcher, capsys: pytest.CaptureFixture[str]) -> None:
    with capture_logs() as logged:
        path, fields = learner.message()
        widget = learner.follow(learner.client.post(path, data=fields))
        widget.send(mood="good", contact="call", note="nobody may read this in a log")
        learner.client.post(path, data=fields)
    out = json.dumps(logged, default=str) + "".join(capsys.readouterr())
    secrets = [fields["id_token"], fields["state"], widget.address.split("/")[2], "nobody may read this"]
    assert [secret for secret in secrets if secret in out] == []
    assert any(entry["event"] == "request" for entry in logged)


def test_somebody_not_read_yet_is_told_what_happens_next(learner: Launcher, installation: Begun) -> None:
    """Moodle lets people in before the next sync knows them."""
    sandbox = installation.lms.sandbox
    newcomer = sandbox.find_person("tomas")
    with installation.services.db.begin() as session:
        for person in session.query(Person).where(Person.lms_id == newcomer.id):
            person.lms_id = 10**9
    learner = Launcher.of(installation, learner.client.application.test_client(), "tomas")
    assert "We have not met yet" in learner.open(course="WELCOME").words
