"""What a sync did, in sentences."""

from companion.models.jobs import SyncKind
from companion.models.staging import Route
from companion.services.reading_route import WORDS
from companion.services.sync import SyncReport


def told(report: SyncReport) -> list[str]:
    """What was read, by which route, and what changed by it."""
    people = f"{report.people} people in the {report.followed} of a programme"
    if report.kind is SyncKind.FULL:
        read = f"Read {report.courses} courses, and {people}."
    else:
        read = f"Read what changed in {report.courses} courses: {people}."
    sentences = [read]
    if report.resumed:
        sentences.append("It went on from where an earlier sync had stopped.")
    if report.route == Route.ROSTER:
        sentences.append("They were read from the rosters of the LTI platform, which tell no times.")
    elif report.route:
        sentences.append(f"Times came from {WORDS[report.route]}.")
    changed = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in report.changes.items())
    return [*sentences, f"Changed: {changed or 'nothing'}."]
