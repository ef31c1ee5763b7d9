"""Changing a proposal and following its approval; what they store is tested with the services, on both databases."""

import pytest

from companion.models.matching import Instruction
from tests.begun import Begun
from tests.conftest import RecordedQueue
from tests.functional.admin.test_runs import APPROVE, seen
from tests.functional.admin.visitor import Visitor


def test_a_pair_taken_apart_is_put_together_again_from_the_learner_left_over(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    _, learner, adviser = seen(installation, proposed).pairs[0]
    of_learner = f"/admin/runs/{proposed}/learners/{learner.id}"
    page = admin.get(of_learner)
    assert page.heading == f"{learner.full_name} with {adviser.full_name}", "whoever has a pair is led to it"
    admin.press(page, "Take it apart")
    run = admin.get(f"/admin/runs/{proposed}")
    page = admin.get(run.link(learner.full_name))
    assert page.heading == f"{learner.full_name}, without a pair"
    assert "A coordinator took the pair apart." in page.words
    page = admin.get(f"{of_learner}?adviser={adviser.full_name}")
    why = admin.get(str(page.html.select("ul.plain a")[0]["href"]))
    admin.press(why, f"Give {learner.full_name} to {adviser.full_name}")
    assert [adviser.id] == [
        each.id for _, who, each in seen(installation, proposed).pairs if who.id == learner.id
    ]
    admin.get(f"/admin/runs/{proposed}/learners/987654", 404)


def test_a_very_large_proposal_is_approved_in_the_background_and_followed(
    admin: Visitor,
    installation: Begun,
    proposed: int,
    queue: RecordedQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("companion.web.admin.runs.APPROVED_AT_ONCE", 3)
    form = admin.get(f"/admin/runs/{proposed}/approve")
    assert "approved in the background" in form.words
    page = admin.press(form, APPROVE)
    assert page.flashes == ["The proposal is being approved in the background. You can leave this page."]
    assert queue.sent == ["match"]
    assert page.response.headers["Refresh"] == "3"
    pairs = seen(installation, proposed).run.counts["pairs"]
    assert f"0 of {pairs} pairs" in page.words
    assert "already decided" in admin.press(form, APPROVE).flashes[0]
    programme = f"/admin/programmes/{seen(installation, proposed).programme.id}"
    assert admin.get(programme).rows()[0][3:] == ["Being approved", "Ada Lovelace"]
    assert f"is being approved: 0 of {pairs} pairs" in admin.get("/admin/").words
    installation.services.matching.work()
    page = admin.get(f"/admin/runs/{proposed}")
    assert "Approved by Ada Lovelace" in page.words
    assert "Refresh" not in page.response.headers
    programme_id = seen(installation, proposed).programme.id
    assert len(installation.services.engagements.of_programme(programme_id)) == pairs


def test_pins_and_bans(admin: Visitor, installation: Begun, proposed: int) -> None:
    first, second = (pair for pair, _, _ in installation.services.matching.view(proposed).pairs[:2])
    for pair, kind in ((first, Instruction.PIN), (second, Instruction.FORBID)):
        installation.services.review_changes.instruct(
            proposed, pair.learner_id, pair.adviser_id, kind, by="the test"
        )

    def listed(question: str) -> list[str]:
        page = admin.get(f"/admin/runs/{proposed}?{question}")
        return [cell.get_text().strip() for cell in page.html.select("#instructed td[data-label=What]")]

    assert sorted(listed("")) == ["forbidden", "pinned"]
    assert listed("instructed-kind=forbid") == ["forbidden"]
    assert listed("instructed-sort=kind") == ["forbidden", "pinned"]
    assert listed("instructed-q=nobody+has+this+name") == []
