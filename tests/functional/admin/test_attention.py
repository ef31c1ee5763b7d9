"""What needs a look stands first, and what was done about it is on record."""

import sqlalchemy as sa

from companion.models.engagement import (
    Contact,
    Engagement,
    EngagementMember,
    EngagementState,
    Fit,
    Mood,
    Side,
    TrustItem,
)
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
        seen += admin.get(f"/admin/attention?risks-page={page}").rows()
    assert len({row[0] for row in seen}) == total
    narrowed = admin.get(f"/admin/attention?risks-risk={Risk.NOT_GOOD.value}")
    assert len(narrowed.rows()) == 1
    none = admin.get(f"/admin/attention?risks-risk={Risk.SILENCE.value}")
    assert "No row fits this filter" in none.words
    backwards = admin.get(every.link("Why"))
    assert backwards.rows() != every.rows()
    assert total > 25 or backwards.rows()[-1] == every.rows()[0]


def test_a_question_that_cannot_be_asked_is_no_error(admin: Visitor, installation: Begun) -> None:
    for question in (
        "risks-risk=nonsense",
        "risks-programme=x",
        "risks-page=0",
        "risks-page=99",
        "risks-programme=987654",
    ):
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
        row[0] for page in (1, 2, 3) for row in admin.get(f"/admin/attention?risks-page={page}").rows()
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


def test_a_proposal_nobody_answers_is_reminded_of_or_goes_to_the_next_best(
    admin: Visitor, installation: Begun
) -> None:
    meeting = installation.meeting
    proposed = {"state": EngagementState.PROPOSED, "created_at": installation.clock()}
    with installation.services.db.begin() as session:
        session.execute(sa.update(Engagement).where(Engagement.id == meeting.id).values(proposed))
        session.execute(sa.update(EngagementMember).values(accepted_at=None))
    installation.clock.move(days=1)
    assert "Proposal unanswered since" not in looked(admin, installation).words
    installation.clock.move(days=1, hours=5)  # by day for more of the people
    page = looked(admin, installation, "/admin/attention?risks-risk=unanswered")
    [row] = page.rows()
    assert (meeting.learner.full_name in row[0], row[1]) == (
        True,
        "Proposal unanswered since 23 November 2026",
    )
    page = admin.press(page, "Remind", remedy="nudge")
    assert page.flashes == ["Reminded. It is on record with your name."]
    asked = admin.get(f"/admin/engagements/{meeting.id}/remedies?remedy=propose_next")
    assert "nobody is told so" in asked.words
    assert admin.press(asked, "Propose the next best", remedy="propose_next").flashes
    line = next(
        line
        for line in installation.services.engagements.of_programme(installation.programme_id)
        if line.engagement.id == meeting.id
    )
    assert line.engagement.state is EngagementState.ENDED_EARLY
    assert "Proposal unanswered since" not in admin.get("/admin/attention").words
    again = admin.press(asked, "Propose the next best", remedy="propose_next")
    assert "moved on" in again.flashes[0]


def test_an_adviser_with_too_many_learners_agrees_or_gives_one_to_somebody_else(
    admin: Visitor, installation: Begun
) -> None:
    adviser, programme_id = installation.meeting.adviser, installation.programme_id
    with installation.services.db.begin() as session:
        member = sa.update(EngagementMember).where(EngagementMember.side == Side.ADVISER)
        running = [each.id for each in installation.meetings[:4]]
        session.execute(
            member.where(EngagementMember.engagement_id.in_(running)).values(person_id=adviser.person_id)
        )
    page = looked(admin, installation, "/admin/attention?risks-risk=over_capacity")
    one = page.link("Lighten the load")
    opened = admin.get(one)
    moves = [a for a in opened.html.select("a") if a.text.startswith("Match anew")]
    assert len(moves) >= 4
    assert opened.heading == f"{adviser.full_name} has {len(moves)} engagements"
    page = admin.press(opened, "I will call them", remedy="call")
    assert "Taken on for a call by Ada Lovelace" in page.words
    token = {"csrf_token": admin.token()}
    admin.client.post(one, data={**token, "remedy": "close"})
    assert admin.get("/admin/attention").flashes == ["Choose what is to be done."]
    page = admin.press(opened, "I will call them", remedy="agree")
    assert page.flashes == ["Agreed to so many learners. It is on record with your name."]
    assert "More learners than seats since" not in page.words
    with installation.services.db.begin() as session:
        more = [each.id for each in installation.meetings[4:8]]
        session.execute(
            member.where(EngagementMember.engagement_id.in_(more)).values(person_id=adviser.person_id)
        )
    assert "More learners than seats since" in looked(admin, installation).words
    learner = installation.meeting.learner.person_id
    admin.get(f"/admin/programmes/{programme_id}/advisers/{learner}", 404)
