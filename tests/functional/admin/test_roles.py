"""Every route of the admin for every role: a coordinator never sees another programme, an auditor changes nothing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.models import Base
from companion.models.audience import Concept
from companion.models.staff import StaffRole
from companion.store.access import PROGRAMME_OF
from companion.web.permissions import OF_A_PROGRAMME, Permission, permission_of
from tests.begun import Begun
from tests.functional.admin.visitor import PASSWORD, Visitor
from tests.spoken import heard, speak


@dataclass(frozen=True)
class Route:
    """A route of the admin and the method it is called by."""

    endpoint: str
    rule: str
    method: str
    permission: Permission

    @property
    def names(self) -> list[str]:
        """Of the ids in its address."""
        return re.findall(r"<(?:[^<>:]*:)?(\w+)>", self.rule)

    def at(self, ids: dict[str, int]) -> str:
        """Its address with these ids; an id of a kind that nothing is known of is one of nothing."""
        return re.sub(r"<(?:[^<>:]*:)?(\w+)>", lambda found: str(ids.get(found[1], 987654)), self.rule)


def admin_routes(app: Flask) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin"):
            permission = permission_of(app.view_functions[rule.endpoint])
            assert permission is not None
            for method in sorted({"GET", "POST"} & set(rule.methods or ())):
                yield Route(rule.endpoint, rule.rule, method, permission)


@pytest.fixture
def second(make_second: Callable[..., int]) -> int:
    """A programme that the coordinator of the tests looks after; the first one is another's."""
    return make_second()


@pytest.fixture
def enter(begun_app: Flask, installation: Begun, second: int) -> Callable[[StaffRole], Visitor]:
    """Sign somebody in; a coordinator looks after the second programme alone."""

    def sign_in(role: StaffRole) -> Visitor:
        mine = {second: True} if role is StaffRole.COORDINATOR else {}
        address = f"{role.value}@example.org"
        installation.services.staff.create(address, role.value, PASSWORD, role=role, programmes=mine)
        visitor = Visitor(begun_app.test_client())
        visitor.press(visitor.get("/account/sign-in"), "Sign in", email=address, password=PASSWORD)
        return visitor

    return sign_in


def first_ids(begun: Begun) -> dict[str, int]:
    """Ids that lead to the first programme, one of each kind there is something of."""
    return {
        "programme_id": begun.programme_id,
        "run_id": begun.services.matching.history(begun.programme_id)[0][0].run.id,
        "engagement_id": begun.meeting.id,
    }


