"""The ask widget over HTTP, from the launch on."""

from collections.abc import Callable

import pytest

from companion.models.exchange import Ask, AskedPerson
from companion.models.people import Enrolment, EnrolmentRole, Person
from companion.models.programme import Programme
from companion.store import engagements
from tests.begun import Begun
from tests.functional.launcher import Launcher, Widget

QUESTION = "Does the discount in <section three> need a second signature?"
ANSWER = "Only above ten percent. Ask Ines before you send it."


@pytest.fixture
def installation(begun: Begun) -> Begun:
    """On SQLite alone: what is stored of questions is tested on both in unit/companion/services/test_asks.py."""
    return begun


@pytest.fixture
def asked(
    learner: Launcher, installation: Begun, sign_in: Callable[[str], Launcher]
) -> tuple[Widget, Launcher]:
    """The learner's widget with a question sent, and somebody it was put to."""
    widget = ask_page(learner).send(text=QUESTION)
    world = installation.lms.sandbox.world
    with installation.services.db.read() as session:
        person = session.query(AskedPerson).order_by(AskedPerson.id).first()
        assert person is not None
        lms_id = session.get_one(Person, person.person_id).lms_id
    return widget, sign_in(world.people[lms_id].username)


def ask_page(person: Launcher) -> Widget:
    """The widget, from the launch of another one of the same course."""
    widget = person.open()
    widget.address = widget.address.rsplit("/", 1)[0] + "/ask"
    return widget.reload()


def given_page(person: Launcher) -> Widget:
    """Thanks and lessons, from a launch."""
    widget = person.open()
    widget.address = widget.address.rsplit("/", 1)[0] + "/given"
    return widget.reload()


def deed(widget: Widget, name: str, **values: str) -> Widget:
    """Fill in one of the forms on the page, by what it does, and send it."""
    form = next(f for f in widget.html.select("form[action]") if str(f["action"]).endswith(f"/{name}"))
    hidden = {str(i["name"]): str(i.get("value", "")) for i in form.select("input[type=hidden]")}
    widget.response = widget.client.post(
        str(form["action"]), data={**hidden, **values}, follow_redirects=True
    )
    return widget


def test_a_question_is_answered_where_it_arose(asked: tuple[Widget, Launcher]) -> None:
    mine, helper = asked
    assert "Sent. You see the answer here." in mine.words
    theirs = ask_page(helper)
    assert "Somebody asks you" in theirs.words
    assert QUESTION in theirs.words
    deed(theirs, "answer", text=ANSWER)
    assert "Thank you. Your answer is there." in theirs.words
    assert ANSWER in mine.reload().words
    deed(mine, "resolve", words="It saved my first offer", credited="")
    assert "Resolved. Good that you asked." in mine.words


def test_what_was_said_can_be_taken_back_for_ten_minutes(
    asked: tuple[Widget, Launcher], installation: Begun
) -> None:
    """A question, an answer and that it is resolved; each as if it had never been."""
    mine, helper = asked
    theirs = deed(ask_page(helper), "answer", text=ANSWER)
    assert "answered" in mine.reload().words
    deed(theirs, "undo")
    assert "Taken back" in theirs.words
    assert ANSWER not in mine.reload().words
    assert "waiting for an answer" in mine.words
    deed(ask_page(helper), "more", text="In which country?")
    deed(mine.reload(), "add", text="In Spain")
    deed(mine, "undo")
    assert "asked back" in mine.words
    assert "Spain" not in mine.words
    deed(ask_page(helper), "answer", text=ANSWER)
    deed(mine.reload(), "resolve", words="It saved my first offer")
    assert "It is resolved" not in mine.words
    deed(mine, "undo")
    assert "It is resolved" in mine.words
    assert ANSWER in mine.words
    assert "It saved my first offer" not in given_page(helper).words
    second = "And who signs above ten percent?"
    mine.send(text=second)
    installation.clock.move(minutes=5)
    deed(mine.reload(), "undo")
    assert second not in mine.words
    mine.send(text=second)
    installation.clock.move(minutes=11)
    assert not mine.reload().html.select("form[action$='/undo']")


def test_a_question_that_somebody_answered_is_not_taken_back(
    asked: tuple[Widget, Launcher],
) -> None:
    mine, helper = asked
    deed(ask_page(helper), "answer", text=ANSWER)
    deed(mine, "undo")
    assert "Somebody has answered already. Say that it is resolved instead." in mine.words
    assert ANSWER in mine.words


def test_what_was_written_in_a_session_that_was_lost_comes_back_to_be_copied(learner: Launcher) -> None:
    widget = ask_page(learner)
    sent = {**widget.fields(), "text": QUESTION}
    widget.client.delete_cookie("launch")
    gone = widget.client.post(f"/w/{'x' * 43}/ask", data=sent)
    widget.response = gone
    assert gone.status_code in (400, 401)
    assert [each.get_text() for each in widget.html.select("blockquote")] == [QUESTION]


def test_who_will_see_it_stands_beside_each_input(asked: tuple[Widget, Launcher]) -> None:
    mine, helper = asked
    for page in (mine.html, ask_page(helper).html):
        for field in page.select("textarea"):
            told = page.select_one("#" + str(field["aria-describedby"]).split()[0])
            assert told is not None
            assert "see this" in told.get_text()


