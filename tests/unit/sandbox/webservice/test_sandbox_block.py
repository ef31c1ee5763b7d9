"""The functions of Cairn's block in the sandbox, and moving activities on a course page."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import Registration, Sandbox

Call = Callable[..., Any]


@pytest.fixture
def sales(sandbox: Sandbox) -> int:
    return sandbox.find_course("ONB-SALES").id


def names(ws: Call, course: int, section: int = 0) -> list[str]:
    return [module["name"] for module in ws("core_course_get_contents", courseid=course)[section]["modules"]]


def ids(ws: Call, course: int, section: int = 0) -> list[int]:
    return [module["id"] for module in ws("core_course_get_contents", courseid=course)[section]["modules"]]


# -- the block -----------------------------------------------------------------------------------------------
def test_before_it_is_installed_its_functions_are_not_there(ws: Call, sandbox: Sandbox, sales: int) -> None:
    assert ws("block_cairn_place", courseid=sales, widget="check-in")["errorcode"] == "invalidrecord"
    sandbox.install_block()
    offered = {row["name"] for row in ws("core_webservice_get_site_info")["functions"]}
    assert {"block_cairn_place", "block_cairn_get_completions"} <= offered


def test_it_needs_a_tool(ws: Call, sandbox: Sandbox, sales: int) -> None:
    sandbox.install_block()
    assert ws("block_cairn_place", courseid=sales, widget="check-in")["errorcode"] == "notool"


@pytest.mark.usefixtures("registration")
def test_placed_twice_it_stands_once_and_hides_its_activity(
    ws: Call, sandbox: Sandbox, sales: int, client: Any, sign_in: Callable[[str], None]
) -> None:
    sandbox.install_block()
    first = ws("block_cairn_place", courseid=sales, widget="check-in")
    again = ws("block_cairn_place", courseid=sales, widget="check-in")
    assert (first["changed"], again["changed"]) == (True, False)
    assert (
        {**first, "changed": False}
        == again
        == ws("block_cairn_place", courseid=sales, widget="check-in", action="find")
    )
    (activity,) = ws("mod_lti_get_ltis_by_courses", courseids=[sales])["ltis"]
    assert activity["coursemodule"] == first["cmid"]
    assert activity["instructorcustomparameters"] == "widget=check-in\nplacement=block"
    sign_in("admin")
    assert "Mentoring check-in" not in client.get(f"/course/view.php?id={sales}").text
    gone = ws("block_cairn_place", courseid=sales, widget="check-in", action="remove")
    assert (gone["changed"], gone["cmid"]) == (True, 0)
    assert ws("mod_lti_get_ltis_by_courses", courseids=[sales])["ltis"] == []


@pytest.mark.parametrize("wrong", [{"widget": "x"}, {"action": "burn"}, {"courseid": 99}])
def test_what_it_refuses(
    ws: Call, sandbox: Sandbox, sales: int, registration: Registration, wrong: dict[str, Any]
) -> None:
    sandbox.install_block()
    answer = ws("block_cairn_place", **{"courseid": sales, "widget": "check-in", **wrong})
    assert answer["errorcode"] in {"invalidparameter", "invalidrecord"}
    assert sandbox.world.blocks == {}


def test_what_was_kept_before_there_were_blocks_opens(sandbox: Sandbox) -> None:
    document = sandbox.world.to_json()
    del document["blocks"]
    del document["block_installed"]
    assert type(sandbox.world).from_json(document).blocks == {}


# -- completions -----------------------------------------------------------------------------------------------
def test_pages_hold_everybody_once_in_order(ws: Call, sandbox: Sandbox, sales: int) -> None:
    sandbox.install_block()
    welcome = sandbox.find_course("WELCOME").id
    found: list[tuple[int, int]] = []
    for start in range(0, 1000, 7):
        reply = ws("block_cairn_get_completions", courseids=[welcome, sales], limitfrom=start, limitnum=7)
        found += [(row["courseid"], row["userid"]) for row in reply["completions"]]
        if not reply["completions"]:
            break
    rows = [*sandbox.world.enrolments_in(sales), *sandbox.world.enrolments_in(welcome)]
    assert found == sorted((row.course, row.person) for row in rows)


def test_only_what_changed_since_and_warnings_for_the_unknown(ws: Call, sandbox: Sandbox, sales: int) -> None:
    sandbox.install_block()
    person = next(row.person for row in sandbox.world.enrolments_in(sales) if row.role == "student")
    sandbox.complete(person, sales, sandbox.site.clock())
    reply = ws("block_cairn_get_completions", courseids=[sales, 99], since=sandbox.site.epoch())
    (row,) = reply["completions"]
    assert (row["userid"], row["timecompleted"], row["completed"]) == (person, sandbox.site.epoch(), True)
    assert [warning["itemid"] for warning in reply["warnings"]] == [99]


# -- moving ------------------------------------------------------------------------------------------------------
@pytest.fixture
def placed(ws: Call, sandbox: Sandbox, registration: Registration, sales: int) -> list[int]:
    """Two activities at the end of the top section."""
    ws("core_course_import_course", importfrom=sandbox.template_course_id, importto=sales)
    return ids(ws, sales)[-2:]


def move(ws: Call, course: int, cmids: list[int], **where: int) -> Any:
    return ws("core_courseformat_update_course", action="cm_move", courseid=course, ids=cmids, **where)


def test_before_another_they_keep_their_order(ws: Call, sales: int, placed: list[int]) -> None:
    others = [cmid for cmid in ids(ws, sales) if cmid not in placed]
    assert isinstance(move(ws, sales, placed[::-1], targetcmid=others[0]), str)
    assert ids(ws, sales) == [*placed, *others]


def test_to_the_end_of_another_section(ws: Call, sales: int, placed: list[int]) -> None:
    sections = ws("core_course_get_contents", courseid=sales)
    there = ids(ws, sales, 1)
    move(ws, sales, placed[:1], targetsectionid=sections[1]["id"])
    assert ids(ws, sales, 1) == [*there, placed[0]]
    assert placed[0] not in ids(ws, sales)


def test_what_moving_refuses(ws: Call, sandbox: Sandbox, sales: int, placed: list[int]) -> None:
    before = names(ws, sales)
    elsewhere = next(m.id for m in sandbox.world.modules.values() if m.course != sales)
    refused = (
        move(ws, sales, placed),
        move(ws, sales, placed, targetcmid=elsewhere),
        move(ws, sales, [elsewhere], targetcmid=placed[0]),
        move(ws, sales, placed, targetsectionid=9999),
        ws("core_courseformat_update_course", action="cm_delete", courseid=sales, ids=placed),
    )
    assert all("errorcode" in answer for answer in refused)
    assert names(ws, sales) == before
