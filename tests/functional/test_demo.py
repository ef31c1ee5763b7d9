"""`make demo` as a new user meets it: a process of its own, from nothing, stopped in the middle, then again."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from config import ROOT
from demo.servers import PortInUseError, check_port
from sandbox import ALL_ACTIVITIES
from tests.sites import free_port

SMALL = ("--people", "60", "--weeks", "2")
Demo = subprocess.Popen[str]


def _demo(folder: Path, ports: tuple[str, str], *flags: str) -> Demo:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CAIRN_", "DATABASE_URL"))}
    return subprocess.Popen(
        [sys.executable, "-m", "demo", "--port", ports[0], "--lms-port", ports[1], *SMALL, *flags],
        cwd=ROOT,
        env={**environment, "CAIRN_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _day(folder: Path) -> int:
    """How many days were lived through."""
    kept = list(folder.glob("demo-*/history.json"))
    return int(json.loads(kept[0].read_text())["day"]) if kept else 0


def _at_the_lms(folder: Path) -> dict[str, Any]:
    """What the sandbox holds, but for messages: while it was served, the jobs of the hour may have run."""
    [state] = folder.glob("demo-*/sandbox/sandbox.json")
    held: dict[str, Any] = json.loads(state.read_text())
    del held["messages"]
    held["last_ids"].pop("messages", None)
    return held


def _kill_on_the_third_day(run: Demo, folder: Path) -> None:
    while run.poll() is None and _day(folder) < 3:
        try:
            run.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
    run.kill()
    _, err = run.communicate()
    assert _day(folder) >= 3, err


def _told(run: Demo) -> str:
    """What it says until both sites are served."""
    assert run.stdout is not None
    said = []
    for line in run.stdout:
        said.append(line)
        if "Both sites are served" in line:
            break
    return "".join(said)


def test_killed_it_goes_on_serves_both_sites_and_another_run_changes_nothing(tmp_path: Path) -> None:
    ports = str(free_port()), str(free_port())
    _kill_on_the_third_day(_demo(tmp_path, ports, "--no-serve"), tmp_path)

    run = _demo(tmp_path, ports)
    told = _told(run)
    for words in (
        "new hires (a date in the profile",
        "recent learners",
        "The 2 weeks before today",
        "check-ins; of the engagements",
        "A proposal waits for approval",
        "as the learner",
        "the report",
    ):
        assert words in told
    assert requests.get(f"http://127.0.0.1:{ports[0]}/health/ready", timeout=10).json() == {"status": "ready"}
    assert requests.get(f"http://localhost:{ports[1]}/login/index.php", timeout=10).ok
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0, err
    assert "Stopping." in out

    before = _at_the_lms(tmp_path)
    run = _demo(tmp_path, ports, "--no-serve")
    out, err = run.communicate(timeout=110)
    assert run.returncode == 0, err
    figures = json.loads(out.splitlines()[-1])
    assert _at_the_lms(tmp_path) == before
    assert f"{figures['check_ins']} check-ins" in told
    assert f"{figures['proposed_pairs']} pairs, {figures['unmatched']} new hires without an adviser" in told
    assert figures["courses"] == 6
    assert figures["check_ins"] > 20
    assert figures["active"] > 0
    assert figures["unmatched"] > 0
    assert figures["placements"] == 5 * len(ALL_ACTIVITIES)


@pytest.mark.parametrize("variable", ["PORT", "LMS_PORT"])
def test_a_port_in_use_is_told_with_the_variable_that_changes_it(variable: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"Port {port} is in use. .*make demo {variable}="):
            check_port(port, variable)
