"""What several tests of the services begin with."""

import pytest

from companion.store import Database
from tests.circle import Circle
from tests.clock import Clock


@pytest.fixture
def circle(db: Database, clock: Clock) -> Circle:
    """A learner and an adviser together, and others of their course."""
    return Circle(db, clock)
