"""A service with one registered platform."""

import pytest

from companion.store import Database
from tests.unit.companion.lti.world import World


@pytest.fixture
def world(db: Database) -> World:
    return World(db)
