"""What several tests of the services begin with."""

import pytest

from companion.store import Database
from tests.circle import Circle
from tests.clock import Clock
from tests.desk import Desk


@pytest.fixture
def circle(db: Database, clock: Clock) -> Circle:
    """A learner and an adviser together, and others of their course."""
    return Circle(db, clock)


@pytest.fixture
def desk(db: Database, clock: Clock) -> Desk:
    """A programme with one course, an asker and people who finished the course."""
    return Desk(db, clock)
