"""Thanks, lessons and one's own data over HTTP, from the launch on."""

import json

import pytest

from companion.models.engagement import Side
from companion.services.engagements import EngagementLine
from companion.web.widgets.own import KEPT
from tests.begun import Begun
from tests.functional.launcher import Launcher, Widget

THANKS = "For the hour on the forecast sheet"
LESSON = "I would ask on the first day, not in the second week."


@pytest.fixture
def installation(begun: Begun) -> Begun:
    """On SQLite alone: what is stored is tested on both, with the services."""
    return begun


def page(person: Launcher, name: str) -> Widget:
    """A page beside the widget, from its launch."""
    widget = person.open()
    widget.address = widget.address.rsplit("/", 1)[0] + f"/{name}"
    return widget.reload()


def send(widget: Widget, action: str, **values: str) -> Widget:
    form = next(f for f in widget.html.select("form[action]") if str(f["action"]).endswith(action))
    sent = {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}
    for choice in form.select("select"):
        sent[str(choice["name"])] = str(choice.select("option")[0]["value"])
    widget.response = widget.client.post(str(form["action"]), data={**sent, **values}, follow_redirects=True)
    return widget


def test_thanks_reach_the_one_thanked_and_can_be_taken_back(learner: Launcher, adviser: Launcher) -> None:
    mine = send(page(learner, "given"), "/thanks", text=THANKS)
    assert "Said. It does more than one thinks." in mine.words
    assert THANKS in page(adviser, "given").words
    send(mine, "/undo")
    assert THANKS not in page(adviser, "given").words
    kept = send(mine, "/lesson", text=LESSON, audience="engagement")
    assert LESSON in kept.words
    send(kept, "/undo")
    assert LESSON not in kept.words


def test_a_lesson_for_those_who_come_next_is_shown_after_the_look(
    learner: Launcher, adviser: Launcher, installation: Begun
) -> None:
    sent = send(page(learner, "given"), "/lesson", text=LESSON, audience="next_cohort", kind="went_wrong")
    assert "waits for the coordinator's look" in sent.words
    ask = page(adviser, "ask")
    assert LESSON not in ask.words
    (offered,), _ = installation.services.offered_lessons.waiting([installation.programme_id])
    installation.services.offered_lessons.decide(offered.id, publish=True, by="a coordinator")
    assert LESSON in ask.reload().words


def test_what_is_missing_is_said_and_nothing_is_lost(learner: Launcher) -> None:
    widget = send(page(learner, "given"), "/lesson", text=LESSON)
    assert widget.response.status_code == 422
    assert "Choose who may read it." in widget.words
    assert LESSON in widget.html.select_one("#text-lesson").text  # type: ignore[union-attr]


def test_there_is_something_to_talk_about_from_the_first_day(learner: Launcher, adviser: Launcher) -> None:
    for person in (learner, adviser):
        assert "To talk about with" in page(person, "given").words


def test_everything_can_be_taken_along(learner: Launcher, line: EngagementLine) -> None:
    widget = page(learner, "data")
    base = widget.address
    told = json.loads(widget.client.get(f"{base}/json").get_data())
    name = next(member.full_name for member in line.members if member.side is Side.LEARNER)
    assert told["person"][0]["full_name"] == name
    assert set(told) - {"made_at"} == set(KEPT), "the page has a word for everything, the files a key"
    archive = widget.client.get(f"{base}/csv")
    assert archive.mimetype == "application/zip"
    assert "attachment" in archive.headers["Content-Disposition"]


def test_reminders_consent_and_taking_part_are_ones_own_to_decide(
    learner: Launcher, adviser: Launcher, installation: Begun
) -> None:
    mine = page(learner, "data")
    assert "Let them come again" in send(mine, "/stop").words
    assert "Stop them" in send(mine, "/resume").words
    assert "Take that back" in send(mine, "/show").words
    assert "Take part again" in send(mine, "/leave").words
    assert "Stop taking part" in send(mine, "/join").words
    installation.clock.move(minutes=10)
    installation.services.outbox.work()
    assert "This engagement has ended" not in adviser.open().words, "it was taken back"
    send(mine, "/leave")
    installation.clock.move(minutes=10)
    installation.services.outbox.work()
    assert "This engagement has ended" in adviser.open().words
    assert "Stop taking part" in send(mine, "/join").words


def test_erasing_wants_a_tick_and_takes_what_was_written(learner: Launcher, adviser: Launcher) -> None:
    send(page(learner, "given"), "/thanks", text=THANKS)
    mine = send(page(learner, "data"), "/erase")
    assert mine.response.status_code == 422
    assert "Tick the box first" in mine.words
    assert "Erased." in send(mine, "/erase", sure="yes").words
    assert THANKS not in page(adviser, "given").words
