"""A service with one registered platform."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from companion.store import Database
from tests.unit.companion.lti.databases import KINDS, opened
from tests.unit.companion.lti.world import World


@pytest.fixture(params=KINDS)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with opened(request.param, tmp_path) as database:
        yield database


@pytest.fixture
def world(db: Database) -> World:
    return World(db)
