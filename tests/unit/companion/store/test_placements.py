"""Where widgets stand, as last seen."""

from dataclasses import dataclass

import pytest

from companion.models.lms import Course
from companion.models.placement import Way
from companion.store import Database, placements
from tests import rows
from tests.rows import NOW


@dataclass
class World:
    sales: Course
    care: Course


@pytest.fixture
def world(db: Database) -> World:
    with db.begin() as session:
        site = rows.site(session)
        return World(rows.course(session, site, "Sales"), rows.course(session, site, "Care"))


def row(course: Course, widget: str, module: int) -> dict[str, object]:
    return {
        "course_id": course.id,
        "widget": widget,
        "lms_module_id": module,
        "lms_activity_id": module + 100,
        "way": Way.TEMPLATE,
        "placed_at": NOW,
    }


def seen(db: Database, world: World) -> list[tuple[str, str, int]]:
    with db.read() as session:
        found = placements.of_courses(session, [world.sales.id, world.care.id])
        return [(course.full_name, each.widget, each.lms_module_id) for each, course in found]


def test_what_is_recorded_is_what_stands(db: Database, world: World) -> None:
    with db.begin() as session:
        placements.record(
            session, [row(world.sales, "feedback", 2), row(world.sales, "check-in", 1)], [world.sales.id]
        )
        placements.record(session, [row(world.care, "check-in", 3)], [world.care.id])
    assert seen(db, world) == [("Care", "check-in", 3), ("Sales", "check-in", 1), ("Sales", "feedback", 2)]


def test_recording_a_course_again_replaces_what_was_there(db: Database, world: World) -> None:
    with db.begin() as session:
        placements.record(
            session, [row(world.sales, "feedback", 2), row(world.sales, "check-in", 1)], [world.sales.id]
        )
        placements.record(session, [row(world.care, "check-in", 3)], [world.care.id])
        placements.record(session, [row(world.sales, "check-in", 9)], [world.sales.id])
    assert seen(db, world) == [("Care", "check-in", 3), ("Sales", "check-in", 9)]
    with db.begin() as session:
        placements.record(session, [], [world.sales.id, world.care.id])
    assert seen(db, world) == []


def test_a_widget_is_found_in_its_course(db: Database, world: World) -> None:
    with db.begin() as session:
        placements.record(session, [row(world.sales, "check-in", 1)], [world.sales.id])
        found = placements.find(session, world.sales.id, "check-in")
        assert found is not None
        assert (found.lms_module_id, found.lms_activity_id) == (1, 101)
        assert placements.find(session, world.sales.id, "feedback") is None
        assert placements.find(session, world.care.id, "check-in") is None
