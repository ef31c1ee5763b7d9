"""The block for Moodle and the rest of Cairn name the same things; its PHP is checked where PHP is installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from companion.placement.ownership import OF_THE_BLOCK
from companion.placement.widgets import WIDGETS
from config import ROOT
from lms_client import CAPABILITIES, Function

BLOCK = ROOT / "moodle" / "block_cairn"
needs_php = pytest.mark.skipif(shutil.which("php") is None, reason="PHP is not installed")


def read(name: str) -> str:
    return (BLOCK / name).read_text(encoding="utf-8")


def test_the_functions_are_those_the_client_calls() -> None:
    declared = set(re.findall(r"'(block_cairn_\w+)' =>", read("db/services.php")))
    assert declared == {str(Function.PLACE_BLOCK), str(Function.BULK_COMPLETIONS)}
    for function in declared:
        name = function.removeprefix("block_cairn_")
        assert f"class {name} extends external_api" in read(f"classes/external/{name}.php")


def test_the_capabilities_are_those_the_client_names() -> None:
    declared = set(re.findall(r"'(block/cairn:\w+)' =>", read("db/access.php")))
    named = {
        name
        for function in (Function.PLACE_BLOCK, Function.BULK_COMPLETIONS)
        for name in CAPABILITIES[function]
    }
    assert named - {"moodle/course:view"} == declared - {"block/cairn:addinstance"}


def test_the_widgets_are_those_of_cairn_and_each_has_a_name() -> None:
    (listed,) = re.findall(r"WIDGETS = \[(.*)\];", read("classes/local/activity.php"))
    assert tuple(re.findall(r"'([\w-]+)'", listed)) == WIDGETS
    for widget in WIDGETS:
        assert f"$string['widget_{widget}']" in read("lang/en/block_cairn.php")


def test_its_hidden_activities_are_marked_as_cairn_expects() -> None:
    assert rf"widget=$widget\nplacement={OF_THE_BLOCK}" in read("classes/local/activity.php")


@needs_php
def test_the_php_is_in_order() -> None:
    checked = subprocess.run([ROOT / ".ci" / "php"], capture_output=True, text=True, check=False, timeout=100)
    assert checked.returncode == 0, checked.stderr
    assert "in order" in checked.stdout


@needs_php
@pytest.mark.parametrize(
    ("name", "before", "after", "fault"),
    [
        ("version.php", "// This file is part of Moodle", "// Part of Moodle", "licence"),
        ("block_cairn.php", "    public function init", "  \n    public function init", "white space"),
        ("classes/local/tool.php", "namespace block_cairn\\local;", "namespace block_cairn;", "namespace"),
        ("classes/local/tool.php", "$typeid", "$typeId", "lower case"),
        ("db/services.php", "defined('MOODLE_INTERNAL') || die();", "", "guard"),
        ("settings.php", "'configheight'", "'confighight'", "no text"),
        ("lang/en/block_cairn.php", "$string['cairn:place']", "$string['zebra']", "in order"),
        ("version.php", "2026112300", "1", "YYYYMMDDXX"),
    ],
)
def test_what_is_out_of_order_is_found(
    tmp_path: Path, name: str, before: str, after: str, fault: str
) -> None:
    copy = tmp_path / "moodle" / "block_cairn"
    shutil.copytree(BLOCK, copy)
    text = (copy / name).read_text(encoding="utf-8")
    assert before in text
    (copy / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    command = ["php", str(ROOT / ".ci" / "moodle_style.php"), str(copy)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert checked.returncode == 1
    assert fault in checked.stderr
