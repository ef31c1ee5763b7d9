"""`python -m sandbox`: where it serves and what it says."""

import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from sandbox import DEMO_PASSWORD
from sandbox.__main__ import main
from sandbox.state import load_world


def test_serves_on_loopback_alone_and_keeps_its_state(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    served: list[dict[str, Any]] = []
    monkeypatch.setattr(Flask, "run", lambda _app, **given: served.append(given))
    monkeypatch.setattr(sys, "argv", ["sandbox", "--port", "8099", "--state", str(tmp_path)])

    main()

    assert [(given["host"], given["port"]) for given in served] == [("127.0.0.1", 8099)]
    told = capsys.readouterr().out
    assert "http://127.0.0.1:8099" in told
    assert DEMO_PASSWORD in told
    world = load_world(tmp_path)
    assert world
    assert world.token not in told
    assert world.base_url == "http://127.0.0.1:8099"
