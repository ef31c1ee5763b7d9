"""The audit log: every change of the admin leaves an entry, and the log can be read, taken along and proven."""

import csv
import io
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from companion.cli import main
from companion.models.audit import AuditEntry
from companion.models.concern import ConcernState
from companion.models.jobs import OutboxEntry, OutboxState
from companion.models.lti import AdministratorIdentity, Platform
from companion.models.staff import Administrator, StaffRole
from companion.services.match_request import WhatIf
from companion.store import audit
from companion.store.audit import Subject
from tests.begun import Begun
from tests.conftest import NOW
from tests.functional.admin.confided import name_to_hear, offer_lesson, raise_concern
from tests.functional.admin.test_platforms import GOOD
from tests.functional.admin.test_roles import Route, admin_routes
from tests.functional.admin.visitor import ADDRESS, PASSWORD, Visitor, values_of
from tests.reviewed import exchange, free_seat, instruction_id, pair_ids
from tests.rows import stored
from tests.unit.companion.services.test_look import PNG

Example = Callable[[Begun, Visitor, dict[str, int]], dict[str, Any]]


def entries(begun: Begun) -> list[AuditEntry]:
    with begun.services.db.read() as session:
        return list(session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)))


def nothing(_begun: Begun, _admin: Visitor, _ids: dict[str, int]) -> dict[str, Any]:
    """A form with nothing to fill in, on what is there."""
    return {}


