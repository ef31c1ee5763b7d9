"""What needs a look stands first, and what was done about it is on record."""

from companion.models.engagement import Contact, Fit, Mood, TrustItem
from companion.models.watch import Risk
from tests.begun import Begun
from tests.functional.admin.visitor import Page, Visitor


def looked(admin: Visitor, installation: Begun, path: str = "/admin/attention") -> Page:
    installation.services.watch.run()
    return admin.get(path)


def test_a_fresh_cohort_needs_no_look(admin: Visitor, installation: Begun) -> None:
    assert "Nothing needs a look" in looked(admin, installation).words
    assert "Nothing needs a look" in looked(admin, installation, "/admin/").words


def test_the_gravest_stands_first_and_the_list_is_narrowed_and_paged(
    admin: Visitor, installation: Begun
) -> None:
    meeting = installation.meetings[-1]
    installation.services.mentoring.feedback(
        meeting.seen_by(meeting.learner),
        meeting.id,
        fit=Fit.NOT_GOOD,
        trust_item=TrustItem.ABILITY,
        trust_score=1,
        form_key="f" * 24,
    )
    installation.clock.move(days=6)
    total = len(installation.services.engagements.of_programme(installation.programme_id))
    home = looked(admin, installation, "/admin/")
    assert f"Needs a look ({total})" in home.words
    assert len(home.rows()) == min(8, total)
    first = home.rows()[0]
    assert meeting.learner.full_name in first[0]
    assert "Somebody said it does not fit" in first[1]
    assert "No first contact" in first[1]
    every = admin.get("/admin/attention")
    seen = list(every.rows())
    for page in range(2, -(-total // 25) + 1):
        seen += admin.get(f"/admin/attention?page={page}").rows()
    assert len({row[0] for row in seen}) == total
    narrowed = admin.get(f"/admin/attention?risk={Risk.NOT_GOOD.value}")
    assert len(narrowed.rows()) == 1
    assert "Nothing needs a look" in admin.get(f"/admin/attention?risk={Risk.SILENCE.value}").words


def test_a_question_that_cannot_be_asked_is_no_error(admin: Visitor, installation: Begun) -> None:
    for question in ("risk=nonsense", "programme=x", "page=0", "page=99", "programme=987654"):
        admin.get(f"/admin/attention?{question}")


def test_taking_on_a_call_is_on_record(admin: Visitor, installation: Begun) -> None:
    installation.clock.move(days=6)
    page = admin.press(looked(admin, installation), "Remind", remedy="call")
    assert page.flashes == ["Taken on for a call. It is on record with your name."]
    assert "Taken on for a call by Ada Lovelace, today" in page.rows()[0][2]


def test_who_is_no_longer_reminded_is_counted_and_named(admin: Visitor, installation: Begun) -> None:
    for _ in range(3):
        installation.clock.move(days=7)
        installation.services.nudges.run()
    page = looked(admin, installation)
    people = page.rows(-1)
    assert f"No longer reminded ({len(people)})" in page.words
    assert ["Nia Okafor", "Onboarding companions", "today"] in people
    assert "No longer reminded" not in looked(admin, installation, "/admin/attention?programme=987654").words


def test_nothing_chosen_does_nothing(admin: Visitor, installation: Begun) -> None:
    installation.clock.move(days=6)
    page = looked(admin, installation)
    for sent in ({}, {"remedy": "dismiss"}):
        answer = admin.client.post(
            f"/admin/engagements/{installation.meeting.id}/remedies",
            data={"csrf_token": admin.token(), **sent},
        )
        assert answer.status_code == 303
        assert admin.get("/admin/attention").flashes == ["Choose what is to be done."]
    assert "on record" not in page.words


def test_what_was_settled_leaves_the_list(admin: Visitor, installation: Begun) -> None:
    installation.clock.move(days=6)
    meeting = installation.meeting
    before = looked(admin, installation, "/admin/")
    installation.services.mentoring.check_in(
        meeting.seen_by(meeting.learner),
        meeting.id,
        mood=Mood.GOOD,
        contact=Contact.CALL,
        note="",
        form_key="c" * 24,
    )
    after = looked(admin, installation, "/admin/")
    assert len(before.rows()) == len(after.rows()) or meeting.learner.full_name not in after.words
    listed = " ".join(
        row[0] for page in (1, 2, 3) for row in admin.get(f"/admin/attention?page={page}").rows()
    )
    assert meeting.learner.full_name not in listed


def test_what_cannot_be_taken_back_is_told_before_it_is_done(admin: Visitor, installation: Begun) -> None:
    installation.clock.move(days=6)
    meeting = installation.meetings[0]
    asked = admin.get(f"/admin/engagements/{meeting.id}/remedies?remedy=rematch")
    assert meeting.learner.full_name in asked.heading
    assert "cannot be taken back" in asked.words
    assert meeting.id in [each.id for each in installation.meetings]
    page = admin.press(asked, "Match anew", remedy="rematch")
    assert page.flashes == ["Ended, to be matched anew. It is on record with your name."]
    assert meeting.id not in [each.id for each in installation.meetings]
    other = installation.meetings[0].id
    for nothing in ("nudge", "call", "nonsense"):
        assert admin.get(f"/admin/engagements/{other}/remedies?remedy={nothing}").path == "/admin/attention"
