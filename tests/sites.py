"""The sandbox LMS, served for a test on loopback, and the way from it to running engagements."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from companion.services.mentoring import Viewer
from companion.services.programmes import ProgrammeRules
from companion.services.registry import Services
from companion.sync.rosters import Rosters
from demo.servers import serving
from sandbox import Registration, Sandbox, Tool, create_sandbox_app
from tests.clock import Clock


@dataclass(frozen=True)
class Lms:
    """A served sandbox."""

    sandbox: Sandbox
    url: str

    def register_tool(self, base_url: str) -> Registration:
        """What the administrator of the LMS does by hand."""
        return self.sandbox.register_tool(
            Tool(
                name="Cairn",
                login_url=f"{base_url}/lti/login",
                launch_url=f"{base_url}/lti/launch",
                jwks_url=f"{base_url}/lti/jwks",
                redirect_uris=(f"{base_url}/lti/launch",),
            )
        )


def no_rosters(address: str) -> Rosters:
    """What a service is given that must not read a roster."""
    raise AssertionError(f"the rosters of {address} were asked for")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve_lms(clock: Clock, people: int = 60) -> Iterator[Lms]:
    """A sandbox in memory, served until the end of the block."""
    port = free_port()
    url = f"http://localhost:{port}"
    sandbox = Sandbox.open(None, base_url=url, now=clock, people=people)
    with serving(create_sandbox_app(sandbox), port):
        yield Lms(sandbox, url)


def connect(services: Services, lms: Lms, base_url: str = "http://127.0.0.1:8080") -> None:
    """Register Cairn in the LMS and the LMS in Cairn, and connect the web services."""
    made = lms.register_tool(base_url)
    services.lti.register_platform(
        made.issuer, made.client_id, [made.deployment_id], made.auth_url, made.token_url, made.jwks_url
    )
    services.sites.connect(lms.url, lms.sandbox.token)


def make_programme(services: Services, *short_names: str, **rules: object) -> int:
    """A programme over these courses (all where none is named); gives its id."""
    courses = [c for c, short, _ in services.sites.courses() if not short_names or short in short_names]
    values: dict[str, object] = {"name": "Onboarding companions", "new_hire_days": 45, **rules}
    return services.programmes.create(ProgrammeRules(course_ids=tuple(courses), **values))  # type: ignore[arg-type]


def begin(services: Services, lms: Lms, base_url: str = "http://127.0.0.1:8080") -> int:
    """The whole way to running engagements and placed widgets; gives the programme's id."""
    connect(services, lms, base_url)
    programme_id = make_programme(services, "ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")
    services.sync.run()
    services.matching.approve(services.matching.propose(programme_id), by="the test")
    services.outbox.work()
    accept_charters(services, programme_id)
    services.placements.place([programme_id])
    return programme_id


def accept_charters(services: Services, programme_id: int) -> None:
    """Everybody accepts the charter, as they do on opening a widget for the first time."""
    course_id = services.programmes.view(programme_id).course_ids[0]
    for line in services.engagements.of_programme(programme_id):
        for member in line.members:
            seen = Viewer(member.person_id, course_id, teacher=False)
            services.agreements.accept_charter(seen, line.engagement.id, 0)
