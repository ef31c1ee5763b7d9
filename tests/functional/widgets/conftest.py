"""Somebody who opens widgets from the LMS, where the main job was done."""

from collections.abc import Callable

import pytest
from flask import Flask

from companion.models.engagement import Side
from companion.services.engagements import EngagementLine
from config import Settings
from tests import applications
from tests.begun import Begun
from tests.functional.launcher import Launcher


@pytest.fixture
def installation(begun_on: Begun) -> Begun:
    """Where the main job was done, on each kind of database."""
    return begun_on


@pytest.fixture
def application(make_settings: Callable[..., Settings], installation: Begun) -> Flask:
    """The application over it."""
    return applications.application(make_settings(), installation.services)


@pytest.fixture
def sign_in(application: Flask, installation: Begun) -> Callable[[str], Launcher]:
    """Somebody with a browser of their own, signed in to the LMS."""
    return lambda username: Launcher.of(installation, application.test_client(), username)


@pytest.fixture
def line(installation: Begun) -> EngagementLine:
    """An engagement whose people have no other, and who share a course."""
    lines = installation.services.engagements.of_programme(installation.programme_id)
    people = [member.person_id for one in lines for member in one.members]
    return next(
        one for one in lines if one.course and all(people.count(m.person_id) == 1 for m in one.members)
    )


@pytest.fixture
def usernames(installation: Begun, line: EngagementLine) -> dict[Side, str]:
    """The names they sign in with, by side."""
    world = installation.lms.sandbox.world
    return {member.side: world.people[member.lms_id].username for member in line.members}


@pytest.fixture
def learner(sign_in: Callable[[str], Launcher], usernames: dict[Side, str]) -> Launcher:
    """The learner of the engagement."""
    return sign_in(usernames[Side.LEARNER])


@pytest.fixture
def adviser(sign_in: Callable[[str], Launcher], usernames: dict[Side, str]) -> Launcher:
    """The adviser of the engagement."""
    return sign_in(usernames[Side.ADVISER])
