"""Concerns and offered lessons: for those named for the programme, each look noted, and nobody else reads a word."""

import pytest
from flask import Flask

from companion.models.concern import Share
from companion.models.engagement import Fit, TrustItem
from companion.models.said import WishKind
from companion.models.staff import StaffRole
from tests.begun import Begun
from tests.functional.admin.confided import LESSON, WORDS, name_to_hear, offer_lesson, raise_concern
from tests.functional.admin.test_audit import entries
from tests.functional.admin.visitor import PASSWORD, Visitor


def sign_in(app: Flask, begun: Begun, role: StaffRole, programmes: dict[int, bool]) -> Visitor:
    begun.services.staff.create("bea@example.org", "Bea", PASSWORD, role=role, programmes=programmes)
    visitor = Visitor(app.test_client())
    page = visitor.get("/account/sign-in")
    visitor.press(page, "Sign in", email="bea@example.org", password=PASSWORD)
    return visitor


def test_who_is_named_reads_what_was_shared_and_settles_it(admin: Visitor, installation: Begun) -> None:
    raise_concern(installation)
    name_to_hear(installation)
    page = admin.get("/admin/concerns")
    assert WORDS in page.words
    assert installation.meeting.learner.full_name in page.words
    look = entries(installation)[-1]
    assert (look.action, look.subject_id, look.details) == (
        "concerns.look",
        str(installation.programme_id),
        {"concerns": 1},
    )
    assert WORDS not in str([entry.details for entry in entries(installation)])
    page = admin.press(page, "Take it on")
    assert "Taken on" in page.words
    page = admin.press(page, "It is settled")
    assert "Settled by Ada Lovelace" in page.words
    again = admin.press(page, "Open it again")
    assert "Taken on" in again.words
    assert "Settled by" not in again.words
    assert admin.press(page, "Open it again").flashes == ["Somebody was faster: it is open already."]


@pytest.mark.parametrize("share", [Share.FACT, Share.TOPIC])
def test_what_was_not_shared_is_not_there(admin: Visitor, installation: Begun, share: Share) -> None:
    raise_concern(installation, share)
    name_to_hear(installation)
    page = admin.get("/admin/concerns")
    assert WORDS not in page.words
    assert ("How the other one behaves" in page.words) is (share is Share.TOPIC)


@pytest.mark.parametrize(
    ("role", "named"),
    [(StaffRole.OWNER, None), (StaffRole.AUDITOR, None), (StaffRole.COORDINATOR, False)],
)
def test_nobody_else_comes_to_a_concern(
    begun_app: Flask, installation: Begun, role: StaffRole, named: bool | None
) -> None:
    """Not an owner, not an auditor, not a coordinator of the programme who was not named to hear it."""
    number = raise_concern(installation)
    mine = {} if named is None else {installation.programme_id: named}
    visitor = sign_in(begun_app, installation, role, mine)
    assert "Concerns" not in [a.get_text() for a in visitor.get("/admin/").html.select("nav a")]
    assert visitor.client.get("/admin/concerns").status_code == 403
    answer = visitor.client.post(f"/admin/concerns/{number}/seen", data={"csrf_token": visitor.token()})
    assert answer.status_code == 404
    for path in ("/admin/", "/admin/attention", f"/admin/programmes/{installation.programme_id}/engagements"):
        assert WORDS not in visitor.get(path).words


def test_a_named_coordinator_looks_at_lessons_and_the_look_is_noted(
    admin: Visitor, installation: Begun
) -> None:
    assert admin.client.get("/admin/lessons").status_code == 403
    offer_lesson(installation)
    name_to_hear(installation)
    page = admin.get("/admin/lessons")
    assert LESSON in page.words
    assert installation.meeting.adviser.full_name not in page.words
    assert entries(installation)[-1].action == "lessons.look"
    page = admin.press(page, "Let it through")
    assert page.flashes == ["The next cohort sees it at its place in the course, without a name."]
    assert page.heading == "Lessons to look at"
    assert "No lesson waits" in page.words
    assert LESSON in page.words, "the next cohort reads it, and so does who let it through"
    page = admin.press(page, "Look again")
    assert "No lesson waits" not in page.words
    declined = admin.press(page, "Decline")
    assert LESSON not in declined.words
    assert LESSON in admin.press(declined, "Look again").words


def test_what_is_kept_about_a_person_is_exported_without_a_word(
    admin: Visitor, installation: Begun, begun_app: Flask
) -> None:
    raise_concern(installation)
    offer_lesson(installation)
    meeting = installation.meeting
    seen, other = meeting.seen_by(meeting.learner), meeting.adviser.full_name
    answered = {"fit": Fit.GOOD, "trust_item": TrustItem.ABILITY, "trust_score": 2}
    installation.services.mentoring.feedback(seen, meeting.id, **answered, form_key="t" * 32)  # type: ignore[arg-type]
    installation.services.said.wish(
        meeting.learner.person_id, seen.course_id or 0, other, WishKind.PLEASE_NOT
    )
    told = admin.client.get(f"/admin/persons/{meeting.learner.person_id}/data.json").json
    assert told is not None
    assert (told["fit_and_trust"], told["wishes_for_matching"]) == (1, 1), (
        "counted, and told to nobody by name"
    )
    for member in (installation.meeting.learner, installation.meeting.adviser):
        answer = admin.client.get(f"/admin/persons/{member.person_id}/data.json")
        assert member.full_name in answer.text
        assert WORDS not in answer.text
        assert LESSON not in answer.text
        newest = entries(installation)[-1]
        assert (newest.action, newest.subject_id) == ("person.export", str(member.person_id))
    auditor = sign_in(begun_app, installation, StaffRole.AUDITOR, {})
    path = f"/admin/persons/{installation.meeting.learner.person_id}"
    auditor.get(path)
    assert auditor.client.get(f"{path}/data.json").status_code == 403


def test_somebody_is_found_by_name_or_address(admin: Visitor, installation: Begun) -> None:
    person = installation.services.persons.one(installation.meeting.learner.person_id).person
    for text in (person.full_name[1:].lower(), (person.email or "")[:9]):
        rows = admin.client.get("/admin/persons", query_string={"people-q": text}).text
        assert person.full_name in rows
    assert "No row fits" in admin.get("/admin/persons?people-q=%25%25%25").words
    assert "No row fits" in admin.get("/admin/persons?people-standing=erased").words


def test_a_hold_keeps_what_an_erasure_takes(admin: Visitor, installation: Begun) -> None:
    number = raise_concern(installation)
    name_to_hear(installation)
    path = f"/admin/persons/{installation.meeting.learner.person_id}"
    page = admin.press(admin.get(path), "Hold")
    assert "Not while the hold stands." in page.words
    answer = admin.client.post(f"{path}/erase", data={"csrf_token": admin.token()})
    assert answer.status_code == 303
    assert admin.get(path).flashes == ["A legal hold stands: nothing was erased. Lift it first."]
    assert WORDS in admin.get("/admin/concerns").words
    page = admin.press(admin.get(path), "Lift the hold")
    page = admin.press(page, "Erase for good")
    assert page.flashes == [
        "Erased: what this person wrote is gone, and they take part no more. Counts remain."
    ]
    assert WORDS not in admin.get("/admin/concerns").words
    assert number, "the concern was there"
    done = [entry.action for entry in entries(installation) if entry.action.startswith("persons_")]
    assert done == ["persons_hold", "persons_lift", "persons_erase"]
