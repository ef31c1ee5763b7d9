"""What is kept of the recorded claims."""

from typing import Any

import pytest

from companion.lti import claims
from companion.lti.claims import CORE
from companion.lti.errors import UnknownWidgetError
from tests.unit.companion.lti.platform import Clock, FakePlatform, recorded


def read(role: str = "learner", **overrides: Any) -> claims.LaunchClaims:
    return claims.read(
        {**FakePlatform(Clock()).claims(role=role), **{CORE + k: v for k, v in overrides.items()}}
    )


def test_the_recorded_learner() -> None:
    found = claims.read(recorded()["learner_claims"])
    assert (found.issuer, found.subject, found.audiences) == ("http://localhost:8081", "5", ("abc123",))
    assert (found.context_id, found.resource_link_id, found.locale) == ("2", "2", "en")
    assert (found.expires_at - found.issued_at).total_seconds() == 60
    assert found.issued_at.isoformat() == "2026-11-23T02:06:25+00:00"
    assert not found.teacher


def test_the_recorded_instructor_teaches() -> None:
    assert read("instructor").teacher


@pytest.mark.parametrize(
    "role",
    [
        "Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
        "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Administrator",
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor ",
        "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant",
    ],
)
def test_no_other_role_teaches(role: str) -> None:
    assert not read(roles=[role]).teacher


@pytest.mark.parametrize(
    ("custom", "widget"),
    [({}, "check-in"), ({"widget": "feedback"}, "feedback"), ({"widget": "check-in"}, "check-in")],
)
def test_the_widget_of_the_custom_parameter(custom: dict[str, str], widget: str) -> None:
    assert read(custom=custom).opens == widget


@pytest.mark.parametrize("value", ["", "checkin", "Feedback", None, 5, ["feedback"], {}])
def test_another_widget_is_refused(value: object) -> None:
    with pytest.raises(UnknownWidgetError, match="Ask the teacher"):
        _ = read(custom={"widget": value}).opens


@pytest.mark.parametrize(
    ("presentation", "locale"),
    [
        ({"locale": "pt-BR"}, "pt-BR"),
        ({"locale": "de_kids"}, "de_kids"),
        ({"locale": "<script>"}, None),
        ({"locale": "x" * 31}, None),
        ({"locale": 5}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_locale_that_is_none_is_left_out(
    presentation: dict[str, object] | None, locale: str | None
) -> None:
    assert read(launch_presentation=presentation).locale == locale


def test_a_launch_outside_any_course_has_no_context() -> None:
    assert read(context=None).context_id is None


def test_claims_are_in_no_repr() -> None:
    assert "Hana" not in repr(read())
    assert "localhost" not in repr(read())
