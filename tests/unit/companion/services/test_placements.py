"""Placing, and taking out, on the sandbox: what people did by hand meanwhile is seen, and nothing is done twice."""

from datetime import timedelta

import pytest

from companion.errors import ConflictError, LmsError, NotReadyError
from companion.models.placement import PlacementAction, PlacementState, Way
from companion.placement.placer import Verb
from companion.placement.planning import COPY, OUTDATED, TEACHERS
from companion.placement.widgets import WIDGETS
from companion.services.placement_plan import Preview, Wish
from companion.services.placement_runs import new_run
from companion.services.placements import PlacementService
from companion.store import placements
from companion.store.placements import DEAD_AFTER
from sandbox import Sandbox, Tool
from tests.begun import Begun
from tests.hands import delete, duplicate, page_of, pick, widgets_in

PLACE, REMOVE = Wish(), Wish(PlacementAction.REMOVE)
BLOCK = Wish(way=Way.BLOCK)
BOTH = ["check-in", "feedback"]
"""What the template holds."""
BLOCKS = 4 * len(WIDGETS)
"""By the block stands each widget there is, in each of the four courses."""
MOVE = "core_courseformat_update_course"


@pytest.fixture
def service(begun_on: Begun) -> PlacementService:
    return begun_on.services.placements


@pytest.fixture
def sandbox(begun_on: Begun) -> Sandbox:
    return begun_on.lms.sandbox


@pytest.fixture
def ids(begun_on: Begun) -> list[int]:
    return [begun_on.programme_id]


@pytest.fixture
def sales(sandbox: Sandbox) -> int:
    """A course in which both widgets stand."""
    return sandbox.find_course("ONB-SALES").id


def kinds(sandbox: Sandbox, course: int) -> list[str]:
    return sorted(widget for _, widget in widgets_in(sandbox, course))


def module(sandbox: Sandbox, course: int, widget: str = "check-in") -> int:
    return next(cmid for cmid, name in widgets_in(sandbox, course) if name == widget)


def steps(preview: Preview, name: str = "Sales onboarding") -> list[tuple[Verb, str, str]]:
    """What is planned for a course, but not what just stands."""
    (course,) = [course for course in preview.courses if course.name == name]
    return [(s.verb, s.widget, s.reason) for s in course.steps if s.verb is not Verb.KEEP]


def counted(sandbox: Sandbox, function: str) -> int:
    return sum(name == function for name, _ in sandbox.calls)


# -- nothing twice -----------------------------------------------------------------------------------------
def test_placing_again_changes_nothing(service: PlacementService, sandbox: Sandbox, ids: list[int]) -> None:
    before = sandbox.world.to_json()["modules"]
    assert not service.preview(ids, PLACE).changes
    report = service.place(ids)
    assert (report.added, report.moved, report.removed, len(report.standing)) == (0, 0, 0, 8)
    assert report.problems == ()
    assert sandbox.world.to_json()["modules"] == before
    assert counted(sandbox, "core_course_import_course") == 0


def test_looking_changes_nothing(service: PlacementService, sandbox: Sandbox, ids: list[int]) -> None:
    delete(sandbox, module(sandbox, sandbox.find_course("ONB-ENG").id))
    before, noted = sandbox.world.to_json(), service.standing(ids)
    for wish in (PLACE, REMOVE, Wish(to_top=True), Wish(way=Way.DEEP_LINK)):
        service.preview(ids, wish)
    assert sandbox.world.to_json() == before
    assert [(p.id, p.placed_at) for p, _ in service.standing(ids)] == [(p.id, p.placed_at) for p, _ in noted]


