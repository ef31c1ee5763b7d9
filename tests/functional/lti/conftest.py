"""Cairn and the LMS before a browser without scripts, with our key set served so that the LMS can read it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from config import Settings
from demo.servers import serving
from tests import applications
from tests.begun import Begun
from tests.functional.launcher import Launcher
from tests.sites import free_port


@pytest.fixture
def installation(begun_on: Begun) -> Begun:
    """Where the main job was done, on each kind of database."""
    return begun_on


@pytest.fixture
def application(make_settings: Callable[..., Settings], installation: Begun) -> Flask:
    """The application over it."""
    return applications.application(make_settings(), installation.services)


@pytest.fixture
def reachable(application: Flask, installation: Begun) -> Iterator[Begun]:
    """The LMS can fetch our key set."""
    port = free_port()
    for tool in installation.lms.sandbox.world.tools.values():
        tool.jwks_url = f"http://127.0.0.1:{port}/lti/jwks"
    with serving(application, port):
        yield installation


@pytest.fixture
def sign_in(application: Flask, installation: Begun) -> Callable[[str], Launcher]:
    """Somebody with a browser of their own, signed in to the LMS."""
    return lambda username: Launcher.of(installation, application.test_client(), username)