def test_the_question_knows_where_it_came_up(learner: Launcher, installation: Begun) -> None:
    widget = ask_page(learner)
    number = str(widget.html.select("select#section option")[2]["value"])
    name = widget.html.select("select#section option")[2].get_text(strip=True)
    widget.send(text=QUESTION, section=number)
    with installation.services.db.read() as session:
        assert session.query(Ask).one().section == int(number)
    assert name in widget.words


def test_a_widget_that_stands_in_a_section_asks_there(learner: Launcher, installation: Begun) -> None:
    """By the custom parameter of the activity; one that says nothing usable is as none."""
    modules = installation.lms.sandbox.world.modules.values()
    for given, chosen in (("2", ["2"]), ("x", [])):
        for module in modules:
            module.custom = f"{module.custom.split('section=')[0]}\nsection={given}"
        widget = ask_page(learner)
        options = widget.html.select("#section option[selected]")
        assert [str(option["value"]) for option in options] == chosen
        lesson = given_page(learner).html.select("#lesson-section option[selected]")
        assert [str(option["value"]) for option in lesson] == chosen


def test_what_was_too_long_comes_back_filled_in(learner: Launcher) -> None:
    widget = ask_page(learner)
    key = widget.fields()["form_key"]
    widget.send(text="a" * 401)
    assert widget.response.status_code == 422
    assert "That is too long." in widget.words
    assert widget.html.select_one("textarea").text == "a" * 401  # type: ignore[union-attr]
    assert widget.fields()["form_key"] == key


def test_who_passes_it_on_is_done_with_it(asked: tuple[Widget, Launcher]) -> None:
    _, helper = asked
    theirs = deed(ask_page(helper), "pass")
    assert "Passed on." in theirs.words
    assert QUESTION not in theirs.words
    deed(theirs, "undo")
    assert QUESTION in theirs.words
    deed(theirs, "pass")
    assert QUESTION not in theirs.words


def test_both_wish_and_a_week_begins(
    learner: Launcher, installation: Begun, sign_in: Callable[[str], Launcher]
) -> None:
    with installation.services.db.begin() as session:
        session.query(Programme).update({Programme.capacity: 4})
    mine = ask_page(learner).send(text=QUESTION)
    with installation.services.db.read() as session:
        partners = engagements.partners_of(session, session.query(Ask).one().asker_id)
        asked = session.query(AskedPerson).filter(AskedPerson.person_id.not_in(partners)).first()
        assert asked is not None
        helper = session.get_one(Person, asked.person_id)
    before = len(installation.services.engagements.of_programme(installation.programme_id))
    theirs = ask_page(sign_in(installation.lms.sandbox.world.people[helper.lms_id].username))
    deed(deed(theirs, "answer", text=ANSWER), "wish")
    assert "If the other wishes it too" in theirs.words
    deed(mine.reload(), "wish")
    assert "You go on together for a week." in mine.words
    deed(mine, "undo")
    assert len(installation.services.engagements.of_programme(installation.programme_id)) == before
    deed(mine, "wish")
    installation.clock.move(minutes=10)
    installation.services.outbox.work()
    assert helper.full_name in ask_page(learner).client.get(mine.address.replace("/ask", "/mentoring")).text
    assert len(installation.services.engagements.of_programme(installation.programme_id)) == before + 1


def test_the_attack_nobody_reads_or_answers_what_was_not_put_to_them(
    asked: tuple[Widget, Launcher], sign_in: Callable[[str], Launcher], installation: Begun
) -> None:
    mine, _ = asked
    with installation.services.db.read() as session:
        ask = session.query(Ask).one()
        have = {ask.asker_id, *(row.person_id for row in session.query(AskedPerson))}
        in_course = (
            session.query(Person)
            .join(Enrolment)
            .filter(
                Enrolment.course_id == ask.course_id,
                Enrolment.role == EnrolmentRole.LEARNER,
                Person.id.not_in(have),
                Person.suspended.is_(False),
            )
        )
        stranger, ask_id = in_course.order_by(Person.id).first(), ask.id
    assert stranger is not None
    username = installation.lms.sandbox.world.people[stranger.lms_id].username
    widget = ask_page(sign_in(username))
    base = widget.address.rsplit("/", 1)[0]
    assert QUESTION not in widget.words
    sent = {**widget.fields(), "text": ANSWER}
    for name in ("answer", "more", "add", "pass", "resolve", "wish"):
        assert widget.client.post(f"{base}/ask/{ask_id}/{name}", data=sent).status_code == 404
    assert ANSWER not in mine.reload().words


def test_a_teacher_may_open_it_and_sees_no_question(
    asked: tuple[Widget, Launcher], sign_in: Callable[[str], Launcher], installation: Begun
) -> None:
    """The attack: whoever teaches the course looks into the questions asked in it."""
    course = next(
        p.course_id for p, _ in installation.services.placements.standing([installation.programme_id])
    )
    world = installation.lms.sandbox.world
    with installation.services.db.read() as session:
        teacher = (
            session.query(Person)
            .join(Enrolment, Enrolment.person_id == Person.id)
            .filter(Enrolment.course_id == course, Enrolment.role == EnrolmentRole.TEACHER)
            .first()
        )
        assert teacher is not None
    page = ask_page(sign_in(world.people[teacher.lms_id].username)).words
    assert QUESTION not in page
    assert "Somebody asks you" not in page
