"""Recorded replies of a Moodle 4.5.6 holding invented people, and clients over them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lms_client import MoodleClient
from lms_client.testing import FakeTransport, Recording, ReplayTransport

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "moodle"


@pytest.fixture(scope="session")
def recordings() -> dict[str, Recording]:
    """Each recording by its file's name without `.json`."""
    paths = [
        path for kind in ("block_*", "core_*", "mod_*", "error.*") for path in RECORDINGS.glob(f"{kind}.json")
    ]
    return {path.stem: Recording.load(path) for path in paths if not path.stem.endswith(".body")}


@pytest.fixture(scope="session")
def body_of() -> Callable[[str], Any]:
    """The recorded answer in the file of that name, to be changed at will."""

    def read(name: str) -> Any:
        kept = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
        return kept.get("response") if "function" in kept else kept

    return read


@pytest.fixture
def replaying(recordings: dict[str, Recording]) -> Callable[..., MoodleClient]:
    """A client that is answered from these recordings, and only if it sends what was sent then."""

    def client(*names: str) -> MoodleClient:
        return MoodleClient(ReplayTransport(recordings[name] for name in names))

    return client


@pytest.fixture
def fake() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def client(fake: FakeTransport) -> MoodleClient:
    return MoodleClient(fake)
