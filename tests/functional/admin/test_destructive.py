"""What takes something away says before what will happen: that it can be taken back, or that it is final."""

from typing import Final

import sqlalchemy as sa
from flask import Flask

from companion.models.jobs import OutboxEntry, OutboxState, SyncRun
from companion.models.lti import AdministratorIdentity, Platform
from companion.models.staff import Administrator, StaffRole
from companion.models.watch import Remedy
from companion.services.prompts import PromptWords
from companion.web.wording import REMEDY_EFFECTS
from tests.begun import Begun
from tests.functional.admin.visitor import PASSWORD, Visitor
from tests.rows import NOW, stored
from tests.unit.companion.services.test_look import PNG

UNDONE_BY: Final = {
    "attention_take": "attention_take",  # each remedy says it: see below
    "concerns_handled": "concerns_again",
    "lessons_decline": "lessons_again",
    "lessons_show": "lessons_again",
    "people_change": "people_change",
    "people_close": "people_open",
    "persons_hold": "persons_lift",
    "platforms_disable": "platforms_enable",
    "platforms_no_scores": "platforms_scores",
    "programmes_cadence_change": "programmes_cadence_change",
    "programmes_change": "programmes_change",
    "programmes_charter_change": "programmes_charter_change",
    "programmes_lift": "programmes_run_instruct",
    "programmes_place": "programmes_place",  # the plan stands before it; taking out and placing undo each other
    "programmes_prompts_hide": "programmes_prompts_show",
    "programmes_run_discard": "programmes_run_restore",
    "programmes_run_give": "programmes_run_take_apart",
    "programmes_run_instruct": "programmes_lift",
    "programmes_run_swap": "programmes_run_swap",
    "programmes_run_take_apart": "programmes_run_give",
    "programmes_what_if_keep": "programmes_change",
    "settings_look": "settings_look",
    "settings_sign_in_change": "settings_sign_in_change",
}
"""What is taken back by another form, or by the same one sent otherwise."""
FINAL: Final = {
    "connection_rosters": (
        "connection/rosters?platform={site}",
        "Cairn can neither show it nor bring it back",
    ),
    "invitations_withdraw": ("invitations", "It cannot be given back"),
    "outbox_drop": ("outbox", "It is never tried again"),
    "people_second_factor": ("people/{account_id}", "From then on the password alone signs in"),
    "people_sign_out": ("people/{account_id}", "What was being written there is lost"),
    "persons_erase": ("persons/{person_id}", "This cannot be taken back"),
    "persons_lift": ("persons/{held_id}", "goes for good with the next purge"),
    "platforms_keys": ("platforms", "A new key cannot be taken back"),
    "platforms_refuse": ("platforms", "Refusing forgets the registration for good"),
    "platforms_unlink": ("platforms", "gives the password again"),
    "programmes_prompts_take_back": (
        "programmes/{programme_id}/prompts/edit?key={prompt}",
        "The prompt is gone for good",
    ),
    "programmes_propose": ("runs/{run_id}", "A new run takes the place of this proposal for good"),
    "programmes_retention_change": (
        "programmes/{programme_id}/retention?keep_texts_days=30",
        "What has gone cannot be brought back",
    ),
    "programmes_run_approve": ("runs/{run_id}/approve", "Messages that were sent cannot be called back"),
    "programmes_run_approve_some": ("runs/{run_id}", "Messages that were sent cannot be called back"),
    "programmes_run_stop": ("runs/{running_id}", "Stopping is final"),
    "reports_raise": ("programmes/{programme_id}/report", "nobody can lower them again"),
    "settings_logo_remove": ("settings", "the file is forgotten"),
    "settings_retention_change": ("settings/retention?gone_days=90", "This cannot be taken back"),
    "sync_now": ("sync", "stay ended"),
}
"""What cannot be taken back: the page it stands on, and what that page says."""
ADDS: Final = {
    "attention_adviser_take",
    "concerns_again",
    "concerns_seen",
    "connection_make",
    "health_note",
    "invitations_make",
    "lessons_again",
    "outbox_again",
    "outbox_again_all",
    "people_open",
    "people_password",
    "platforms_address",
    "platforms_enable",
    "platforms_register",
    "platforms_scores",
    "programmes_create",
    "programmes_new_preview",
    "programmes_preview",
    "programmes_prompts_keep",
    "programmes_prompts_show",
    "programmes_run_restore",
    "programmes_settle",
    "programmes_what_if_ask",
    "settings_logo",
    "settings_mail_try",
}
"""What takes nothing away."""


def test_every_form_of_the_admin_is_known_to_take_something_away_or_not(app: Flask) -> None:
    """A new one is put where it belongs, with its way back or its sentence."""
    forms = {
        rule.endpoint.removeprefix("admin.")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and "POST" in (rule.methods or ())
    }
    assert forms == {*UNDONE_BY, *FINAL, *ADDS}
    assert set(UNDONE_BY.values()) <= forms
    assert not (UNDONE_BY.keys() & FINAL.keys() | ADDS & {*UNDONE_BY, *FINAL})


def test_every_remedy_that_ends_or_changes_an_engagement_says_what_it_does_and_that_it_is_final() -> None:
    assert set(Remedy) - {Remedy.NUDGE, Remedy.CALL, Remedy.AGREE} == set(REMEDY_EFFECTS)
    for words in REMEDY_EFFECTS.values():
        assert "cannot be taken back" in words


def test_what_is_final_says_so_where_it_is_pressed(
    admin: Visitor, installation: Begun, proposed: int
) -> None:
    ids = one_of_everything(installation, proposed)
    pages = {path: admin.get(f"/admin/{path.format(**ids)}").words for path, _ in FINAL.values()}
    for deed, (path, sentence) in FINAL.items():
        assert sentence in pages[path], deed


def one_of_everything(begun: Begun, proposed: int) -> dict[str, int | str]:
    """Something of each kind that can be taken away; gives the ids of the addresses."""
    services, meeting = begun.services, begun.meeting
    bea = services.staff.create("bea@example.org", "Bea", PASSWORD, role=StaffRole.AUDITOR)
    services.sign_ins.open(services.staff.account(bea).account, "Firefox on Linux")
    services.ways_in.invite("cleo@example.org", StaffRole.OWNER, {})
    services.own_data.hold(meeting.adviser.person_id, True)
    services.look.set_logo(PNG)
    services.reporting.run()
    keys = "https://moodle.example.org/mod/lti/certs.php"
    other = services.lti.register_platform("https://moodle.example.org", "c", ["2"], keys, keys, keys)
    words = PromptWords({"en": "What surprised you?"})
    with services.db.begin() as session:
        session.get_one(Administrator, bea).totp_since = NOW
        session.execute(sa.update(OutboxEntry).values(state=OutboxState.FAILED))
        session.execute(sa.update(SyncRun).values(held_back=20))
        session.execute(sa.update(Platform).where(Platform.id == other).values(waiting=True, enabled=False))
        known = {"issuer": "https://moodle.example.org", "subject": "2", "administrator_id": bea}
        stored(session, AdministratorIdentity(**known, linked_at=NOW))
    return {
        "account_id": bea,
        "person_id": meeting.learner.person_id,
        "held_id": meeting.adviser.person_id,
        "programme_id": begun.programme_id,
        "site": begun.lms.url,
        "prompt": services.prompts.keep(begun.programme_id, None, words),
        "run_id": proposed,
        "running_id": services.matching.begin(begun.programme_id),
    }
