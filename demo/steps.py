"""The main job, through the same services as the commands: from the LMS to pairs to widgets, with weeks behind it."""

from flask import Flask

from companion.models.matching import RunState
from companion.models.staff import StaffRole
from companion.services.matching_rules import Consent, Forms, MatchingRules
from companion.services.programmes import ProgrammeRules
from companion.services.registry import Services
from companion.sync.progress import Progress
from demo.installation import ADMIN, ADMIN_NAME, COORDINATOR, COORDINATOR_NAME, Installation
from demo.weeks import live
from sandbox import ALL_ACTIVITIES, Tool

PAIRS = ProgrammeRules(
    name="Onboarding companions",
    course_ids=(),
    new_hire_field="hiredate",
    new_hire_days=45,
    weeks=4,
)
CIRCLES = ProgrammeRules(
    name="Data protection circles",
    course_ids=(),
    new_hire_field="hiredate",
    new_hire_days=45,
    weeks=12,
    matching=MatchingRules(forms=Forms.CIRCLES, consent=Consent.PROPOSED, circle_least=3),
)
PROGRAMMES = ((PAIRS, ("ONB-SALES", "ONB-ENG", "ONB-CARE", "WELCOME")), (CIRCLES, ("DP-101",)))


def run(demo: Installation, app: Flask, progress: Progress) -> list[int]:
    """Do whatever of the main job, and of the weeks before it, is not done yet; gives the ids of the programmes."""
    services = demo.services
    progress.phase("connecting")
    demo.history.go_back()
    if not services.staff.any():
        services.staff.create(ADMIN, ADMIN_NAME, demo.admin_password)
    _register(demo)
    services.sites.connect(demo.sandbox.site.base_url, demo.sandbox.token)
    programme_ids = _programmes(services)
    if all(line.account.email != COORDINATOR for line in services.staff.all()):
        services.staff.create(
            COORDINATOR,
            COORDINATOR_NAME,
            demo.admin_password,
            role=StaffRole.COORDINATOR,
            programmes=dict.fromkeys(programme_ids, True),
        )
    live(demo, app, programme_ids, progress)
    services.sync.run(progress)
    last = services.matching.latest(programme_ids[0], RunState.PROPOSED, RunState.APPROVED)
    if last is None or last.created_at < demo.history.ends:
        progress.phase("matching")
        services.matching.propose(programme_ids[0])
    progress.phase("messages, reports")
    services.outbox.work()
    services.reporting.run()
    services.watch.run()
    services.placements.place(programme_ids, progress)
    return programme_ids


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


def _programmes(services: Services) -> list[int]:
    """The programmes, made where they are not there yet."""
    found = {row.name: row.id for row in services.programmes.listed()}
    courses = {short_name: course_id for course_id, short_name, _ in services.sites.courses()}
    for rules, wanted in PROGRAMMES:
        if rules.name not in found:
            course_ids = tuple(courses[short_name] for short_name in wanted)
            found[rules.name] = services.programmes.create(
                ProgrammeRules(**{**vars(rules), "course_ids": course_ids})
            )
    return [found[rules.name] for rules, _ in PROGRAMMES]
