"""My mentoring over HTTP: what either side does, the other sees; each in one sequence as people do it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from companion.models.concern import Concern
from companion.models.engagement import EngagementMember, EngagementState, Side
from companion.models.jobs import OutboxEntry, OutboxState
from companion.models.said import Veto
from companion.services.engagements import EngagementLine
from companion.services.messages import MESSAGE
from companion.services.said import LONGEST_PAUSE
from companion.store import engagements, programmes
from tests.begun import Begun
from tests.functional.launcher import Launcher, Widget
from tests.statements import asked

INTENT = "Read the price list and ask three questions"
WISH = "Shorter messages, please"


def home(who: Launcher) -> Widget:
    page = who.open("check-in")
    page.address = page.address.replace("/check-in", "/mentoring")
    return page.reload()


def post(page: Widget, action: str, **values: str) -> Widget:
    """Send the form of the page that goes to an action, with what was filled in."""
    form = next(f for f in page.html.select("form") if str(f["action"]).endswith(action))
    sent = {
        str(i["name"]): str(i.get("value", "")) for i in form.select("input[name]") if i["type"] != "radio"
    }
    page.response = page.client.post(str(form["action"]), data={**sent, **values}, follow_redirects=True)
    return page


def state(installation: Begun, line: EngagementLine) -> EngagementState:
    with installation.services.db.read() as session:
        found = engagements.get(session, line.engagement.id)
        assert found is not None
        return found.state


def told(installation: Begun) -> list[str]:
    with installation.services.db.read() as session:
        kept = (OutboxEntry.kind == MESSAGE, OutboxEntry.state != OutboxState.DROPPED)
        keys = session.scalars(sa.select(OutboxEntry.key).where(*kept))
        return sorted(key.split("-")[0] for key in keys if not key.startswith("begin"))


def let_it_stand(installation: Begun) -> None:
    """Wait until what was sent can no longer be taken back, and takes effect."""
    installation.clock.move(minutes=10)
    installation.services.outbox.work()


def step(page: Widget) -> str:
    found = page.html.select_one("#step")
    assert found is not None, page.words
    return " ".join(found.get_text().split())


def test_the_next_step_comes_first_and_is_the_one_thing_to_do(learner: Launcher) -> None:
    page = home(learner)
    assert step(page) == "How is it going?"
    assert len(page.html.select(".step .button")) == 1
    learner.open("check-in").send(mood="good", contact="message", note="")
    assert step(page.reload()) == "A short question about the two of you"


def test_a_commitment_is_made_seen_by_both_and_settled_on_its_day(
    learner: Launcher, adviser: Launcher, installation: Begun
) -> None:
    day = (installation.clock().date() + timedelta(days=3)).isoformat()
    page = post(home(learner), "/mentoring/commitment", intent=INTENT, sign="The list of questions", due=day)
    assert "You are asked about it on the day" in page.words
    theirs = home(adviser)
    assert INTENT in theirs.words
    assert not theirs.html.select("form[action$='/settle']"), "its maker alone moves it"
    installation.clock.move(days=3)
    learner.open("check-in").send(mood="good", contact="call", note="")
    page = home(learner)
    assert step(page) == "What became of it?"
    post(page, "/mentoring/settle", outcome="dropped")
    assert step(page) != "What became of it?"
    post(page, "/undo")
    assert step(page) == "What became of it?"
    post(page, "/mentoring/settle", outcome="renegotiated", new_day="2026-12-02")
    post(page, "/undo")
    assert "moved from" not in page.words
    post(page, "/mentoring/settle", outcome="renegotiated", new_day="2026-12-01")
    installation.clock.move(days=5)
    assert not home(adviser).html.select("form[action$='/mentoring/thank']"), "nothing was done yet"
    post(home(learner), "/mentoring/settle", outcome="kept")
    theirs = home(adviser)
    assert "kept" in theirs.words
    assert "moved from 26 November 2026" in " ".join(theirs.words.split())
    post(theirs, "/mentoring/thank")
    assert not theirs.html.select("form[action$='/mentoring/thank']"), "once each"
    assert "For a commitment that was kept." in home(learner).words
    post(theirs, "/undo")
    assert "For a commitment that was kept." not in home(learner).words
    assert theirs.html.select("form[action$='/mentoring/thank']")


def test_a_form_with_errors_comes_back_filled_in(learner: Launcher) -> None:
    page = post(home(learner), "/mentoring/commitment", intent="x" * 141, sign="The sign", due="2026-11-25")
    assert page.response.status_code == 422
    assert "1 character too long" in page.words
    assert page.html.select_one("textarea#intent").text == "x" * 141  # type: ignore[union-attr]
    assert page.html.select_one("textarea#sign").text == "The sign"  # type: ignore[union-attr]
    late = post(home(learner), "/mentoring/commitment", intent="Something", sign="", due="2020-01-01")
    assert late.response.status_code == 422
    assert "Choose a day within the next twelve weeks." in late.words


def test_at_most_three_are_open(learner: Launcher) -> None:
    for number in range(3):
        post(home(learner), "/mentoring/commitment", intent=f"Thing {number}", sign="", due="2026-11-30")
    page = home(learner)
    assert not page.html.select("form[action$='/commitment']")
    assert "Settle one of them first" in page.words


def test_feedback_is_asked_for_and_read_by_its_receiver_alone(
    learner: Launcher, adviser: Launcher, installation: Begun
) -> None:
    quick = post(home(learner), "/mentoring/request", about="How I ask")
    post(quick, "/undo")
    let_it_stand(installation)
    assert told(installation) == [], "nobody hears of what was taken back"
    asked = post(quick, "/mentoring/request", about="How I ask questions")
    assert "Asked." in asked.words
    let_it_stand(installation)
    assert told(installation) == ["requested"]
    adviser.open("check-in").send(mood="good", contact="message", note="")
    page = home(adviser)
    assert step(page).endswith("asks you for feedback")
    post(page, "/mentoring/reply", helps="You come prepared", wish=WISH)
    assert WISH in home(learner).words
    assert WISH not in home(adviser).words.replace("This I would like otherwise", "")


def test_a_card_is_shown_to_the_other_and_a_full_week_told(learner: Launcher, adviser: Launcher) -> None:
    post(home(adviser), "/mentoring/card", reach="Chat before noon", away="Fridays", likes="Straight")
    assert "Chat before noon" in home(learner).words
    post(home(adviser), "/mentoring/week")
    assert "has a full week" in home(learner).words
    assert "has a full week" in learner.open("check-in").words
    post(home(adviser), "/mentoring/week")
    assert "has a full week" not in home(learner).words


def test_it_rests_and_goes_on_and_its_last_day_moves(
    learner: Launcher, installation: Begun, line: EngagementLine
) -> None:
    page = post(home(learner), "/mentoring/pause")
    post(page, "/undo")
    assert state(installation, line) is EngagementState.ACTIVE
    post(page, "/mentoring/pause")
    assert state(installation, line) is EngagementState.PAUSED
    assert step(home(learner)) == "This engagement rests"
    installation.clock.move(days=6)
    page = post(home(learner), "/mentoring/resume")
    post(page, "/undo")
    assert state(installation, line) is EngagementState.PAUSED
    post(page, "/mentoring/resume")
    with installation.services.db.read() as session:
        row = engagements.get(session, line.engagement.id)
        assert row is not None
        assert (row.state, row.ends_on) == (
            EngagementState.ACTIVE,
            line.engagement.ends_on + timedelta(days=6),
        )
    post(home(learner), "/mentoring/pause")
    installation.clock.move(days=28)
    installation.services.upkeep.run()
    assert state(installation, line) is EngagementState.ACTIVE, "a pause ends by itself"


def test_it_goes_on_longer_once_both_wish_it_and_closes_with_thanks(
    learner: Launcher, adviser: Launcher, installation: Begun, line: EngagementLine
) -> None:
    assert not home(learner).html.select("form[action$='/extend']"), "too early"
    installation.clock.move(days=27, hours=14, minutes=55)
    post(home(learner), "/mentoring/extend")
    adviser.open("check-in").send(mood="good", contact="message", note="")
    assert step(home(adviser)).endswith("would like to go on")
    page = post(home(adviser), "/mentoring/extend")
    installation.clock.move(minutes=8)
    installation.services.upkeep.run()
    assert state(installation, line) is EngagementState.ACTIVE, "its last day is over, but all wish to go on"
    let_it_stand(installation)
    assert told(installation).count("extended") == 2
    assert not page.reload().html.select("form[action$='/undo']"), "too late"
    installation.clock.move(days=6)
    installation.services.upkeep.run()
    assert state(installation, line) is EngagementState.ACTIVE
    installation.clock.move(days=1)
    installation.services.upkeep.run()
    assert state(installation, line) is EngagementState.CLOSED
    finished = home(learner)
    assert step(finished) == "Thank you, and well done"
    too_many = post(finished, "/mentoring/advise", topics_offered="offers," * 11 + "x" * 61, capacity="2")
    assert too_many.response.status_code == 422
    assert "Name at most 10 topics" in too_many.words
    agreed = post(too_many, "/mentoring/advise", topics_offered="Price lists, offers", capacity="2")
    assert "You said yes to advising up to 2 people" in agreed.words
    own = installation.services.said.view(
        next(m for m in line.members if m.side is Side.LEARNER).person_id
    ).own
    assert (own.capacity, sorted(own.topics_offered)) == (2, ["offers", "price lists"])
    assert step(home(adviser)) == "Thank you"
    assert "closed" in told(installation)


def test_an_exit_can_be_taken_back_for_ten_minutes_and_then_parts_the_two_for_good(
    learner: Launcher, adviser: Launcher, installation: Begun, line: EngagementLine
) -> None:
    page = home(learner)
    page.response = page.client.get(page.address.replace("/mentoring", "/mentoring/concern"))
    post(page, "/mentoring/leave")
    assert "In ten minutes the engagement ends" in page.words
    installation.clock.move(minutes=9)
    page.response = page.client.get(page.address)
    post(page, "/undo")
    assert "Taken back" in page.words
    installation.clock.move(minutes=2)
    installation.services.outbox.work()
    assert state(installation, line) is EngagementState.ACTIVE
    page.response = page.client.get(page.address.replace("/mentoring", "/mentoring/concern"))
    post(page, "/mentoring/leave", rematch="0")
    installation.clock.move(minutes=10)
    installation.services.outbox.work()
    assert state(installation, line) is EngagementState.ENDED_EARLY
    assert told(installation) == ["left"]
    with installation.services.db.read() as session:
        ids = tuple(member.person_id for member in line.members)
        assert ids in programmes.ties(session, installation.programme_id).parted
    # They did not ask for somebody else: nobody is looked for, until they say so.
    leaver = next(member for member in line.members if member.side is Side.LEARNER).person_id
    until = installation.clock().date() + LONGEST_PAUSE
    assert installation.services.said.view(leaver).own.paused_until == until
    matching = installation.services.matching
    proposed = matching.view(matching.propose(installation.programme_id)).pairs
    assert leaver not in [pair.learner_id for pair, _, _ in proposed]


def test_a_concern_reaches_the_coordinator_with_what_was_shared_and_nobody_else(
    learner: Launcher, adviser: Launcher, installation: Begun
) -> None:
    page = home(learner)
    page.response = page.client.get(page.address.replace("/mentoring", "/mentoring/concern"))
    words = "He never answers and I feel lost"
    post(page, "/mentoring/concern", share="topic", topic="silence", words=words)
    service, programme_id = installation.services.concerns, installation.programme_id
    assert service.inbox([programme_id])[0] == [], "it can still be taken back"
    installation.clock.move(minutes=10)
    (seen,) = service.inbox([programme_id])[0]
    assert (seen.row.topic, seen.text) == ("silence", None)
    with installation.services.db.read() as session:
        assert session.scalars(sa.select(Concern.text_encrypted)).one() is None, (
            "what is not shared is not kept"
        )
    page.response = page.client.get(page.address.replace("/mentoring", "/mentoring/concern"))
    post(page, "/mentoring/concern", share="words", topic="silence", words=words)
    installation.clock.move(minutes=10)
    assert {one.text for one in service.inbox([programme_id])[0]} == {None, words}
    assert words not in home(adviser).words


def test_nothing_is_exchanged_before_the_charter_is_accepted(
    learner: Launcher, adviser: Launcher, installation: Begun
) -> None:
    """A new version is accepted again, and what was said waits until then."""
    adviser.open("check-in").send(mood="good", contact="message", note="Hello from here")
    norms = "We keep it short.\n\n  We are kind.  "
    installation.services.conduct.change_charter(installation.programme_id, norms, by="the test")
    widget = learner.open("check-in")
    assert "We keep it short." in widget.words
    assert "Hello from here" not in widget.words
    sent = {**widget.fields(), "mood": "good", "contact": "message", "form_key": "k" * 32}
    refused = widget.client.post(widget.address, data=sent)
    assert refused.status_code == 409
    post(widget, "/mentoring/charter")
    assert "Hello from here" in widget.words
    post(widget, "/undo")
    assert "Hello from here" not in widget.words
    post(widget, "/mentoring/charter")
    assert step(home(adviser)) == "First: how we deal with each other"


def test_what_was_just_sent_and_what_was_sent_before_that_can_be_taken_back(
    learner: Launcher, adviser: Launcher, installation: Begun
) -> None:
    page = learner.open("check-in").send(mood="good", contact="message", note="Much too quick")
    post(page, "/undo")
    assert "Much too quick" not in adviser.open("check-in").words
    page.reload().send(mood="good", contact="message", note="Too quick")
    assert "Sent before that" not in page.words
    page.response = page.client.get(page.address.replace("/check-in", "/mentoring"))
    post(page, "/mentoring/request", about="How I ask")
    installation.clock.move(minutes=3)
    post(page, "/mentoring/commitment", intent=INTENT, sign="", due="2026-11-30")
    earlier = page.html.select("form.undo details button")
    assert [button.text for button in earlier] == [
        "Take back: that you asked for feedback",
        "Take back: your check-in",
    ]
    assert "7 minutes left" in page.words
    name = str(earlier[1]["value"])
    post(page, "/undo", sent=name)
    assert "Taken back" in page.words
    assert "Too quick" not in adviser.open("check-in").words
    assert INTENT in page.words
    post(page, "/undo", sent=name)
    assert "cannot be taken back any more" in page.words, "sent twice it does not reach for the next one"
    assert INTENT in page.words
    post(page, "/undo")
    assert INTENT not in page.words
    assert [button.text for button in page.html.select("form.undo button")] == [
        "Take back what you just sent"
    ]
    installation.clock.move(minutes=7)
    assert not page.reload().html.select("form.undo")
    installation.services.outbox.work()
    assert told(installation) == ["requested"]


@pytest.fixture
def proposed(installation: Begun, line: EngagementLine) -> EngagementLine:
    """The engagement as a programme that asks for acceptance would have it."""
    with installation.services.db.begin() as session:
        row = engagements.get(session, line.engagement.id)
        assert row is not None
        row.state = EngagementState.PROPOSED
        session.execute(sa.update(EngagementMember).values(accepted_at=None))
    return line


def test_a_proposal_begins_when_both_accepted(
    learner: Launcher, adviser: Launcher, installation: Begun, proposed: EngagementLine
) -> None:
    assert "Somebody was found for you" in learner.open("check-in").words
    assert step(home(learner)) == "Would you like to go part of the way together?"
    installation.clock.move(days=1)
    page = post(home(learner), "/mentoring/accept")
    assert step(page) == "You accepted. The others have a few days to answer."
    assert step(post(page, "/undo")) == "Would you like to go part of the way together?"
    post(page, "/mentoring/accept")
    theirs = post(home(adviser), "/mentoring/accept")
    assert step(theirs) == "All of you accepted"
    post(theirs, "/undo")
    let_it_stand(installation)
    assert state(installation, proposed) is EngagementState.PROPOSED, "taken back by the last to accept"
    post(theirs.reload(), "/mentoring/accept")
    installation.services.upkeep.run()
    assert state(installation, proposed) is EngagementState.ACCEPTED, "it can still be taken back"
    let_it_stand(installation)
    assert state(installation, proposed) is EngagementState.ACTIVE
    with installation.services.db.read() as session:
        row = engagements.get(session, proposed.engagement.id)
        assert row is not None
        assert row.starts_on == installation.clock().date()
        assert row.ends_on - row.starts_on == proposed.engagement.ends_on - proposed.engagement.starts_on


def test_a_proposal_is_declined_once(
    learner: Launcher, adviser: Launcher, installation: Begun, proposed: EngagementLine
) -> None:
    theirs = home(adviser)
    page = post(home(learner), "/mentoring/decline")
    assert step(page) == "You declined"
    post(page, "/undo")
    let_it_stand(installation)
    assert step(page.reload()) == "Would you like to go part of the way together?"
    post(page, "/mentoring/decline")
    assert step(theirs.reload()) == "Would you like to go part of the way together?", "it can be taken back"
    let_it_stand(installation)
    assert state(installation, proposed) is EngagementState.ENDED_EARLY
    assert post(theirs, "/mentoring/accept").response.status_code == 409
    assert told(installation) == [], "nobody is told who declined"


def test_a_veto_is_taken_once_and_is_no_refusal_to_the_adviser(
    learner: Launcher, adviser: Launcher, installation: Begun, proposed: EngagementLine
) -> None:
    theirs = home(adviser)
    assert not theirs.html.select('form[action$="/mentoring/veto"]'), (
        "an adviser does not pass over a learner"
    )
    assert "Finished " in home(learner).words, "what speaks for the two, in the words for the learner"
    assert "You finished " in theirs.words, "and in those for the adviser"
    page = post(home(learner), "/mentoring/veto")
    assert "Noted, and nobody is told." in page.words
    assert state(installation, proposed) is EngagementState.ENDED_EARLY
    theirs = home(adviser)
    assert not any(word in theirs.words.casefold() for word in ("declin", "refus", "passed over"))
    ids = {member.side: member.person_id for member in proposed.members}
    with installation.services.db.read() as session:
        messages = [entry.payload for entry in session.scalars(sa.select(OutboxEntry))]
        (row,) = session.scalars(sa.select(Veto))
        others = [one["engagement_id"] for one in messages if one.get("person_id") == ids[Side.ADVISER]]
        assert set(others) <= {proposed.engagement.id}, "nothing new is sent to the adviser"
        assert (row.person_id, row.other_id) == (ids[Side.LEARNER], ids[Side.ADVISER])
    export = installation.services.own_data.everything
    assert len(export(ids[Side.LEARNER])["vetoes"]) == 1
    assert export(ids[Side.ADVISER])["vetoes"] == []


def test_a_proposal_nobody_answers_expires_after_three_working_days(
    installation: Begun, proposed: EngagementLine
) -> None:
    installation.clock.move(days=3)  # Thursday: three working days have not passed
    installation.services.upkeep.run()
    assert state(installation, proposed) is EngagementState.PROPOSED
    installation.clock.move(days=1)
    installation.services.upkeep.run()
    assert state(installation, proposed) is EngagementState.ENDED_EARLY


def test_the_page_stays_small_and_asks_little(
    learner: Launcher, installation: Begun, sign_in: Callable[[str], Launcher]
) -> None:
    for number in range(3):
        post(home(learner), "/mentoring/commitment", intent=f"Thing {number}", sign="", due="2026-11-30")
    page = home(learner)
    with asked(installation.services.db) as statements:
        page.reload()
    assert 0 < len(statements) <= 34, statements
    assert len(page.response.get_data()) < 30_000
