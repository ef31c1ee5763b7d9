"""Conventions of the routes: one permission each, none open by accident, no secret taken by GET."""

import inspect
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from companion.app import create_app
from companion.services.registry import Services
from companion.store.access import PROGRAMME_OF
from companion.web.permissions import OF_A_PROGRAMME, OPEN, Permission, permission_of, requires
from config import Settings

PUBLIC = {
    "static",
    "account.sign_in",
    "account.send_sign_in",
    "account.code",
    "account.send_code",
    "account.forgot",
    "account.send_forgot",
    "account.reset",
    "account.send_reset",
    "account.invitation",
    "account.send_invitation",
    "account.door",
    "account.door_page",
    "account.send_door",
    "doors.calendar",
    "doors.send_stop",
    "doors.stop",
    "brand.colour",
    "brand.logo",
    "health.live",
    "health.ready",
    "metrics.metrics",
    "lti.login",
    "lti.launch",
    "lti.jwks",
    "lti.register",
}
"""A route that anybody may call is named here, so that opening one is a decision."""

NOT_TAKEN_BACK = {
    **dict.fromkeys(
        ("send_adviser", "veto_offer", "veto_proposal"),
        "final, and said so beside the button: a seat is a race",
    ),
    **dict.fromkeys(
        ("keep_about_me", "advise", "set_card", "set_week", "renew_calendar", "stop_calendar"),
        "set anew at any time",
    ),
    **dict.fromkeys(("keep_wish", "take_wish_back"), "each is the way back from the other"),
    "decide": "its deeds go by pairs; leaving waits ten minutes for its other; erasing wants a tick",
    **dict.fromkeys(("admin", "send_choice"), "leads to another site and tells nobody anything"),
    "undo": "is the way back",
}
"""What is sent from a widget without a way back for ten minutes, and why: each a decision (docs/decisions, 11)."""

CHANGES = {
    Permission.ACT_ON_PROGRAMME,
    Permission.CHANGE_INSTALLATION,
    Permission.COORDINATE_PROGRAMME,
    Permission.HEAR_CONCERN,
}
"""What an auditor never has."""


def test_every_route_carries_exactly_one_permission(app: Flask) -> None:
    bare = [rule.endpoint for rule in app.url_map.iter_rules() if not _permission(app, rule.endpoint)]
    assert bare == []


def test_the_public_routes_are_those_that_were_decided(app: Flask) -> None:
    found = {
        r.endpoint for r in app.url_map.iter_rules() if _permission(app, r.endpoint) is Permission.PUBLIC
    }
    assert found == PUBLIC


def test_widgets_need_a_launch_and_the_admin_an_administrator(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        permission = _permission(app, rule.endpoint)
        if rule.rule.startswith("/w/"):
            assert permission is Permission.LAUNCHED, rule
        if rule.rule.startswith("/admin"):
            assert permission not in OPEN | {Permission.OWN_ACCOUNT}, rule


def test_what_is_sent_from_a_widget_is_taken_back_for_ten_minutes_or_decided_otherwise(app: Flask) -> None:
    sent = {
        rule.endpoint.removeprefix("widgets.")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("widgets.") and "POST" in (rule.methods or ())
    }
    views = {name: inspect.unwrap(app.view_functions[f"widgets.{name}"]) for name in sent}
    remembered = {name for name, view in views.items() if "SentKind." in inspect.getsource(view)}
    assert sent - remembered == set(NOT_TAKEN_BACK)


def test_what_changes_something_is_marked_so(app: Flask) -> None:
    """An auditor is kept from changing anything by the permission alone."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and "POST" in (rule.methods or ()):
            assert _permission(app, rule.endpoint) in CHANGES, rule


def test_what_is_about_a_programme_names_it_in_its_address(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if _permission(app, rule.endpoint) in OF_A_PROGRAMME:
            assert rule.arguments & set(PROGRAMME_OF), rule


def test_an_address_that_leads_to_a_programme_is_checked_for_it(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and rule.arguments & set(PROGRAMME_OF):
            assert _permission(app, rule.endpoint) in OF_A_PROGRAMME, rule


def test_a_route_without_a_permission_is_refused(settings: Settings, services: Services) -> None:
    app = create_app(settings, services)
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert app.test_client().get("/forgotten").status_code == 403
    requires(Permission.PUBLIC)(app.view_functions["forgotten"])
    assert app.test_client().get("/forgotten").status_code == 200


def _addresses(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, str(rule.rule).replace("<launch_id>", "x" * 43).replace("<int:", "<"))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if _permission(app, rule.endpoint) is not Permission.PUBLIC
    ]


def test_nobody_gets_in_without_signing_in(app: Flask, client: FlaskClient) -> None:
    for method, address in _addresses(app):
        filled = re.sub(r"<any\((\w+)[^>]*>", r"\1", address)
        answer = client.open(re.sub(r"<[^>]+>", "1", filled), method=method)
        refused = answer.status_code in (400, 401, 403) or "/account/sign-in" in answer.headers.get(
            "Location", ""
        )
        assert refused, (method, address, answer.status_code)


def _permission(app: Flask, endpoint: str) -> Permission | None:
    return permission_of(app.view_functions[endpoint])


@pytest.mark.parametrize("address", ["/admin/", "/account/sign-in", "/nothing-here"])
def test_nobody_may_frame_what_is_no_widget(client: FlaskClient, address: str) -> None:
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