def rows(begun: Begun) -> dict[str, int]:
    """How many rows each table holds."""
    with begun.services.db.read() as session:
        return {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_a_coordinator_never_sees_another_programme(
    enter: Callable[[StaffRole], Visitor], begun_app: Flask, installation: Begun
) -> None:
    coordinator = enter(StaffRole.COORDINATOR)
    token, ids = coordinator.token(), first_ids(installation)
    name = installation.services.programmes.view(installation.programme_id).programme.name
    checked = 0
    for route in admin_routes(begun_app):
        answer = coordinator.client.open(route.at(ids), method=route.method, data={"csrf_token": token})
        assert name not in answer.text, route
        if set(route.names) & set(PROGRAMME_OF):
            assert answer.status_code == 404, route
            checked += 1
    assert checked >= 8


def test_a_coordinator_runs_the_own_programme(
    enter: Callable[[StaffRole], Visitor], begun_app: Flask, second: int
) -> None:
    coordinator = enter(StaffRole.COORDINATOR)
    own = {"programme_id": second}
    for route in admin_routes(begun_app):
        if route.method == "GET" and route.names == ["programme_id"]:
            assert coordinator.client.get(route.at(own)).status_code == 200, route
    page = coordinator.press(coordinator.get(f"/admin/programmes/{second}"), "Propose pairs")
    assert page.path.startswith("/admin/runs/")


def test_a_coordinator_has_nothing_to_do_with_the_installation(
    enter: Callable[[StaffRole], Visitor], begun_app: Flask, installation: Begun
) -> None:
    coordinator = enter(StaffRole.COORDINATOR)
    token = coordinator.token()
    for route in admin_routes(begun_app):
        if route.permission in {Permission.LOOK_AT_INSTALLATION, Permission.CHANGE_INSTALLATION}:
            answer = coordinator.client.open(route.at({}), method=route.method, data={"csrf_token": token})
            assert answer.status_code == 403, route


def test_an_auditor_never_changes_anything(
    enter: Callable[[StaffRole], Visitor], begun_app: Flask, installation: Begun
) -> None:
    auditor = enter(StaffRole.AUDITOR)
    token, ids, before = auditor.token(), first_ids(installation), rows(installation)
    for route in admin_routes(begun_app):
        if route.method == "POST":
            answer = auditor.client.post(route.at(ids), data={"csrf_token": token})
            assert answer.status_code in {403, 404}, route
    assert rows(installation) == before


def test_an_auditor_looks_at_every_programme(
    enter: Callable[[StaffRole], Visitor], begun_app: Flask, installation: Begun, second: int
) -> None:
    auditor = enter(StaffRole.AUDITOR)
    for route in admin_routes(begun_app):
        if route.permission is Permission.LOOK_AT_PROGRAMME and route.names == ["programme_id"]:
            for programme_id in (installation.programme_id, second):
                answer = auditor.client.get(route.at({"programme_id": programme_id}))
                assert answer.status_code == 200, route


@pytest.mark.parametrize(
    ("role", "hears"),
    [
        (StaffRole.OWNER, set()),
        (StaffRole.AUDITOR, set()),
        (StaffRole.COORDINATOR, {Concept.CONCERN, Concept.LESSON_FOR_ALL}),
    ],
)
def test_of_every_kind_of_word_a_role_reads_what_it_may_on_no_page_anything_else(
    role: StaffRole,
    hears: set[Concept],
    enter: Callable[[StaffRole], Visitor],
    begun_app: Flask,
    installation: Begun,
) -> None:
    meeting = installation.meeting
    learner, adviser = meeting.seen_by(meeting.learner), meeting.seen_by(meeting.adviser)
    said_by = speak(installation, learner, adviser, meeting.id)
    for concept, author in said_by.items():
        told = installation.services.own_data.as_json(author.person_id or 0).decode()
        assert concept in heard(told), f"{concept} was not said: the look for it could not fail"
    installation.clock.move(minutes=11)
    visitor = enter(role)
    if role is StaffRole.COORDINATOR:
        account = next(a.account for a in installation.services.staff.all() if a.account.name == role.value)
        installation.services.staff.change(account.id, role, {installation.programme_id: True})
    people = {"person_id": meeting.learner.person_id, "lesson_id": 1, "concern_id": 1, "course_id": 1}
    ids, found = {**first_ids(installation), **people}, set[Concept]()
    for route in admin_routes(begun_app):
        if route.method == "GET":
            found |= heard(visitor.client.get(route.at(ids)).text)
    assert found == hears


@pytest.mark.parametrize("role", StaffRole)
def test_an_id_of_nothing_answers_404_to_everybody(
    role: StaffRole, enter: Callable[[StaffRole], Visitor], begun_app: Flask
) -> None:
    visitor = enter(role)
    for route in admin_routes(begun_app):
        if route.permission in OF_A_PROGRAMME:
            answer = visitor.client.open(
                route.at({}), method=route.method, data={"csrf_token": visitor.token()}
            )
            assert answer.status_code == 404, route


def test_somebody_with_a_launch_alone_is_sent_to_sign_in(begun_app: Flask, installation: Begun) -> None:
    """A launched learner or teacher carries the cookie of the launch; the admin asks for another one."""
    client = begun_app.test_client()
    with client.session_transaction(path="/w/" + "x" * 43) as kept:
        kept["launch"] = "x" * 43
    for route in admin_routes(begun_app):
        answer = client.open(route.at(first_ids(installation)), method=route.method)
        assert answer.status_code == 302, route
        assert answer.headers["Location"].startswith("/account/sign-in"), route


def test_what_was_taken_away_is_gone_with_the_next_page(
    enter: Callable[[StaffRole], Visitor], installation: Begun, second: int
) -> None:
    coordinator = enter(StaffRole.COORDINATOR)
    coordinator.get(f"/admin/programmes/{second}")
    with installation.services.db.begin() as session:
        session.execute(sa.text("DELETE FROM programme_coordinator"))
    coordinator.get(f"/admin/programmes/{second}", 404)
