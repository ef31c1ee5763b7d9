"""The account of the demo: what was read, found and lived through, and what to open as whom."""

from collections import Counter
from collections.abc import Sequence

from companion.models.engagement import EngagementKind, EngagementState, Side
from companion.models.matching import RunState
from companion.services.engagements import EngagementLine
from companion.web.words import RULES, WIDGETS
from demo.installation import ADMIN, COORDINATOR, Installation
from demo.simulation import Character
from demo.weeks import character
from sandbox import DEMO_PASSWORD

STATES = {
    EngagementState.ACTIVE: "run",
    EngagementState.PAUSED: "rest",
    EngagementState.PROPOSED: "wait for an answer",
    EngagementState.CLOSED: "came to their end",
    EngagementState.ENDED_EARLY: "ended early",
}
"""States that the account names, with the verb that tells of them."""


def figures(demo: Installation, programme_ids: Sequence[int], seconds: float) -> dict[str, float]:
    """The account as numbers."""
    services = demo.services
    last = services.sync.history()[0].counts
    view = services.programmes.view(programme_ids[0])
    lines = _lines(demo, programme_ids)
    states = Counter(line.engagement.state for line in lines)
    run = services.matching.latest(programme_ids[0], RunState.PROPOSED)
    shown = services.matching.view(run.id) if run else None
    return {
        "courses": last["courses_read"],
        "people": last["people_read"],
        "new_hires": view.new_hires,
        "recent_learners": view.recent_learners,
        **{state.value: states[state] for state in STATES},
        "circles": sum(line.engagement.kind is EngagementKind.CIRCLE for line in lines),
        "check_ins": sum(line.activity.check_ins for line in lines),
        "at_risk": services.attention.page(programme_ids).total,
        "silent": len(services.nudges.silent(programme_ids)),
        "lessons_to_look_at": services.offered_lessons.waiting(programme_ids)[1],
        "proposed_pairs": len(shown.pairs) if shown else 0,
        "unmatched": len(shown.unmatched) if shown else 0,
        "placements": len(services.placements.standing(list(programme_ids))),
        "seconds": round(seconds, 1),
    }


def tell(demo: Installation, programme_ids: Sequence[int], numbers: dict[str, float]) -> None:
    """Print the account."""
    services = demo.services
    view = services.programmes.view(programme_ids[0])
    programme = view.programme
    print(
        f"\nRead from {demo.sandbox.site.base_url}: {numbers['courses']} courses, {numbers['people']} people."
    )
    print(f"Programme “{programme.name}”: {', '.join(view.course_names)}.")
    print(
        f"  {view.new_hires} new hires ({RULES[programme.new_hire_rule].lower()}, “{programme.new_hire_field}”, "
        f"at most {programme.new_hire_days} days ago)"
    )
    print(
        f"  {view.recent_learners} recent learners (finished one of its courses "
        f"{programme.recent_from_days} to {programme.recent_to_days} days ago)"
    )
    for programme_id in programme_ids[1:]:
        other = services.programmes.view(programme_id)
        print(f"Programme “{other.programme.name}”: {', '.join(other.course_names)}.")
    told = [f"{numbers[state.value]} {verb}" for state, verb in STATES.items() if numbers[state.value]]
    print(f"The {demo.history.days // 7} weeks before today, lived through launches and forms:")
    print(
        f"  {numbers['check_ins']} check-ins; of the engagements {', '.join(told)}; {numbers['circles']} are circles"
    )
    print(
        f"  {numbers['at_risk']} need a look, reminders rest for {numbers['silent']} who never answered, "
        f"{numbers['lessons_to_look_at']} lessons wait for a coordinator's look"
    )
    _tell_proposal(demo, programme_ids[0], numbers)
    _tell_widgets(demo, programme_ids)
    _tell_where(demo, programme_ids)