def test_our_own_are_known_again_by_an_installation_that_never_placed_any(
    service: PlacementService, begun_on: Begun, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    with begun_on.services.db.begin() as session:
        placements.record(session, [], [course.id for _, course in service.standing(ids)])
    assert service.standing(ids) == []
    report = service.place(ids)
    assert (report.added, len(report.standing)) == (0, 8)
    assert kinds(sandbox, sales) == BOTH
    assert {placement.way for placement, _ in service.standing(ids)} == {Way.TEMPLATE}
    assert service.remove(ids).removed == 8


# -- deleted and duplicated by hand ------------------------------------------------------------------------
def test_one_deleted_by_hand_comes_back_alone(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    other = module(sandbox, sales, "feedback")
    delete(sandbox, module(sandbox, sales))
    assert steps(service.preview(ids, PLACE)) == [(Verb.CREATE, "check-in", "")]
    assert service.place(ids).added == 1
    assert kinds(sandbox, sales) == BOTH
    assert module(sandbox, sales, "feedback") == other
    address = service.activity_address(
        next(c.id for _, c in service.standing(ids) if c.lms_id == sales), "check-in"
    )
    assert address is not None
    assert address.endswith(f"id={module(sandbox, sales)}")


def test_a_copy_made_by_hand_is_removed_and_the_noted_one_stays(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    original = module(sandbox, sales)
    copies = [duplicate(sandbox, original), duplicate(sandbox, original)]
    assert steps(service.preview(ids, PLACE)) == [(Verb.REMOVE, "check-in", COPY)] * 2
    assert service.place(ids).removed == 2
    assert module(sandbox, sales) == original
    assert not set(copies) & sandbox.world.modules.keys()


def test_where_the_original_was_deleted_the_copy_takes_its_place(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    copy = duplicate(sandbox, module(sandbox, sales))
    delete(sandbox, module(sandbox, sales))
    report = service.place(ids)
    assert (report.added, report.removed) == (0, 0)
    assert module(sandbox, sales) == copy
    assert copy in {placement.lms_module_id for placement, _ in service.standing(ids)}


def test_a_copy_that_a_teacher_made_something_else_of_is_left_alone(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    copy = duplicate(sandbox, module(sandbox, sales))
    with sandbox.change() as world:
        world.modules[copy].intro = "<p>Write to your companion before the call.</p>"
    assert steps(service.preview(ids, PLACE)) == [(Verb.LEAVE, "check-in", TEACHERS)]
    assert service.place(ids).removed == 0
    assert service.remove(ids).removed == 8
    assert [cmid for cmid, _ in widgets_in(sandbox, sales)] == [copy]


# -- a teacher's own ---------------------------------------------------------------------------------------
def test_beside_a_teachers_own_nothing_is_placed_and_it_is_never_touched(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    delete(sandbox, module(sandbox, sales))
    own = pick(sandbox, sales, "check-in")
    assert steps(service.preview(ids, PLACE)) == [(Verb.LEAVE, "check-in", TEACHERS)]
    report = service.place(ids, to_top=True)
    assert (report.added, report.removed, len(report.standing)) == (0, 0, 8)
    ways = {(c.lms_id, p.widget): p.way for p, c in service.standing(ids)}
    assert ways[sales, "check-in"] is Way.DEEP_LINK
    assert ways[sales, "feedback"] is Way.TEMPLATE
    assert service.remove(ids).standing == (("Sales onboarding", "check-in"),)
    assert [cmid for cmid, _ in widgets_in(sandbox, sales)] == [own]


def test_a_teachers_own_beside_ours_is_no_copy(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    original, own = module(sandbox, sales), pick(sandbox, sales, "check-in")
    service.place(ids)
    assert {original, own} <= sandbox.world.modules.keys()
    noted = {c.lms_id: p for p, c in service.standing(ids) if p.widget == "check-in"}
    assert (noted[sales].lms_module_id, noted[sales].way) == (original, Way.TEMPLATE)


def test_another_tools_activity_with_the_same_parameter_is_none_of_ours(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    delete(sandbox, module(sandbox, sales))
    stranger = pick(sandbox, sales, "check-in", tool=77)
    assert steps(service.preview(ids, PLACE)) == [(Verb.CREATE, "check-in", "")]
    assert service.place(ids).added == 1
    service.remove(ids)
    assert [cmid for cmid, _ in widgets_in(sandbox, sales)] == [stranger]


def test_what_teachers_picked_is_found_when_looked_for(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    pick(sandbox, sales, "feedback")
    preview = service.preview(ids, Wish(way=Way.DEEP_LINK))
    assert not preview.changes
    assert (Verb.LEAVE, "feedback", TEACHERS) in steps(preview)
    assert service.place(ids, way=Way.DEEP_LINK).added == 0
    assert service.remove(ids).removed == 8


# -- after registering anew --------------------------------------------------------------------------------
def test_after_registering_anew_what_was_noted_is_replaced(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    there = "https://cairn.example.org/lti"
    sandbox.register_tool(Tool("Cairn", f"{there}/login", f"{there}/launch", f"{there}/jwks"))
    assert [step[::2] for step in steps(service.preview(ids, PLACE))] == [
        (Verb.CREATE, ""),
        (Verb.REMOVE, OUTDATED),
    ] * 2
    report = service.place(ids)
    assert (report.added, report.removed) == (8, 8)
    new = max(sandbox.world.tools)
    assert {m.tool for m in sandbox.world.modules_in(sales) if m.modname == "lti"} == {new}
    assert service.place(ids).added == 0


# -- moved to the top --------------------------------------------------------------------------------------
def test_widgets_are_moved_to_the_top_if_asked_once(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    others = [name for name in page_of(sandbox, sales) if not name.startswith("Mentoring")]
    assert others
    assert service.preview(ids, Wish(to_top=True)).count(Verb.MOVE) == 8
    assert service.place(ids, to_top=True).moved == 8
    assert page_of(sandbox, sales) == ["Mentoring check-in", "Mentoring feedback", *others]
    sandbox.calls.clear()
    assert not service.preview(ids, Wish(to_top=True)).changes
    assert service.place(ids, to_top=True).moved == 0
    assert counted(sandbox, MOVE) == 0


def test_a_new_one_comes_to_the_top_too(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    service.place(ids, to_top=True)
    delete(sandbox, module(sandbox, sales))
    report = service.place(ids, to_top=True)
    assert (report.added, report.moved) == (1, 0)
    assert page_of(sandbox, sales)[:2] == ["Mentoring feedback", "Mentoring check-in"]


def test_one_moved_away_by_hand_is_moved_back(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    service.place(ids, to_top=True)
    with sandbox.change() as world:
        world.move_module(module(sandbox, sales), world.sections_in(sales)[2].id, None)
    assert [verb for verb, _, _ in steps(service.preview(ids, Wish(to_top=True)))] == [Verb.MOVE]
    assert service.place(ids, to_top=True).moved == 1
    assert set(page_of(sandbox, sales)[:2]) == {"Mentoring check-in", "Mentoring feedback"}


def test_on_an_empty_page_the_top_is_the_top_section(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    with sandbox.change() as world:
        top, later, *_ = world.sections_in(sales)
        ours = [cmid for cmid, _ in widgets_in(sandbox, sales)]
        world.drop_modules([row.id for row in world.modules_in(sales, top.id) if row.id not in ours])
        for cmid in ours:
            world.move_module(cmid, later.id, None)
    assert service.place(ids, to_top=True).moved == 8
    assert page_of(sandbox, sales) == ["Mentoring check-in", "Mentoring feedback"]


def test_where_moving_is_not_allowed_the_rest_is_done_and_told(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    delete(sandbox, module(sandbox, sales))
    sandbox.misbehave("missing_capability", function=MOVE)
    report = service.place(ids, to_top=True)
    assert (report.added, report.moved) == (1, 0)
    assert any(
        "Sales onboarding" in each and "moodle/course:manageactivities" in each for each in report.problems
    )
    sandbox.behave()
    sandbox.misbehave("missing_function", function=MOVE)
    assert MOVE in service.preview(ids, Wish(to_top=True)).problems[0]
    assert any(MOVE in each for each in service.place(ids, to_top=True).problems)


# -- taken out ---------------------------------------------------------------------------------------------
def test_removing_takes_everything_of_ours_out_and_nothing_else(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    copy = duplicate(sandbox, module(sandbox, sales))
    others = {m.id for m in sandbox.world.modules.values() if m.modname != "lti"}
    template = {m.id for m in sandbox.world.modules_in(sandbox.template_course_id)}
    assert service.preview(ids, REMOVE).count(Verb.REMOVE) == 9
    report = service.remove(ids)
    assert (report.removed, report.standing) == (9, ())
    assert copy not in sandbox.world.modules
    assert sandbox.world.modules.keys() == others | template
    assert service.remove(ids).removed == 0


def test_without_the_template_what_was_noted_is_taken_out(
    service: PlacementService, sandbox: Sandbox, ids: list[int]
) -> None:
    sandbox.delete_course(sandbox.template_course_id)
    assert service.remove(ids).removed == 8


def test_one_deleted_in_the_same_moment_does_not_stop_the_others(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    plan_made_before = service.preview(ids, REMOVE)
    assert plan_made_before.count(Verb.REMOVE) == 8
    delete(sandbox, module(sandbox, sales))
    assert service.remove(ids).removed == 7
    assert kinds(sandbox, sales) == []


# -- what Moodle does --------------------------------------------------------------------------------------
def test_a_course_deleted_meanwhile_is_told_and_holds_up_nothing(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    eng = sandbox.find_course("ONB-ENG").id
    delete(sandbox, module(sandbox, eng))
    sandbox.delete_course(sales)
    preview = service.preview(ids, PLACE)
    (gone,) = [course for course in preview.courses if course.problem]
    assert (gone.name, gone.steps) == ("Sales onboarding", ())
    report = service.place(ids)
    assert report.added == 1
    assert report.problems == ("Sales onboarding: It is no longer in Moodle, or hidden from the token.",)
    assert kinds(sandbox, eng) == BOTH
    assert sales not in {course.lms_id for _, course in service.standing(ids)}
    assert service.remove(ids).removed == 6


def test_a_template_without_widgets_is_told(
    service: PlacementService, sandbox: Sandbox, ids: list[int]
) -> None:
    with sandbox.change() as world:
        world.drop_modules([row.id for row in world.modules_in(sandbox.template_course_id)])
    for attempt in (lambda: service.preview(ids, PLACE), lambda: service.place(ids)):
        with pytest.raises(NotReadyError, match="widget=check-in"):
            attempt()
    assert "widget=check-in" in (service.history(ids[0])[0][0].error or "")


def test_a_template_with_one_widget_places_that_one(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    service.remove(ids)
    with sandbox.change() as world:
        world.drop_modules([max(row.id for row in world.modules_in(sandbox.template_course_id))])
    assert service.place(ids).added == 4
    assert kinds(sandbox, sales) == ["check-in"]


def test_a_missing_capability_in_one_course_is_told_with_what_to_allow(
    service: PlacementService, sandbox: Sandbox, ids: list[int]
) -> None:
    for short in ("ONB-SALES", "ONB-ENG"):
        delete(sandbox, module(sandbox, sandbox.find_course(short).id))
    sandbox.misbehave("missing_capability", function="core_course_import_course", times=1)
    report = service.place(ids)
    assert report.added == 1
    (problem,) = report.problems
    assert "moodle/restore:restoretargetimport" in problem
    assert service.place(ids).added == 1


def test_a_missing_function_ends_the_run_and_says_which(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    delete(sandbox, module(sandbox, sales))
    sandbox.misbehave("missing_function", function="core_course_import_course")
    with pytest.raises(LmsError, match="core_course_import_course"):
        service.place(ids)
    run = service.history(ids[0])[0][0]
    assert run.state is PlacementState.FAILED
    assert "core_course_import_course" in (run.error or "")


def test_an_import_whose_answer_was_lost_is_found_the_next_time(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    delete(sandbox, module(sandbox, sales))
    sandbox.misbehave("truncated", function="core_course_import_course", times=1)
    assert "core_course_import_course" in service.place(ids).problems[0]
    assert kinds(sandbox, sales) == ["check-in", "feedback", "feedback"]
    service.place(ids)
    assert kinds(sandbox, sales) == BOTH
    assert service.place(ids).problems == ()


def test_where_moodle_goes_down_half_way_it_goes_on_the_next_time(
    service: PlacementService, sandbox: Sandbox, ids: list[int]
) -> None:
    service.remove(ids)
    sandbox.misbehave("maintenance", function="core_course_import_course", after=2)
    with pytest.raises(LmsError, match="4 widgets were placed"):
        service.place(ids)
    run = service.history(ids[0])[0][0]
    assert (run.state, run.added) == (PlacementState.FAILED, 4)
    sandbox.behave()
    assert service.place(ids).added == 4


# -- the block ---------------------------------------------------------------------------------------------
def test_a_site_without_the_block_says_so(service: PlacementService, ids: list[int]) -> None:
    assert not service.has_block()
    with pytest.raises(NotReadyError, match="moodle-block"):
        service.preview(ids, BLOCK)


def test_the_block_takes_over_and_gives_back(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    sandbox.install_block()
    preview = service.preview(ids, BLOCK)
    assert (preview.count(Verb.CREATE), preview.count(Verb.REMOVE)) == (BLOCKS, 8)
    report = service.place(ids, way=Way.BLOCK)
    assert (report.added, report.removed, len(report.standing)) == (BLOCKS, 8, BLOCKS)
    assert {placement.way for placement, _ in service.standing(ids)} == {Way.BLOCK}
    assert page_of(sandbox, sales).count("Mentoring check-in") == 1  # the hidden one
    assert all(m.stealth for m in sandbox.world.modules_in(sales) if m.modname == "lti")
    again = service.place(ids, way=Way.BLOCK)
    assert (again.added, again.removed) == (0, 0)
    back = service.place(ids)
    assert (back.added, back.removed) == (8, BLOCKS)
    assert sandbox.world.blocks == {}
    assert service.remove(ids).removed == 8


def test_blocks_are_taken_out_with_their_hidden_activities(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    sandbox.install_block()
    service.place(ids, way=Way.BLOCK)
    assert service.remove(ids).removed == BLOCKS
    assert sandbox.world.blocks == {}
    assert kinds(sandbox, sales) == []


def test_a_hidden_activity_deleted_by_hand_comes_back_with_its_block(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    sandbox.install_block()
    service.place(ids, way=Way.BLOCK)
    delete(sandbox, next(b.module for b in sandbox.world.blocks.values() if b.course == sales))
    assert service.place(ids, way=Way.BLOCK).added == 1
    assert len(sandbox.world.blocks) == BLOCKS


def test_no_block_is_placed_beside_a_teachers_own(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    sandbox.install_block()
    service.remove(ids)
    pick(sandbox, sales, "check-in")
    assert service.place(ids, way=Way.BLOCK).added == BLOCKS - 1


def test_a_block_that_may_not_be_placed_is_told(
    service: PlacementService, sandbox: Sandbox, ids: list[int]
) -> None:
    sandbox.install_block()
    sandbox.misbehave("missing_capability", function="block_cairn_place")
    report = service.place(ids, way=Way.BLOCK)
    assert report.added == 0
    assert len(report.problems) == 4
    assert all("block/cairn:place" in problem for problem in report.problems)


# -- in the background -------------------------------------------------------------------------------------
def test_what_is_asked_for_is_done_by_the_worker_and_its_outcome_kept(
    service: PlacementService, begun_on: Begun, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    delete(sandbox, module(sandbox, sales))
    service.ask(ids[0], Wish(to_top=True), by="Ada Lovelace")
    asked = service.history(ids[0])[0][0]
    assert (asked.state, asked.asked_by) == (PlacementState.ASKED, "Ada Lovelace")
    begun_on.clock.move(minutes=2)
    assert service.work() == 1
    done = service.history(ids[0])[0][0]
    assert (done.state, done.added, done.moved, done.removed) == (PlacementState.DONE, 1, 7, 0)
    assert (done.finished_at, done.problems, done.error) == (begun_on.clock(), [], None)
    assert service.work() == 0


def test_asking_again_before_it_began_asks_once(service: PlacementService, ids: list[int]) -> None:
    service.ask(ids[0], PLACE, by="Ada")
    service.ask(ids[0], REMOVE, by="Ada")
    assert service.work() == 1
    assert [run.action for run in service.history(ids[0])[0]][:1] == [PlacementAction.REMOVE]
    assert service.standing(ids) == []


def test_what_goes_wrong_in_the_background_is_kept_to_be_read(
    service: PlacementService, sandbox: Sandbox, ids: list[int]
) -> None:
    sandbox.misbehave("invalid_token")
    service.ask(ids[0], PLACE, by="Ada")
    assert service.work() == 0
    run = service.history(ids[0])[0][0]
    assert run.state is PlacementState.FAILED
    assert "token" in (run.error or "")


def test_two_runs_never_overlap(service: PlacementService, begun_on: Begun, ids: list[int]) -> None:
    site_id = begun_on.services.sites.current().id
    with begun_on.services.db.begin() as session:
        run = placements.add(session, new_run(site_id, ids[0], PLACE, "Ada", begun_on.clock()))
        assert placements.start(session, run.id, begun_on.clock())
    with pytest.raises(ConflictError, match="already"):
        service.place(ids)
    service.ask(ids[0], PLACE, by="Ada")
    assert service.work() == 0
    begun_on.clock.now += DEAD_AFTER + timedelta(seconds=1)
    assert service.work() == 1
    states = [run.state for run in service.history(ids[0])[0]]
    assert states[:2] == [PlacementState.DONE, PlacementState.FAILED]


# -- the snippet -------------------------------------------------------------------------------------------
def test_the_snippet_names_the_activity_of_each_course(
    service: PlacementService, sandbox: Sandbox, ids: list[int], sales: int
) -> None:
    text = service.snippet(ids, "check-in", "Mentoring check-in")
    assert f'"{sales}": {module(sandbox, sales)}' in text
    assert text.count('": ') == 4
