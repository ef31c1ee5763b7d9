"""The main job, through the same services as the commands: from the LMS to pairs to widgets in course pages."""

from companion.models.matching import RunState
from companion.services.mentoring import Viewer
from companion.services.programmes import ProgrammeRules
from companion.services.registry import Services
from companion.sync.progress import Progress
from demo.installation import ADMIN, Installation
from sandbox import ALL_ACTIVITIES, Tool

COURSES = ("ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")
PROGRAMME = ProgrammeRules(
    name="Onboarding companions",
    course_ids=(),
    new_hire_field="hiredate",
    new_hire_days=45,
    weeks=4,
)


def run(demo: Installation, progress: Progress) -> int:
    """Do whatever of the main job is not done yet; gives the programme's id."""
    services = demo.services
    progress.phase("connecting")
    if not services.staff.any():
        services.staff.create(ADMIN, "Demo administrator", demo.admin_password)
    _register(demo)
    services.sites.connect(demo.sandbox.site.base_url, demo.sandbox.token)
    programme_id = _programme(services)
    services.sync.run(progress)
    _match(services, programme_id, progress)
    services.placements.place([programme_id], progress)
    return programme_id


def _register(demo: Installation) -> None:
    """What the administrator of a real Moodle does by hand: docs/moodle-setup.md."""
    base = demo.settings.base_url
    tool = Tool(
        name="Cairn",
        login_url=f"{base}/lti/login",
        launch_url=f"{base}/lti/launch",
        jwks_url=f"{base}/lti/jwks",
        redirect_uris=(f"{base}/lti/launch",),
        activities=ALL_ACTIVITIES,
    )
    made = demo.sandbox.register_tool(tool)
    demo.services.lti.register_platform(
        made.issuer, made.client_id, [made.deployment_id], made.auth_url, made.token_url, made.jwks_url
    )


def _programme(services: Services) -> int:
    found = services.programmes.all()
    if found:
        return found[0].programme.id
    wanted = [course_id for course_id, short_name, _ in services.sites.courses() if short_name in COURSES]
    return services.programmes.create(ProgrammeRules(**{**vars(PROGRAMME), "course_ids": tuple(wanted)}))


def _match(services: Services, programme_id: int, progress: Progress) -> None:
    if services.matching.latest(programme_id, RunState.APPROVED) is not None:
        return
    progress.phase("matching")
    run_id = services.matching.propose(programme_id)
    services.matching.approve(run_id, by="Demo administrator")
    _accept_charters(services, programme_id)
    progress.phase("groups and messages")
    services.outbox.work()


def _accept_charters(services: Services, programme_id: int) -> None:
    """The people of the sandbox accept the charter, as everybody does on opening a widget for the first time."""
    course_id = services.programmes.view(programme_id).course_ids[0]
    for line in services.engagements.of_programme(programme_id):
        for member in line.members:
            seen = Viewer(member.person_id, course_id, teacher=False)
            services.agreements.accept_charter(seen, line.engagement.id, 0)
