"""The seeded company at an earlier moment: who was hired later is not there yet, what was finished later is open."""

from dataclasses import replace

from sandbox.records import Enrolment
from sandbox.world import World


def show_as_of(world: World, seeded: World, moment: int) -> None:
    """Make what was seeded stand as it did at a moment (seconds since 1970); what was made since then stays.

    Moments may go either way: at the moment of the seeding, and after it, everything is as seeded.
    """
    for person in seeded.people.values():
        there = (person.hired or 0) <= moment
        if there and person.id not in world.people:
            world.people[person.id] = replace(person)
        elif not there and person.id in world.people:
            world.drop_person(person.id)
    for row in seeded.enrolments.values():
        _enrol_as_of(world, row, moment)
    for cohort in seeded.cohorts.values():
        if cohort.id in world.cohorts:
            world.cohorts[cohort.id].members = [one for one in cohort.members if one in world.people]


def _enrol_as_of(world: World, seeded: Enrolment, moment: int) -> None:
    there = seeded.timestart <= moment and seeded.person in world.people
    if not there:
        if seeded.id in world.enrolments:
            del world.enrolments[seeded.id]
        return
    row = world.enrolments.get(seeded.id)
    if row is None:
        row = world.enrolments[seeded.id] = replace(seeded)
    finished = seeded.completed is None or seeded.completed <= moment
    row.completed = seeded.completed if finished else None
    row.progress = seeded.progress if finished else 0
    row.lastaccess = seeded.lastaccess if seeded.lastaccess <= moment else 0
