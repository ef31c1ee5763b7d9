"""Administrators at the beginning, with Moodle connected, and where the main job was done."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask

from companion.services.registry import Services
from config import Settings
from tests.applications import application
from tests.begun import Begun, Kept, Stage
from tests.clock import Clock
from tests.functional.admin.visitor import ADDRESS, PASSWORD, Visitor
from tests.sites import Lms, connect, make_programme


def signed_in(app: Flask, services: Services) -> Visitor:
    """An administrator who just signed in."""
    services.staff.create(ADDRESS, "Ada Lovelace", PASSWORD)
    return Visitor(app.test_client()).sign_in()


@pytest.fixture
def newcomer(app: Flask, services: Services) -> Visitor:
    """An administrator of an empty installation."""
    return signed_in(app, services)


@pytest.fixture
def moodle(stage: Stage, begun_sqlite: Kept, services: Services, clock: Clock) -> Lms:
    """A Moodle in which the widgets of another day still stand."""
    return stage.set_for(services, begun_sqlite, clock).lms


@pytest.fixture
def connected(newcomer: Visitor, services: Services, moodle: Lms) -> Visitor:
    """An administrator of an installation with Moodle connected and registered, and nothing else."""
    connect(services, moodle)
    return newcomer


@pytest.fixture
def installation(begun: Begun) -> Begun:
    """Where the main job was done; a module that runs on both kinds of database overrides it."""
    return begun


@pytest.fixture
def begun_app(make_settings: Callable[..., Settings], installation: Begun) -> Flask:
    """The application where the main job was done."""
    return application(make_settings(), installation.services)


@pytest.fixture
def admin(begun_app: Flask, installation: Begun) -> Visitor:
    """An administrator where the main job was done."""
    return signed_in(begun_app, installation.services)


@pytest.fixture
def make_second(installation: Begun) -> Callable[..., int]:
    """Make a second programme over the same courses, whose learners are free; gives its id."""
    return partial(
        make_programme,
        installation.services,
        "ONB-SALES",
        "ONB-ENG",
        "ONB-CARE",
        "WELCOME",
        name="Second year",
        capacity=4,
    )


@pytest.fixture
def proposed(installation: Begun, make_second: Callable[..., int]) -> int:
    """The id of a proposal that waits for approval."""
    return installation.services.matching.propose(make_second())
