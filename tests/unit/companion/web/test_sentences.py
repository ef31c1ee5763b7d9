"""What lower layers say, in the reader's language."""

from flask import Flask

from companion.lti.errors import ExpiredError, InvalidPlatformError, LtiError, MissingParameterError
from companion.mentoring.waiting import Standing, notice
from companion.web import sentences

GERMAN = {"headers": {"Accept-Language": "de"}}


def test_all_that_is_said_to_people_is_among_them() -> None:
    said = set(sentences.sentences())
    assert {ExpiredError.sentence, LtiError.sentence, notice(Standing.TEACHER).text} <= said
    assert "I can rely on %(name)s to do what we agree on." in said
    assert all(said)


def test_a_field_that_is_missing_keeps_its_name(app: Flask) -> None:
    with app.test_request_context("/lti/launch", **GERMAN):
        told = sentences.of_lti(MissingParameterError("id_token"))
        assert told.startswith("Deine Lernplattform hat das Feld id_token nicht gesendet.")
    with app.test_request_context("/lti/launch"):
        assert sentences.of_lti(MissingParameterError("state")) == MissingParameterError("state").sentence


def test_what_nobody_translated_is_told_as_it_is(app: Flask) -> None:
    with app.test_request_context("/lti/launch", **GERMAN):
        assert sentences.of_lti(ExpiredError()).startswith("Das Öffnen dieser Seite")
        assert sentences.of_lti(InvalidPlatformError("100 % wrong")) == "100 % wrong"
        assert sentences.translated("") == ""


def test_each_is_extracted_once() -> None:
    found = [sentence for _, _, sentence, _ in sentences.extract()]
    assert len(found) == len(set(found)) > 60
