"""A group in the LMS for each engagement; safe to do twice."""

from collections.abc import Sequence

from lms_client import MoodleClient, NewGroup


def ensure_group(client: MoodleClient, course_id: int, engagement_id: int, people: Sequence[int]) -> int:
    """Make the group of an engagement and bring its members up to date; gives the LMS's id of it.

    The group is found again by its id number. Its name tells nothing about the people: others may see it.

    Args:
        course_id, people: the LMS's ids; the people must be enrolled in the course.
    """
    id_number = f"cairn-engagement-{engagement_id}"
    group = next((g.id for g in client.course_groups(course_id) if g.idnumber == id_number), None)
    if group is None:
        new = NewGroup(course_id=course_id, name=f"Mentoring {engagement_id}", idnumber=id_number)
        group = client.create_groups([new])[0].id
    there = set(client.group_members([group]).get(group, ()))
    missing = [(group, person) for person in people if person not in there]
    if missing:
        client.add_group_members(missing)
    surplus = [(group, person) for person in sorted(there - set(people))]
    if surplus:
        client.remove_group_members(surplus)
    return group