def waits(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    with begun.services.db.begin() as session:
        session.execute(sa.update(Platform).values(waiting=True, enabled=False))
    return {}


def linked(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    with begun.services.db.begin() as session:
        account = session.scalars(sa.select(Administrator)).first()
        assert account is not None
        known = {"issuer": "https://moodle.example.org", "subject": "2", "administrator_id": account.id}
        ids["link_id"] = stored(session, AdministratorIdentity(**known, linked_at=NOW)).id
    return {}


def given_up(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    with begun.services.db.begin() as session:
        entry = session.scalars(sa.select(OutboxEntry)).first()
        assert entry is not None
        entry.state, ids["entry_id"] = OutboxState.FAILED, entry.id
    return {}


def raised(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    """A concern, and that the owner is named to hear it."""
    name_to_hear(begun)
    ids["concern_id"] = raise_concern(begun)
    return {}


def settled(begun: Begun, admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    raised(begun, admin, ids)
    begun.services.concerns.move(ids["concern_id"], ConcernState.HANDLED, "the test")
    return {}


def discarded(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    begun.services.matching.discard(ids["run_id"], by="the test")
    return {}


def offered(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    name_to_hear(begun)
    ids["lesson_id"] = offer_lesson(begun)
    return {}


def declined(begun: Begun, admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    offered(begun, admin, ids)
    begun.services.offered_lessons.decide(ids["lesson_id"], publish=False, by="the test")
    return {}


def invited(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    begun.services.ways_in.invite("cleo@example.org", StaffRole.OWNER, {})
    ids["invitation_id"] = begun.services.ways_in.invitations()[0][0].id
    return {}


def reported(begun: Begun, _admin: Visitor, _ids: dict[str, int]) -> dict[str, Any]:
    """Written up once, so that there are thresholds."""
    begun.services.reporting.run()
    return {"least": "9", "least_for_text": "12"}


def as_it_stands(button: str, page: str) -> Example:
    """What a form of a page holds."""
    return lambda _begun, admin, ids: values_of(admin.get(page.format(**ids)).form(button))


def hidden(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    begun.services.prompts.hide(ids["programme_id"], "opening-worth-it")
    return {"key": "opening-worth-it"}


def some_pair(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    ids |= pair_ids(begun, ids["run_id"])
    return {"pair": [str(ids["pair_id"])]}


def pinned(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    ids |= {"instruction_id": instruction_id(begun, ids["run_id"])}
    ids["programme_id"] = begun.services.matching.standing(ids["run_id"]).programme.id
    return {}


def to_be_pinned(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    of = pair_ids(begun, ids["run_id"])
    return {"learner": str(of["learner_id"]), "adviser": str(of["adviser_id"]), "kind": "pin"}


def to_be_given(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    learner, adviser = free_seat(begun, ids["run_id"])
    return {"learner": str(learner), "adviser": str(adviser)}


def to_be_swapped(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    pair, other = exchange(begun, ids["run_id"])
    return {"pair": str(pair), "other": str(other)}


def being_worked_out(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    ids["run_id"] = begun.services.matching.begin(ids["programme_id"])
    return {}


def tried(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    begun.services.matching.jobs.work(begun.services.matching.begin(ids["programme_id"], WhatIf()))
    return {}


def of_adviser(begun: Begun, _admin: Visitor, ids: dict[str, int]) -> dict[str, Any]:
    ids["person_id"] = begun.meeting.adviser.person_id
    return {"remedy": "agree"}


KEEPS_NOTHING = {"admin.programmes_preview", "admin.programmes_new_preview"}
"""What is sent by POST because a form may be long, and keeps nothing."""
EXAMPLES: dict[str, Example] = {
    "admin.attention_take": lambda *_: {"remedy": "call"},
    "admin.attention_adviser_take": of_adviser,
    "admin.reports_raise": reported,
    "admin.outbox_again": given_up,
    "admin.outbox_again_all": given_up,
    "admin.outbox_drop": given_up,
    "admin.concerns_again": settled,
    "admin.concerns_handled": raised,
    "admin.concerns_seen": raised,
    "admin.lessons_again": declined,
    "admin.lessons_decline": offered,
    "admin.lessons_show": offered,
    "admin.invitations_make": lambda *_: {"email": "bea@example.org", "role": "owner"},
    "admin.invitations_withdraw": invited,
    "admin.people_change": lambda *_: {"role": "auditor"},
    "admin.people_close": nothing,
    "admin.people_open": nothing,
    "admin.people_password": nothing,
    "admin.people_second_factor": nothing,
    "admin.people_sign_out": nothing,
    "admin.persons_hold": nothing,
    "admin.persons_lift": nothing,
    "admin.persons_erase": nothing,
    "admin.platforms_address": nothing,
    "admin.platforms_disable": nothing,
    "admin.platforms_enable": nothing,
    "admin.platforms_keys": nothing,
    "admin.platforms_no_scores": nothing,
    "admin.platforms_refuse": waits,
    "admin.platforms_register": lambda *_: GOOD,
    "admin.platforms_scores": nothing,
    "admin.platforms_unlink": linked,
    "admin.programmes_change": as_it_stands("Keep", "/admin/programmes/{programme_id}/edit"),
    "admin.programmes_cadence_change": as_it_stands("Keep", "/admin/programmes/{programme_id}/cadence"),
    "admin.programmes_charter_change": lambda *_: {"norms": "We ask before we advise."},
    "admin.programmes_prompts_hide": lambda *_: {"key": "opening-reach"},
    "admin.programmes_prompts_keep": lambda *_: {"text_en": "What surprised you?", "occasion": "week"},
    "admin.programmes_prompts_show": hidden,
    "admin.programmes_prompts_take_back": hidden,
    "admin.programmes_create": lambda begun, admin, ids: {
        **as_it_stands("Keep", "/admin/programmes/{programme_id}/edit")(begun, admin, ids),
        "name": "Another programme",
    },
    "admin.programmes_place": nothing,
    "admin.programmes_propose": nothing,
    "admin.programmes_lift": pinned,
    "admin.programmes_run_approve": nothing,
    "admin.programmes_run_approve_some": some_pair,
    "admin.programmes_run_discard": nothing,
    "admin.programmes_run_give": to_be_given,
    "admin.programmes_run_instruct": to_be_pinned,
    "admin.programmes_run_restore": discarded,
    "admin.programmes_run_stop": being_worked_out,
    "admin.programmes_run_swap": to_be_swapped,
    "admin.programmes_run_take_apart": some_pair,
    "admin.programmes_what_if_ask": as_it_stands(
        "Show what would be", "/admin/programmes/{programme_id}/what-if"
    ),
    "admin.programmes_what_if_keep": tried,
    "admin.connection_rosters": lambda begun, *_: {"platform": begun.services.lti.platforms()[0].issuer},
    "admin.connection_make": lambda begun, *_: {
        "address": begun.lms.url,
        "token": begun.lms.sandbox.token,
    },
    "admin.health_note": nothing,
    "admin.programmes_settle": lambda *_: {"part": "charter"},
    "admin.settings_logo": lambda *_: {"logo": (BytesIO(PNG), "logo.png")},
    "admin.settings_logo_remove": nothing,
    "admin.settings_look": lambda *_: {"name": "Acme Mentoring"},
    "admin.settings_mail_try": nothing,
    "admin.settings_retention_change": lambda *_: {"gone_days": "365"},
    "admin.programmes_retention_change": lambda *_: {"keep_texts_days": "90"},
    "admin.settings_sign_in_change": nothing,
    "admin.sync_now": nothing,
}
"""For each route that changes something: what makes it possible, and what is sent. A new route needs its example."""


def test_every_change_leaves_an_entry(
    admin: Visitor, begun_app: Flask, installation: Begun, proposed: int, make_second: Callable[..., int]
) -> None:
    changing = [route for route in admin_routes(begun_app) if route.method == "POST"]
    changing = [route for route in changing if route.endpoint not in KEEPS_NOTHING]
    assert {route.endpoint for route in changing} == set(EXAMPLES)
    token = admin.token()
    for route in sorted(changing, key=_discarding_last):
        ids = _ids(installation)
        sent = {**EXAMPLES[route.endpoint](installation, admin, ids), "csrf_token": token}
        before = entries(installation)
        answer = admin.client.post(route.at(ids), data=sent)
        assert answer.status_code in {200, 303}, (route, answer.text)
        (entry,) = entries(installation)[len(before) :]
        assert entry.actor == ADDRESS, route
        named = route.names[-1] if route.names else None
        if named and entry.subject_kind == named.removesuffix("_id"):
            assert entry.subject_id == str(ids[named]), route
    assert installation.services.audit.verify().broken is None


def test_every_export_leaves_an_entry(admin: Visitor, begun_app: Flask, installation: Begun) -> None:
    exports = [route for route in admin_routes(begun_app) if route.rule.endswith(".csv")]
    assert len(exports) >= 2
    for route in exports:
        address = route.at(_ids(installation))
        before = len(entries(installation))
        assert admin.client.get(address).status_code == 200, route
        (entry,) = entries(installation)[before:]
        assert (entry.actor, entry.action.endswith(".export")) == (ADDRESS, True), route


def _discarding_last(route: Route) -> tuple[bool, str]:
    return route.endpoint.endswith(("approve", "discard", "refuse", "erase", "rosters")), route.endpoint


def _another_account(begun: Begun) -> int:
    others = [line.account for line in begun.services.staff.all() if line.account.email != ADDRESS]
    if not others:
        return begun.services.staff.create("dan@example.org", "Dan", PASSWORD)
    return others[0].id


def _ids(begun: Begun) -> dict[str, int]:
    waiting = begun.services.matching.latest
    programmes = [row.id for row in begun.services.programmes.listed()]
    runs = [run.id for number in programmes if (run := waiting(number))]
    if not (open_runs := [n for n in runs if begun.services.matching.view(n).run.state.value == "proposed"]):
        open_runs = [begun.services.matching.propose(programmes[-1])]
    return {
        "programme_id": begun.programme_id,
        "engagement_id": begun.meeting.id,
        "person_id": begun.meeting.learner.person_id,
        "account_id": _another_account(begun),
        "platform_id": begun.services.lti.platforms()[0].id,
        "run_id": open_runs[-1],
    }


def test_the_page_filters_and_the_file_holds_what_it_shows(admin: Visitor, installation: Begun) -> None:
    admin.press(admin.get("/admin/sync"), "Sync now")
    installation.services.audit.note("account.lock", Subject("administrator", 99), {"after": 5})
    page = admin.get("/admin/audit")
    assert page.heading == "Audit log"
    assert [row[2] for row in page.rows()[:2]] == [
        "Locked an account after wrong passwords",
        "Asked for a sync",
    ]
    only = admin.get("/admin/audit?log-action=sync.ask&log-period=day")
    assert [(row[1], row[2]) for row in only.rows()] == [(ADDRESS, "Asked for a sync")]
    assert admin.get("/admin/audit?log-q=99").rows()[0][3] == "administrator 99"
    exported = admin.client.get(only.link("Export"))
    assert exported.headers["Content-Disposition"] == 'attachment; filename="audit-log.csv"'
    (headings, *lines) = csv.reader(io.StringIO(exported.data.decode("utf-8-sig")))
    assert (headings[2], [line[3] for line in lines]) == ("Who", ["sync.ask"])
    newest = entries(installation)[-1]
    assert (newest.action, newest.actor) == ("audit.export", ADDRESS)
    assert newest.details == {"action": "sync.ask", "period": "day"}


def test_an_export_reaches_behind_the_first_page_and_no_cell_is_a_formula(
    admin: Visitor, installation: Begun
) -> None:
    with installation.services.db.begin() as session:
        for number in range(1100):
            by = audit.Actor('=HYPERLINK("https://evil.example")')
            audit.note(session, "sign_in", details={"number": number}, at=NOW, by=by)
    rows = list(csv.reader(io.StringIO(admin.client.get("/admin/audit.csv?log-action=sign_in").text)))
    assert len(rows) > 1100
    assert sum(row[2].startswith("'=HYPERLINK") for row in rows) == 1100


@pytest.fixture
def command(installation: Begun, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a command of the command line on the installation."""
    settings = {
        "CAIRN_BASE_URL": "http://127.0.0.1:8080",
        "CAIRN_SECRET_KEY": "k" * 48,
        "CAIRN_ENCRYPTION_KEY": "ZW5jcnlwdGlvbi1rZXktb2YtdGhlLXRlc3RzLTMyISE=",
        "CAIRN_TEXT_KEY": "dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE=",
        "DATABASE_URL": installation.services.db.engine.url.render_as_string(hide_password=False),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return lambda *words, **more: CliRunner().invoke(main, words, **more)


def test_the_command_proves_the_log_or_names_what_was_touched(
    command: Callable[..., Any], installation: Begun
) -> None:
    made = command("admin", "create", "--email", "x@example.org", "--password-stdin", input="a" * 12 + "\n")
    assert made.exit_code == 0, made.output
    newest = entries(installation)[-1]
    assert (newest.actor, newest.action) == ("command line", "account.create")
    proven = command("audit", "verify")
    assert proven.output.startswith(f"All {newest.number} entries are as they were written.")
    head = proven.output.split()[-1]
    assert command("audit", "verify", "--head", head).exit_code == 0
    cut = command("audit", "verify", "--head", "0" * 63 + "1")
    assert (cut.exit_code, "cut off" in cut.output) == (1, True)
    with installation.services.db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
        connection.exec_driver_sql("UPDATE audit_entry SET action = 'x' WHERE number = 1")
    broken = command("audit", "verify")
    assert broken.exit_code == 1
    assert "Entry 1 is not as it was written" in broken.output
