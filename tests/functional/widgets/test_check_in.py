"""The check-in widget over HTTP, from the launch on."""

from collections.abc import Callable

from flask import Flask

from companion.models.lti import Launch
from companion.services.engagements import EngagementLine
from companion.web import form_token
from companion.web.signing import Serializer
from tests.begun import Begun
from tests.functional.launcher import Launcher

NOTE = "The glossary on page two saved my first call"
SENT = {"mood": "good", "contact": "message", "note": NOTE}


def test_what_one_side_sends_the_other_sees(learner: Launcher, adviser: Launcher) -> None:
    widget = learner.open().send(**SENT)
    assert widget.response.status_code == 200
    assert "Sent." in widget.words
    assert NOTE in widget.words
    assert NOTE in adviser.open().words


def test_who_will_see_it_stands_beside_the_input(learner: Launcher, line: EngagementLine) -> None:
    page = learner.open().html
    described = str(page.select_one("textarea#note")["aria-describedby"]).split()  # type: ignore[index]
    adviser = next(member.full_name for member in line.members if member.side.value == "adviser")
    told = page.select_one(f"#{described[0]} > span").get_text()  # type: ignore[union-attr]
    assert told == f"You and {adviser} see this. No teacher and no administrator does."


def test_the_same_form_sent_twice_is_kept_once(
    learner: Launcher, installation: Begun, line: EngagementLine
) -> None:
    widget = learner.open()
    sent = {**widget.fields(), **SENT}
    for _ in range(2):
        assert widget.client.post(widget.address, data=sent).status_code == 303
    lines = installation.services.engagements.of_programme(installation.programme_id)
    assert next(one for one in lines if one.engagement.id == line.engagement.id).activity.check_ins == 1


def test_a_form_with_errors_comes_back_filled_in_and_keeps_its_key(learner: Launcher) -> None:
    widget = learner.open()
    key = widget.fields()["form_key"]
    widget.send(mood="hard", note="a" * 141)
    assert widget.response.status_code == 422
    assert "Say whether you were in touch." in widget.words
    assert widget.html.select_one("input[value=hard]").has_attr("checked")  # type: ignore[union-attr]
    assert widget.html.select_one("textarea").text == "a" * 141  # type: ignore[union-attr]
    assert widget.fields()["form_key"] == key


def test_somebody_elses_engagement_is_not_there(
    sign_in: Callable[[str], Launcher], installation: Begun, learner: Launcher, line: EngagementLine
) -> None:
    """The attack: a learner names the engagement of other people."""
    own = learner.open()
    lines = installation.services.engagements.of_programme(installation.programme_id)
    other = next(one for one in lines if one.engagement.id != line.engagement.id)
    own.send(**{**SENT, "engagement": str(other.engagement.id)})
    assert own.response.status_code == 404
    lines = installation.services.engagements.of_programme(installation.programme_id)
    assert all(one.activity.check_ins == 0 for one in lines)


def test_a_course_outside_the_programme_shows_no_engagement(learner: Launcher, installation: Begun) -> None:
    """The attack: the launch is real, but from a course the engagement does not belong to."""
    widget = learner.open()
    launch_id = widget.address.split("/")[2]
    _move_launch(installation, launch_id, "DP-101")
    assert "No mentoring in this course yet" in widget.reload().words
    assert widget.client.post(widget.address, data={**SENT, "engagement": "1"}).status_code in (400, 404)


def test_no_cookie_no_widget_but_a_way_out(learner: Launcher, installation: Begun) -> None:
    address = learner.open().address
    stranger = Launcher(installation, learner.client.application.test_client(), learner.session)
    answer = stranger.client.get(address)
    assert answer.status_code == 403
    assert "Open in a new tab" in answer.get_data(as_text=True)
    assert "/mod/lti/view.php?id=" in answer.get_data(as_text=True)


def test_the_cookie_of_one_launch_opens_no_other(learner: Launcher, adviser: Launcher) -> None:
    """The attack: the address of somebody else's widget, with one's own cookie."""
    theirs = adviser.open().address
    mine = learner.open()
    assert mine.client.get(theirs).status_code == 403


def test_after_eight_hours_the_launch_is_over(learner: Launcher, installation: Begun) -> None:
    widget = learner.open()
    installation.clock.move(hours=8, seconds=1)
    assert widget.reload().response.status_code == 401
    assert "Reload the course page" in widget.words


def test_a_form_without_its_token_is_refused(
    learner: Launcher, adviser: Launcher, application: Flask
) -> None:
    widget, other = learner.open(), adviser.open()
    good = widget.fields()["csrf_token"]
    ours = Serializer(application.secret_key, form_token.SALT)
    plain = str(ours.loads(good))
    refused = {
        "none": "",
        "of another launch": other.fields()["csrf_token"],
        "cut": good[:-1],
        "not signed": plain,
        "signed for something else": Serializer(application.secret_key, "another").dumps(plain),
        "signed by somebody else": Serializer("somebody else" * 4, form_token.SALT).dumps(plain),
    }
    for which, token in refused.items():
        sent = {**widget.fields(), **SENT, "csrf_token": token}
        assert widget.client.post(widget.address, data=sent).status_code == 400, which
    assert NOTE not in widget.reload().words
    widget.send(**SENT)
    assert NOTE in widget.words


def test_an_engagement_that_ended_takes_nothing_more(learner: Launcher, installation: Begun) -> None:
    installation.clock.move(days=27, hours=11)
    widget = learner.open()
    installation.clock.move(hours=5)  # past midnight of the last day; the launch is still good
    assert installation.services.upkeep.run() > 0
    widget.send(**SENT)
    assert widget.response.status_code == 404
    assert "This engagement has ended" in widget.reload().words


def test_a_person_removed_in_the_lms_ends_the_engagement_for_the_other(
    adviser: Launcher, installation: Begun, line: EngagementLine
) -> None:
    gone = next(member for member in line.members if member.side.value == "learner")
    installation.lms.sandbox.delete_person(gone.lms_id)
    installation.services.sync.run()
    assert "This engagement has ended" in adviser.open().words


def _move_launch(installation: Begun, launch_id: str, short_name: str) -> None:
    course = next(c for c, short, _ in installation.services.sites.courses() if short == short_name)
    with installation.services.db.begin() as session:
        session.get_one(Launch, launch_id).course_id = course
