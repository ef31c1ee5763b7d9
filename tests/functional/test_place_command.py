"""The command `place`: shows its plan, asks somebody who can answer, does it, and takes it back."""

from dataclasses import dataclass

import pytest
from click.testing import CliRunner, Result

from companion.cli import main, placing
from companion.cli.base import Installation
from companion.placement.widgets import WIDGETS
from sandbox import Sandbox
from tests.begun import Begun
from tests.hands import delete, duplicate, page_of, pick, widgets_in


@dataclass
class Place:
    """Runs the command where the main job was done."""

    begun: Begun

    def __call__(self, *words: str, given: str | None = None, code: int = 0) -> list[str]:
        """The lines of its output."""
        installation = Installation()
        installation.__dict__["services"] = self.begun.services
        runner = CliRunner()
        result: Result = runner.invoke(main, ["place", *words], input=given, obj=installation)
        assert result.exit_code == code, result.output
        return [" ".join(line.split()) for line in result.stdout.splitlines()]

    @property
    def sandbox(self) -> Sandbox:
        return self.begun.lms.sandbox

    @property
    def sales(self) -> int:
        return self.sandbox.find_course("ONB-SALES").id


@pytest.fixture
def place(begun_on: Begun) -> Place:
    return Place(begun_on)


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at the terminal."""
    monkeypatch.setattr(placing, "on_a_terminal", lambda: True)


def test_the_plan_names_course_widget_and_deed(place: Place) -> None:
    (check_in, _), (feedback, _) = widgets_in(place.sandbox, place.sales)
    delete(place.sandbox, check_in)
    copy = duplicate(place.sandbox, feedback)
    pick(place.sandbox, place.sales, "feedback")
    before = place.sandbox.world.to_json()
    lines = place("--dry-run")
    at = lines.index("Sales onboarding")
    assert lines[at + 1 : at + 5] == [
        "check-in will be placed",
        "feedback stands",
        f"feedback will be removed (activity {copy}): a second copy of ours",
        "feedback stands and is left alone: a teacher put it there",
    ]
    assert lines[-1] == "Plan: 1 to place, 1 to remove."
    assert place.sandbox.world.to_json() == before


@pytest.mark.usefixtures("somebody")
def test_somebody_at_the_terminal_is_asked(place: Place) -> None:
    delete(place.sandbox, widgets_in(place.sandbox, place.sales)[0][0])
    before = place.sandbox.world.to_json()
    assert "Go on? [y/N]: n" in place(given="n\n", code=1)
    assert place.sandbox.world.to_json() == before
    assert place(given="y\n")[-1] == "1 widgets placed, 0 moved, 0 removed, 8 stand now."


@pytest.mark.usefixtures("somebody")
def test_nobody_is_asked_with_yes_or_where_nothing_would_change(place: Place) -> None:
    assert place()[-2:] == [
        "Plan: Nothing would change.",
        "0 widgets placed, 0 moved, 0 removed, 8 stand now.",
    ]
    assert place("--remove", "--yes")[-1] == "0 widgets placed, 0 moved, 8 removed, 0 stand now."
    assert place("--yes")[-1] == "8 widgets placed, 0 moved, 0 removed, 8 stand now."


def test_a_script_is_not_asked(place: Place) -> None:
    assert place("--remove")[-1] == "0 widgets placed, 0 moved, 8 removed, 0 stand now."
    assert widgets_in(place.sandbox, place.sales) == []


def test_to_the_top(place: Place) -> None:
    assert place("--to-top")[-1] == "0 widgets placed, 8 moved, 0 removed, 8 stand now."
    assert page_of(place.sandbox, place.sales)[:2] == ["Mentoring check-in", "Mentoring feedback"]


def test_by_the_block(place: Place) -> None:
    place.sandbox.install_block()
    lines = place("--way", "block")
    blocks = 4 * len(WIDGETS)
    assert f"Plan: {blocks} to place, 8 to remove." in lines
    assert lines[-1] == f"{blocks} widgets placed, 0 moved, 8 removed, {blocks} stand now."


def test_the_ways_gone_by_hand_only_tell(place: Place) -> None:
    own = pick(place.sandbox, place.sales, "check-in")
    lines = place("--way", "deep-link", "--dry-run")
    assert "check-in stands and is left alone: a teacher put it there" in lines
    assert lines[-1] == "Plan: This way is gone by hand: Cairn only tells what it sees."
    assert own in place.sandbox.world.modules


def test_problems_are_told_course_by_course(place: Place) -> None:
    place.sandbox.delete_course(place.sales)
    lines = place()
    assert "! It is no longer in Moodle, or hidden from the token." in lines
    assert "! Sales onboarding: It is no longer in Moodle, or hidden from the token." in lines
    assert lines[-1] == "0 widgets placed, 0 moved, 0 removed, 6 stand now."


def test_a_template_of_another_number_is_tried_and_remembered(place: Place) -> None:
    place("--template", str(place.sandbox.template_course_id))
    lines = place("--template", "999", code=1)
    assert not any(line.startswith("Plan") for line in lines)
    assert place.begun.services.placements.template() == place.sandbox.template_course_id
