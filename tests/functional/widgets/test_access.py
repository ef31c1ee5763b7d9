"""Every route of the widgets, tried by everybody who is not in the engagement: nothing of it changes, nothing is shown.

The routes are taken from the application, so that a new one is tried without anybody thinking of it.
"""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from companion.models.engagement import Engagement, EngagementMember, Side
from companion.models.exchange import AskedPerson
from companion.models.people import Person
from companion.services.engagements import EngagementLine
from companion.services.mentoring import Viewer
from companion.store.texts import KINDS
from tests.begun import Begun
from tests.functional.launcher import Launcher
from tests.spoken import heard, speak

ELSEWHERE = {"widgets.admin", "widgets.choice", "widgets.send_choice"}
"""Routes that are about no engagement and lead to another site or account."""


@pytest.fixture
def spoken(installation: Begun, line: EngagementLine) -> dict[str, str]:
    """The two exchanged something of each kind; gives the fields any form could name it by."""
    course_id, today = line.engagement.course_id, installation.clock().date()
    sides = {m.side: Viewer(m.person_id, course_id, teacher=False) for m in line.members}
    speak(installation, sides[Side.LEARNER], sides[Side.ADVISER], line.engagement.id)
    return {
        "engagement": str(line.engagement.id),
        "commitment": "1",
        "request": "1",
        "version": "0",
        "weeks": "1",
        "mood": "good",
        "contact": "call",
        "note": "mine",
        "fit": "good",
        "trust_item": "ability",
        "trust_score": "5",
        "intent": "mine",
        "sign": "",
        "due": today.isoformat(),
        "outcome": "kept",
        "about": "mine",
        "helps": "mine",
        "wish": "mine",
        "share": "words",
        "topic": "fit",
        "words": "mine",
        "ask": "1",
        "text": "mine",
        "person": str(line.members[0].person_id),
        "to": "1",
        "lesson": "1",
    }


@pytest.mark.parametrize("who", ["another learner", "a teacher"])
def test_whoever_is_not_in_it_changes_nothing_and_sees_nothing(
    application: Flask,
    installation: Begun,
    sign_in: Callable[[str], Launcher],
    line: EngagementLine,
    spoken: dict[str, str],
    who: str,
) -> None:
    stranger = sign_in(_username(installation, line, who))
    page = stranger.open("check-in", _short_name(installation, line))
    # The token of a form is another gate: here it stands open, so that what lies behind is tried.
    application.config["WTF_CSRF_ENABLED"] = False
    before = _kept(installation, line)
    launch_id, tried = page.address.split("/")[2], dict[tuple[str, str], int]()
    for rule in application.url_map.iter_rules():
        if not rule.rule.startswith("/w/") or rule.endpoint in ELSEWHERE:
            continue
        for address, method in product(
            _addresses(rule.rule, launch_id), (rule.methods or set()) & {"GET", "POST"}
        ):
            key = f"{rule.endpoint}{address[-8:]}".replace("/", "_").replace(".", "_").ljust(32, "x")[-32:]
            sent = {**spoken, "form_key": key}
            options: dict[str, Any] = {"data": sent} if method == "POST" else {"query_string": spoken}
            answer = page.client.open(address, method=method, **options)
            assert answer.status_code < 500, (address, method)
            assert b"/w//" not in answer.get_data(), (address, method)  # no page leads out of its launch
            assert not heard(answer.get_data().decode(errors="replace")), (address, method)
            tried[rule.endpoint, method] = answer.status_code
    assert tried["widgets.commit", "POST"] == 404, "it came as far as the service"
    assert _kept(installation, line) == before


def _addresses(rule: str, launch_id: str) -> list[str]:
    """The addresses of a rule: one for each word it allows, number 1 for any other part."""
    rule = rule.replace("<launch_id>", launch_id)
    words = re.search(r"<any\(([^)]*)\):\w+>", rule)
    found = [rule.replace(words[0], word.strip(" '")) for word in words[1].split(",")] if words else [rule]
    return [re.sub(r"<[^>]+>", "1", address) for address in found]


def _kept(installation: Begun, line: EngagementLine) -> list[list[Any]]:
    """All that is stored of the engagement."""
    number = line.engagement.id
    with installation.services.db.read() as session:
        people = [member.person_id for member in line.members]
        found = [list(session.execute(sa.select(Engagement.__table__).where(Engagement.id == number)))]
        members = EngagementMember.__table__
        found.append(list(session.execute(sa.select(members).where(members.c.engagement_id == number))))
        for kind in {kind.model: kind for kind in KINDS.values()}.values():
            columns = kind.model.__table__.columns
            if "engagement_id" in columns:
                rows = sa.select(kind.model.__table__).where(columns["engagement_id"] == number)
            else:
                rows = sa.select(kind.model.__table__).where(kind.author.in_(people))
            found.append(list(session.execute(rows)))
    return found


def _username(installation: Begun, line: EngagementLine, who: str) -> str:
    """Somebody in the course of the engagement who is not in it, and whom the learner did not ask."""
    world = installation.lms.sandbox.world
    course = next(c for c in world.courses.values() if c.fullname == line.course)
    with installation.services.db.read() as session:
        asked = sa.select(Person.lms_id).join(AskedPerson, AskedPerson.person_id == Person.id)
        inside = {member.lms_id for member in line.members} | set(session.scalars(asked))
    wanted = "editingteacher" if who == "a teacher" else "student"
    return next(
        world.people[row.person].username
        for row in world.enrolments.values()
        if row.course == course.id and row.person not in inside and row.role == wanted
    )


def _short_name(installation: Begun, line: EngagementLine) -> str:
    world = installation.lms.sandbox.world
    return next(c.shortname for c in world.courses.values() if c.fullname == line.course)
