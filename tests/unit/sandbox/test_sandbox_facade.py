"""Opening, keeping and changing a sandbox from Python."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox import Sandbox, Tool, create_sandbox_app
from sandbox.state import KEY_FILE, STATE_FILE

BASE = "http://127.0.0.1:8081"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def open_in(folder: Path | None, **more: object) -> Sandbox:
    arguments = {"base_url": BASE, "now": lambda: NOW, "people": 30} | more
    return Sandbox.open(folder, **arguments)  # type: ignore[arg-type]  # checked by the sandbox at run time


def test_second_opening_finds_everything_as_it_was_left(tmp_path: Path, tool: Tool) -> None:
    first = open_in(tmp_path)
    registered = first.register_tool(tool)
    nia = first.find_person("nia")
    first.complete(nia.id, first.find_course("ONB-SALES").id, NOW)
    first.suspend(first.find_person("tomas").id)

    second = open_in(tmp_path, now=lambda: NOW + timedelta(days=90), people=500)

    assert second.world.to_json() == first.world.to_json()
    assert second.token == first.token
    assert second.register_tool(tool) == registered
    assert second.key.private_numbers() == first.key.private_numbers()


def test_state_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    open_in(tmp_path / "new" / "folder")
    for name in (STATE_FILE, KEY_FILE):
        assert (tmp_path / "new" / "folder" / name).stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(
        [STATE_FILE, KEY_FILE]
    )


def test_widgets_follow_the_sandbox_to_another_address(tmp_path: Path, tool: Tool) -> None:
    open_in(tmp_path).register_tool(tool)
    moved = open_in(tmp_path, base_url="http://127.0.0.1:9090/")
    widgets = moved.world.modules_in(moved.template_course_id)
    assert [f'src="http://127.0.0.1:9090/mod/lti/view.php?id={row.id}"' in row.intro for row in widgets] == [
        True
    ] * 2


def test_web_service_changes_are_kept(tmp_path: Path) -> None:
    sandbox = open_in(tmp_path)
    form = {
        "wstoken": sandbox.token,
        "wsfunction": "core_group_create_groups",
        "moodlewsrestformat": "json",
        "groups[0][courseid]": "2",
        "groups[0][name]": "Mentoring",
        "groups[0][description]": "",
    }
    create_sandbox_app(sandbox).test_client().post("/webservice/rest/server.php", data=form)
    assert [group.name for group in open_in(tmp_path).world.groups.values()] == ["Mentoring"]


def test_every_sandbox_has_its_own_token() -> None:
    tokens = {open_in(None).token for _ in range(2)}
    assert len(tokens) == 2
    assert all(len(token) == 32 for token in tokens)


def test_secrets_do_not_show_in_the_representation_of_the_world(sandbox: Sandbox) -> None:
    assert sandbox.token not in repr(sandbox.world)
    assert sandbox.world.cookie_key not in repr(sandbox.world)


def test_template_course_needs_a_tool(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match="register a tool"):
        _ = sandbox.template_course_id


def test_template_course_holds_both_widgets_with_their_own_frames(sandbox: Sandbox, tool: Tool) -> None:
    sandbox.register_tool(tool)
    assert not sandbox.world.courses[sandbox.template_course_id].visible
    widgets = sandbox.world.modules_in(sandbox.template_course_id)
    assert [(row.name, row.custom) for row in widgets] == [
        ("Mentoring check-in", "widget=check-in"),
        ("Mentoring feedback", "widget=feedback"),
    ]
    for row in widgets:
        assert f'<iframe src="{BASE}/mod/lti/view.php?id={row.id}" title="{row.name}"' in row.intro


def test_registering_again_changes_nothing(sandbox: Sandbox, tool: Tool) -> None:
    first = sandbox.register_tool(tool)
    before = sandbox.world.to_json()
    assert sandbox.register_tool(tool) == first
    assert sandbox.world.to_json() == before


def test_registering_again_makes_missing_widgets_and_takes_surplus_ones_out(
    sandbox: Sandbox, tool: Tool
) -> None:
    sandbox.register_tool(tool)
    check_in, feedback = sandbox.world.modules_in(sandbox.template_course_id)
    del sandbox.world.modules[check_in.id]
    surplus = sandbox.world.next_id("modules")
    sandbox.world.modules[surplus] = type(feedback)(**vars(feedback) | {"id": surplus})

    sandbox.register_tool(tool)

    names = [row.name for row in sandbox.world.modules_in(sandbox.template_course_id)]
    assert sorted(names) == ["Mentoring check-in", "Mentoring feedback"]
    assert feedback.id in sandbox.world.modules


def test_another_launch_address_is_another_tool(sandbox: Sandbox, tool: Tool) -> None:
    first = sandbox.register_tool(tool)
    other = sandbox.register_tool(
        Tool("Other", "http://x.test/login", "http://x.test/launch", "http://x.test/jwks")
    )
    assert first.client_id != other.client_id
    assert first.deployment_id != other.deployment_id


def test_deleting_a_course_takes_all_of_it(sandbox: Sandbox) -> None:
    course = sandbox.find_course("ONB-SALES").id
    sandbox.delete_course(course)
    world = sandbox.world
    tables = (world.sections, world.modules, world.enrolments, world.groups)
    assert [row for table in tables for row in table.values() if row.course == course] == []
    with pytest.raises(LookupError, match="short name"):
        sandbox.find_course("ONB-SALES")


def test_deleting_a_person_takes_them_out_of_courses_groups_and_cohorts(sandbox: Sandbox) -> None:
    nia = sandbox.find_person("nia").id
    sandbox.delete_person(nia)
    assert sandbox.world.enrolments_of(nia) == []
    assert all(nia not in cohort.members for cohort in sandbox.world.cohorts.values())
    with pytest.raises(LookupError, match="user name"):
        sandbox.find_person("nia")


def test_enrolment_is_changed_and_ended(sandbox: Sandbox) -> None:
    nia, course = sandbox.find_person("nia").id, sandbox.find_course("LEAD-1").id
    sandbox.enrol(nia, course, NOW)
    sandbox.enrol(nia, course, NOW, role="editingteacher")
    rows = [row for row in sandbox.world.enrolments_of(nia) if row.course == course]
    assert [row.role for row in rows] == ["editingteacher"]
    sandbox.unenrol(nia, course)
    with pytest.raises(LookupError, match="not enrolled"):
        sandbox.complete(nia, course, NOW)


def test_unknown_attributes_of_a_person_are_refused(sandbox: Sandbox) -> None:
    person = sandbox.find_person("nia")
    sandbox.update_person(person.id, timezone="Asia/Tokyo")
    assert person.timezone == "Asia/Tokyo"
    with pytest.raises(AttributeError):
        sandbox.update_person(person.id, time_zone="Asia/Tokyo")


def test_threads_never_get_one_id_twice(sandbox: Sandbox) -> None:
    app = create_sandbox_app(sandbox)

    def make(number: int) -> None:
        form = {
            "wstoken": sandbox.token,
            "wsfunction": "core_group_create_groups",
            "moodlewsrestformat": "json",
            "groups[0][courseid]": "2",
            "groups[0][name]": f"Group {number}",
            "groups[0][description]": "",
        }
        app.test_client().post("/webservice/rest/server.php", data=form)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(40)))
    assert sorted(sandbox.world.groups) == list(range(1, 41))


def test_sign_in_names_are_real_accounts(sandbox: Sandbox) -> None:
    names = [name for name, _ in sandbox.sign_in_names]
    assert {"nia", "tomas", "ines", "admin"} <= set(names)
    assert all(sandbox.find_person(name) for name in names)
