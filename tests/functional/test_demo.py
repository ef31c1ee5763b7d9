"""`make demo` as a new user meets it: a process of its own, from nothing, then again."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from config import ROOT
from sandbox import ALL_ACTIVITIES
from tests.sites import free_port


@pytest.fixture
def ports() -> tuple[str, str]:
    """Where the demo of the test is served."""
    return str(free_port()), str(free_port())


def _demo(folder: Path, ports: tuple[str, str], *flags: str) -> "subprocess.Popen[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CAIRN_", "DATABASE_URL"))}
    return subprocess.Popen(
        [sys.executable, "-m", "demo", "--port", ports[0], "--lms-port", ports[1], *flags],
        cwd=ROOT,
        env={**environment, "CAIRN_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_does_the_main_job_and_a_second_run_changes_nothing(
    tmp_path: Path, ports: tuple[str, str]
) -> None:
    accounts = []
    for _ in range(2):
        run = _demo(tmp_path, ports, "--no-serve")
        out, err = run.communicate(timeout=110)
        assert run.returncode == 0, err
        account = json.loads(out.splitlines()[-1])
        assert account.pop("seconds") > 0
        [state] = tmp_path.glob("demo-*/sandbox/sandbox.json")
        accounts.append((account, state.read_bytes()))
    first, second = accounts
    assert first == second
    figures = first[0]
    assert set(figures) == {
        "courses", "people", "new_hires", "recent_learners", "pairs", "unmatched", "placements",
    }  # fmt: skip
    assert figures["courses"] == 6
    assert figures["pairs"] + figures["unmatched"] == figures["new_hires"]
    assert figures["unmatched"] > 0
    assert figures["placements"] == 4 * len(ALL_ACTIVITIES)


def test_it_serves_both_sites_until_it_is_told_to_stop(tmp_path: Path, ports: tuple[str, str]) -> None:
    run = _demo(tmp_path, ports)
    assert run.stdout is not None
    said = []
    for line in run.stdout:
        said.append(line)
        if "Both sites are served" in line:
            break
    told = "".join(said)
    for words in (
        "new hires (a date in the profile",
        "recent learners",
        "pairs formed",
        "No adviser shares a language",
    ):
        assert words in told
    assert requests.get(f"http://127.0.0.1:{ports[0]}/health/ready", timeout=10).json() == {"status": "ready"}
    assert requests.get(f"http://localhost:{ports[1]}/login/index.php", timeout=10).ok
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=30)
    assert run.returncode == 0, err
    assert "Stopping." in out


@pytest.mark.parametrize(("which", "variable"), [(0, "PORT"), (1, "LMS_PORT")])
def test_a_port_in_use_is_told_with_the_variable_that_changes_it(
    tmp_path: Path, ports: tuple[str, str], which: int, variable: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(ports[which])))
        taken.listen()
        run = _demo(tmp_path, ports, "--no-serve")
        _, err = run.communicate(timeout=30)
    assert run.returncode == 1
    assert f"Port {ports[which]} is in use" in err
    assert f"make demo {variable}=" in err
    assert not list(tmp_path.iterdir())
