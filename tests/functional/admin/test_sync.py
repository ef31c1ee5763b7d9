"""The sync page: runs, asking for one, following it."""

import pytest

from companion.errors import LmsError
from companion.models.jobs import SyncKind, SyncRun, SyncState
from tests.begun import Begun
from tests.conftest import RecordedQueue
from tests.functional.admin.visitor import Visitor


@pytest.fixture
def under_way(installation: Begun) -> int:
    """The id of a run that is alive."""
    now = installation.clock()
    with installation.services.db.begin() as session:
        run = SyncRun(
            site_id=installation.services.sites.current().id,
            state=SyncState.RUNNING,
            started_at=now,
            heartbeat_at=now,
            kind=SyncKind.FULL,
            scope="",
            resumed=False,
            complete=False,
            phase="participants",
            steps_done=3,
            steps=12,
            held_back=0,
            counts={},
            problems=[],
        )
        session.add(run)
        session.flush()
        return run.id


def test_without_moodle_the_page_tells_the_command(newcomer: Visitor) -> None:
    assert "python -m companion connect" in newcomer.get("/admin/sync").words


def test_before_the_first_run_the_page_says_what_a_sync_does(connected: Visitor) -> None:
    page = connected.get("/admin/sync")
    assert "Nothing has been read yet" in page.words
    assert page.form("Sync now")


def test_a_run_is_shown_with_what_it_read(admin: Visitor, installation: Begun) -> None:
    last = installation.services.sync.history()[0]
    row = admin.get("/admin/sync").rows()[0]
    assert row[1:4] == ["Done", str(last.counts["courses_read"]), str(last.counts["people_read"])]
    assert row[5] == "None"


def test_a_failed_run_is_shown_with_its_sentence(admin: Visitor, installation: Begun) -> None:
    installation.lms.sandbox.misbehave("invalid_token")
    with pytest.raises(LmsError):
        installation.services.sync.run()
    row = admin.get("/admin/sync").rows()[0]
    assert row[1] == "Failed"
    assert "Nothing was changed" in row[5] or "token" in row[5].lower()


def test_a_sync_asked_for_is_sent_to_the_worker_and_followed_until_it_begins(
    admin: Visitor, installation: Begun, queue: RecordedQueue
) -> None:
    page = admin.press(admin.get("/admin/sync"), "Sync now")
    assert queue.sent == ["refresh"]
    assert page.flashes == ["A sync is asked for."]
    assert page.response.headers["Refresh"] == "5"
    assert "python -m companion worker" in page.words
    assert "Refresh" not in admin.get(page.link("Stop reloading")).response.headers
    installation.services.sync.run()
    followed = admin.get(page.response.request.full_path)
    assert "Refresh" not in followed.response.headers, "the run has ended: nothing more to follow"


def test_a_run_under_way_can_be_followed_by_whoever_wants_to(
    admin: Visitor, installation: Begun, under_way: int, queue: RecordedQueue
) -> None:
    page = admin.get("/admin/sync")
    assert "A sync is under way: participants, 3 of 12." in page.words
    assert "Refresh" not in page.response.headers
    assert "Sync now" not in page.words
    assert admin.get(page.link("Follow it")).response.headers["Refresh"] == "5"
    answer = admin.client.post("/admin/sync", data={"csrf_token": admin.token()}, follow_redirects=True)
    assert "A sync is already under way." in answer.text
    assert queue.sent == []


def test_a_run_that_died_holds_nothing_up(
    admin: Visitor, installation: Begun, under_way: int, queue: RecordedQueue
) -> None:
    installation.clock.move(minutes=11)
    page = admin.get("/admin/sync")
    assert "silent since" in page.rows()[0][1]
    admin.press(page, "Sync now")
    assert queue.sent == ["refresh"]


def test_everything_can_be_asked_for(admin: Visitor, queue: RecordedQueue) -> None:
    admin.press(admin.get("/admin/sync"), "Read everything")
    assert queue.sent == ["sync"]


def test_a_removal_that_was_held_back_is_allowed_by_a_button(
    admin: Visitor, installation: Begun, queue: RecordedQueue
) -> None:
    people = installation.lms.sandbox.world.enrolments_in(
        installation.lms.sandbox.find_course("ONB-SALES").id
    )
    for row in people[:20]:
        installation.lms.sandbox.delete_person(row.person)
    assert "Remove whoever has gone" not in admin.get("/admin/sync").words
    installation.services.sync.run()
    page = admin.get("/admin/sync")
    assert "20 people and courses have gone and were kept" in page.words
    admin.press(page, "Remove whoever has gone")
    assert queue.sent == ["remove"]
    assert installation.services.sync.remove().changes["people_gone"] == 20
    assert "Remove whoever has gone" not in admin.get("/admin/sync").words


def test_what_was_not_offered_is_not_asked_for(admin: Visitor, queue: RecordedQueue) -> None:
    data = {"csrf_token": admin.token(), "what": "anything"}
    assert admin.client.post("/admin/sync", data=data).status_code == 422
    assert queue.sent == []
