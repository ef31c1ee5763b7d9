"""Proposals: what they show, approving, discarding, and deciding twice."""

from collections.abc import Callable

import pytest

from companion.matching import Listener, kept, tell
from companion.models.engagement import EngagementState
from companion.models.jobs import OutboxState
from companion.models.matching import RunState
from companion.services.matching import RunView
from tests.begun import Begun
from tests.functional.admin.visitor import Page, Visitor

APPROVE = "Approve and tell them"


@pytest.fixture
def installation(begun_on: Begun) -> Begun:
    """Where the main job was done, once on each kind of database."""
    return begun_on


def seen(installation: Begun, run_id: int) -> RunView:
    return installation.services.matching.view(run_id)


def table(page: Page, heading: str) -> list[list[str]]:
    """The rows of the table below a heading."""
    section = page.html.select_one(f'section[aria-labelledby="{heading}"]')
    assert section is not None
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in section.select("tbody tr")
    ]


def test_a_proposal_shows_every_pair_with_points_and_every_reason(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    view = seen(installation, proposed)
    assert view.pairs
    page = admin.get(f"/admin/runs/{proposed}")
    rows = table(page, "pairs")
    assert len(rows) == len(view.pairs)
    for row, (pair, learner, adviser) in zip(rows, view.pairs, strict=True):
        assert row[0].startswith(learner.full_name)
        assert row[1].startswith(adviser.full_name)
        assert row[2] == str(pair.points)
        assert sum(reason["points"] for reason in pair.reasons) == pair.points
        for reason in pair.reasons:
            said = f"{reason['points']} {tell(kept(reason), Listener.ADMIN, installation.clock().date())}"
            assert said.replace(" ", "") in row[3].replace(" ", ""), "a name is an element of its own"


def test_a_proposal_sums_itself_up_and_says_that_it_cannot_be_bettered(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    view = seen(installation, proposed)
    words = admin.get(f"/admin/runs/{proposed}").words
    assert view.run.gap == 0
    assert "No better matching of these people exists." in words
    assert f"{view.run.learners} learners and {view.run.advisers} advisers: {len(view.pairs)} pairs" in words
    assert f"{view.run.points} points in all" in words


def test_a_gap_is_told(admin: Visitor, installation: Begun, proposed: int) -> None:
    with installation.services.db.begin() as session:
        run = seen(installation, proposed).run
        run.gap = 7
        session.merge(run)
    words = admin.get(f"/admin/runs/{proposed}").words
    assert "Another matching could gain 7 points at most." in words
    assert "No better matching" not in words


def test_who_is_left_over_is_listed_with_the_reason_that_binds(admin: Visitor, installation: Begun) -> None:
    [line], _ = installation.services.matching.history(installation.programme_id)
    view = seen(installation, line.run.id)
    assert view.unmatched
    rows = table(admin.get(f"/admin/runs/{line.run.id}"), "unmatched")
    assert [row[1] for row in rows] == [left.text for left, _ in view.unmatched]
    assert all(
        row[0].startswith(person.full_name) for row, (_, person) in zip(rows, view.unmatched, strict=True)
    )


def test_approving_says_first_what_happens_and_does_nothing_by_being_looked_at(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    number = len(seen(installation, proposed).pairs)
    page = admin.get(admin.get(f"/admin/runs/{proposed}").link("Approve"))
    assert f"{number} engagements of 4 weeks begin today." in page.words
    assert "told by a message in Moodle" in page.words
    assert seen(installation, proposed).run.state is RunState.PROPOSED


def test_approving_begins_the_engagements_and_notes_whom_to_tell(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    view = seen(installation, proposed)
    page = admin.press(admin.get(f"/admin/runs/{proposed}/approve"), APPROVE)
    assert page.flashes == [f"{len(view.pairs)} engagements begin today."]
    assert "Approved by Ada Lovelace on 23 Nov 2026" in page.words
    lines = installation.services.engagements.of_programme(view.programme.id)
    assert len(lines) == len(view.pairs)
    assert {line.engagement.state for line in lines} == {EngagementState.ACTIVE}
    courses = {line.engagement.course_id for line in lines} - {None}
    waiting = installation.services.outbox.counts()[OutboxState.PENDING]
    assert waiting == 2 * len(view.pairs) + len(courses)
    listed = admin.get(page.link("See the engagements"))
    for link in page.html.select(".outcome a"):
        assert listed.html.find(id=str(link["href"]).partition("#")[2])


def test_approving_twice_does_nothing_twice_and_says_so(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    form = admin.get(f"/admin/runs/{proposed}/approve")
    admin.press(form, APPROVE)
    programme_id = seen(installation, proposed).programme.id
    before = len(installation.services.engagements.of_programme(programme_id))
    work = installation.services.outbox.counts()
    page = admin.press(form, APPROVE)
    assert page.flashes == ["This proposal was already decided. Nothing was done a second time."]
    assert page.path == f"/admin/runs/{proposed}"
    assert len(installation.services.engagements.of_programme(programme_id)) == before
    assert installation.services.outbox.counts() == work
    again = admin.get(f"/admin/runs/{proposed}/approve")
    assert again.heading == "Already decided"
    assert APPROVE not in again.words


def test_a_pair_that_can_no_longer_be_formed_is_shown_with_its_refusal(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    view = seen(installation, proposed)
    _, gone, adviser = view.pairs[0]
    installation.lms.sandbox.suspend(gone.lms_id)
    installation.services.sync.run()
    page = admin.press(admin.get(f"/admin/runs/{proposed}/approve"), APPROVE)
    assert page.flashes == [
        f"{len(view.pairs) - 1} engagements begin today. 1 pair could no longer be formed: see below."
    ]
    assert table(page, "refused-heading") == [
        [gone.full_name, adviser.full_name, f"{gone.full_name} no longer takes part."]
    ]
    assert sum(row[3].startswith("Not formed") for row in table(page, "pairs")) == 1


def test_discarding_tells_nobody_and_stays_in_the_list(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    before = installation.services.outbox.counts()
    form = admin.get(f"/admin/runs/{proposed}")
    page = admin.press(form, "Discard the proposal")
    assert page.flashes == ["The proposal is discarded. Nobody was told anything."]
    assert "Discarded by Ada Lovelace" in page.words
    assert installation.services.outbox.counts() == before
    assert seen(installation, proposed).run.state is RunState.DISCARDED
    assert admin.press(form, "Discard the proposal").flashes == ["This proposal was already decided."]
    programme_id = seen(installation, proposed).programme.id
    assert installation.services.engagements.of_programme(programme_id) == []
    assert admin.get(f"/admin/programmes/{programme_id}").rows(0)[0][3] == "Discarded"
    back = admin.press(page, "Bring it back")
    assert back.flashes == ["The proposal waits for your decision again."]
    assert "Approve" in back.words
    assert "can no longer be brought back" in admin.press(page, "Bring it back").flashes[0]


def test_a_discarded_proposal_cannot_be_approved_any_more(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    form = admin.get(f"/admin/runs/{proposed}/approve")
    installation.services.matching.discard(proposed, by="somebody else")
    page = admin.press(form, APPROVE)
    assert "already decided" in page.flashes[0]
    assert installation.services.engagements.of_programme(seen(installation, proposed).programme.id) == []


def test_a_proposal_without_pairs_cannot_be_approved(
    admin: Visitor, installation: Begun, make_second: Callable[..., int]
) -> None:
    run_id = installation.services.matching.propose(make_second(new_hire_field="nosuchfield"))
    page = admin.get(f"/admin/runs/{run_id}")
    assert "No pair could be proposed." in page.words
    assert "Approve" not in [a.get_text(strip=True) for a in page.html.select("a")]
    assert admin.get(f"/admin/runs/{run_id}/approve").heading == "Nothing to approve"