def _tell_proposal(demo: Installation, programme_id: int, numbers: dict[str, float]) -> None:
    run = demo.services.matching.latest(programme_id, RunState.PROPOSED)
    if run is None:
        return
    print(
        f"A proposal waits for approval: {numbers['proposed_pairs']} pairs, "
        f"{numbers['unmatched']} new hires without an adviser:"
    )
    reasons = Counter(row.text for row, _ in demo.services.matching.view(run.id).unmatched)
    for text, number in reasons.most_common():
        print(f"    {number} x {text}")


def _tell_widgets(demo: Installation, programme_ids: Sequence[int]) -> None:
    print("Widgets stand in these course pages:")
    by_course: dict[str, list[str]] = {}
    for placement, course in demo.services.placements.standing(list(programme_ids)):
        by_course.setdefault(course.full_name, []).append(WIDGETS[placement.widget].lower())
    for name, widgets in by_course.items():
        print(f"  {name}: {', '.join(widgets)}")


def _tell_where(demo: Installation, programme_ids: Sequence[int]) -> None:
    print(f"\nThe LMS:    {demo.sandbox.site.base_url}  (password for everybody: {DEMO_PASSWORD})")
    for kind, line in worth_opening(demo, programme_ids).items():
        page = _my_mentoring(demo, programme_ids, line)
        print(f"  {kind} in “{line.course}”: {page}")
        for side in (Side.LEARNER, Side.ADVISER):
            member = next(m for m in line.members if m.side is side)
            username = demo.sandbox.world.people[member.lms_id].username
            print(f"    as the {side.value:<8} {username:<8} {member.full_name}")
    admin = f"{demo.settings.base_url}/admin"
    print(f"The admin:  {admin}/  ({ADMIN}, password {demo.admin_password})")
    print(f"  what needs a look   {admin}/attention")
    run = demo.services.matching.latest(programme_ids[0], RunState.PROPOSED)
    if run is not None:
        print(f"  the proposal        {admin}/runs/{run.id}")
    print(f"  the report          {admin}/programmes/{programme_ids[0]}/report")
    print(f"  the engagements     {admin}/programmes/{programme_ids[0]}/engagements")
    print(f"  lessons to look at  {admin}/lessons  (as {COORDINATOR}, the same password)")
    print(f"  concerns            {admin}/concerns  (as the coordinator too)")


def worth_opening(demo: Installation, programme_ids: Sequence[int]) -> dict[str, EngagementLine]:
    """A pair and a circle that run, in English, and have most to show, by what they are."""
    found: dict[str, EngagementLine] = {}
    running = _running(demo, programme_ids)
    for line in sorted(running, key=lambda one: (not _is_steady(one), -one.activity.check_ins)):
        found.setdefault("a pair" if line.engagement.kind is EngagementKind.PAIR else "a circle", line)
    return found


def waits_longest(demo: Installation, programme_ids: Sequence[int]) -> EngagementLine:
    """The running pair, in English, that has waited longest for its next check-in."""
    running = _running(demo, programme_ids[:1])
    return min(running, key=lambda one: (one.activity.last_check_in_at, one.engagement.id))


def _running(demo: Installation, programme_ids: Sequence[int]) -> list[EngagementLine]:
    """Those that meet in a course, were in touch, and whose people read English."""
    people = demo.sandbox.world.people
    return [
        line
        for line in _lines(demo, programme_ids)
        if line.engagement.state is EngagementState.ACTIVE
        and line.course
        and line.activity.check_ins
        and all(people[member.lms_id].lang == "en" for member in line.members)
    ]


def _is_steady(line: EngagementLine) -> bool:
    return character(line.engagement.id) is Character.STEADY


def _my_mentoring(demo: Installation, programme_ids: Sequence[int], line: EngagementLine) -> str:
    standing = demo.services.placements.standing(list(programme_ids))
    module = next(
        placed.lms_module_id
        for placed, course in standing
        if placed.widget == "mentoring" and course.id == line.engagement.course_id
    )
    return f"{demo.sandbox.site.base_url}/mod/lti/view.php?id={module}"


def _lines(demo: Installation, programme_ids: Sequence[int]) -> list[EngagementLine]:
    return [line for each in programme_ids for line in demo.services.engagements.of_programme(each)]
