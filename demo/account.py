"""The account of the demo: what was read, found, formed and placed, and where to look."""

from collections import Counter

from companion.models.engagement import EngagementState, Side
from companion.models.matching import RunState
from companion.services.engagements import EngagementLine
from companion.web.words import RULES, WIDGETS
from demo.installation import ADMIN, Installation
from sandbox import DEMO_PASSWORD


def figures(demo: Installation, programme_id: int, seconds: float) -> dict[str, float]:
    """The account as numbers."""
    services = demo.services
    last = services.sync.history()[0].counts
    view = services.programmes.view(programme_id)
    run = services.matching.latest(programme_id, RunState.APPROVED)
    shown = services.matching.view(run.id) if run else None
    return {
        "courses": last["courses_read"],
        "people": last["people_read"],
        "new_hires": view.new_hires,
        "recent_learners": view.recent_learners,
        "pairs": len(_running(demo, programme_id)),
        "unmatched": len(shown.unmatched) if shown else 0,
        "placements": len(services.placements.standing([programme_id])),
        "seconds": round(seconds, 1),
    }


def tell(demo: Installation, programme_id: int, numbers: dict[str, float]) -> None:
    """Print the account."""
    services = demo.services
    view = services.programmes.view(programme_id)
    programme = view.programme
    run = services.matching.latest(programme_id, RunState.APPROVED)
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
    print(f"  {numbers['pairs']} pairs formed, {numbers['unmatched']} new hires without an adviser:")
    reasons = Counter(row.text for row, _ in services.matching.view(run.id).unmatched) if run else Counter()
    for text, number in reasons.most_common():
        print(f"    {number} x {text}")
    print("Widgets stand in these course pages:")
    by_course: dict[str, list[str]] = {}
    for placement, course in services.placements.standing([programme_id]):
        by_course.setdefault(course.full_name, []).append(WIDGETS[placement.widget].lower())
    for name, widgets in by_course.items():
        print(f"  {name}: {', '.join(widgets)}")
    _tell_where(demo, programme_id)


def _tell_where(demo: Installation, programme_id: int) -> None:
    print(f"\nThe LMS:    {demo.sandbox.site.base_url}  (password for everybody: {DEMO_PASSWORD})")
    pair = next((line for line in _running(demo, programme_id) if line.course), None)
    if pair is not None:
        for side in (Side.LEARNER, Side.ADVISER):
            member = next(m for m in pair.members if m.side is side)
            username = demo.sandbox.world.people[member.lms_id].username
            kind = "new hire" if side is Side.LEARNER else "adviser "
            print(f"  {kind}  {username:<12} {member.full_name}; both meet in “{pair.course}”")
    print(f"The admin:  {demo.settings.base_url}/admin/  ({ADMIN}, password {demo.admin_password})")


def _running(demo: Installation, programme_id: int) -> list[EngagementLine]:
    lines = demo.services.engagements.of_programme(programme_id)
    return [line for line in lines if line.engagement.state is EngagementState.ACTIVE]
