"""Launches that pass, what becomes of them, and the administration of platforms and keys."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import sqlalchemy as sa

from companion.lti.errors import InvalidPlatformError, LtiError, StateUnknownError, UnknownPlatformError
from companion.models import Base
from companion.models.lti import SigningKey
from companion.models.people import Person
from companion.services.lti import LaunchResult
from companion.store import Database
from tests.unit.companion.lti.platform import NOW, public_jwk, rsa_key
from tests.unit.companion.lti.world import World, person


@pytest.fixture
def world(db: Database) -> World:
    return World(db)


def test_a_learner_of_the_mirrored_site_is_known_with_course_and_widget(world: World) -> None:
    world.mirror_site()
    result = world.launched()
    view = world.service.launch(result.launch_id)

    assert (result.widget, result.expires_at) == ("check-in", NOW + timedelta(hours=8))
    assert view is not None
    assert (view.id, view.widget, view.person_name, view.course_title) == (
        result.launch_id,
        "check-in",
        "Hana Ueda",
        "Sales onboarding",
    )
    assert (view.teacher, view.locale, view.issuer) == (False, "en", "http://localhost:8081")
    assert world.counts() == (1, 1, 0)


def test_an_instructor_teaches_and_is_made_nothing_more(world: World) -> None:
    site = world.mirror_site()
    world.add(person(site.id, 2, "Admin User"))
    before = _rows(world)
    view = world.service.launch(world.launched(role="instructor").launch_id)
    assert view is not None
    assert view.teacher
    assert view.person_name == "Admin User"
    changed = {name for name, count in _rows(world).items() if count != before[name]}
    assert changed == {"launch", "identity", "lti_context", "lti_line_item"}


def _rows(world: World) -> dict[str, int]:
    with world.db.read() as session:
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def test_the_spent_cookie_is_the_one_of_the_login(world: World) -> None:
    begun = world.begin()
    assert world.finish(begun, world.platform.answer(begun)).spent_cookie == begun.cookie_name


def test_somebody_not_read_yet_launches_without_a_person(world: World) -> None:
    view = world.service.launch(world.launched().launch_id)
    assert view is not None
    assert (view.person_id, view.person_name, view.course_id, view.course_title) == (None, None, None, None)
    assert world.counts() == (1, 0, 0)


def test_an_email_never_makes_two_people_one(world: World) -> None:
    site = world.mirror_site()
    world.add(person(site.id, 77, "Somebody Else", email="u0002@example.com"))
    view = world.service.launch(world.launched(sub="78").launch_id)
    assert view is not None
    assert view.person_id is None
    assert world.counts()[1] == 0


def test_a_person_of_another_site_is_not_taken_for_this_one(world: World) -> None:
    world.mirror_site("http://localhost:9999")
    view = world.service.launch(world.launched().launch_id)
    assert view is not None
    assert (view.person_id, view.course_id) == (None, None)


def test_a_suspended_person_stays_the_person_whom_the_lms_let_in(world: World) -> None:
    world.mirror_site()
    with world.db.begin() as session:
        session.execute(sa.update(Person).values(suspended=True))
    view = world.service.launch(world.launched().launch_id)
    assert view is not None
    assert view.person_name == "Hana Ueda"


def test_a_removed_person_is_nobody(world: World) -> None:
    world.mirror_site()
    first = world.launched()
    with world.db.begin() as session:
        session.execute(sa.update(Person).values(removed_at=NOW))
    for result in (first, world.launched()):
        view = world.service.launch(result.launch_id)
        assert view is not None
        assert view.person_id is None


def test_two_widgets_of_a_page_launch_at_the_same_time(world: World) -> None:
    world.mirror_site()
    first, second = world.begin(), world.begin()
    jar = {one.cookie_name: one.cookie_value for one in (first, second)}
    assert len(jar) == 2

    answers = [
        world.platform.answer(second, custom={"widget": "feedback"}),
        world.platform.answer(first, custom={"widget": "check-in"}),
    ]
    results = [world.service.finish_launch(answer, jar) for answer in answers]

    assert [one.widget for one in results] == ["feedback", "check-in"]
    assert results[0].launch_id != results[1].launch_id
    assert world.counts() == (2, 1, 0)


@pytest.mark.parametrize("round_", range(5))
def test_of_two_that_finish_the_same_launch_at_once_exactly_one_succeeds(world: World, round_: int) -> None:
    world.mirror_site()
    begun = world.begin()
    answer = world.platform.answer(begun)
    start = Barrier(2, timeout=10)

    def finish() -> LaunchResult | LtiError:
        start.wait()
        try:
            return world.finish(begun, answer)
        except LtiError as refused:
            return refused

    with ThreadPoolExecutor(2) as pool:
        outcomes = [one.result() for one in [pool.submit(finish), pool.submit(finish)]]

    assert [type(one) for one in outcomes if isinstance(one, LtiError)] == [StateUnknownError]
    assert world.counts() == (1, 1, 0)


def test_first_launches_of_one_person_at_once_make_one_identity(world: World) -> None:
    world.mirror_site()
    logins = [world.begin() for _ in range(4)]
    start = Barrier(4, timeout=10)

    def finish(index: int) -> LaunchResult:
        start.wait()
        return world.finish(logins[index], world.platform.answer(logins[index]))

    with ThreadPoolExecutor(4) as pool:
        assert len({one.launch_id for one in pool.map(finish, range(4))}) == 4
    assert world.counts() == (4, 1, 0)


def test_the_key_set_is_read_with_no_transaction_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    checked_out = []
    pool = world.db.engine.pool
    fetch = world.platform.fetch

    def watching(url: str) -> bytes:
        checked_out.append(pool.checkedout())  # type: ignore[attr-defined]
        with world.db.begin() as session:
            session.execute(sa.update(Person).values(suspended=False))
        return fetch(url)

    monkeypatch.setattr(world.service._keys, "_fetch", watching)
    world.launched()
    assert checked_out == [0]


def test_a_key_that_the_platform_made_new_works_within_half_a_minute(world: World) -> None:
    world.launched()
    world.platform.published.append(public_jwk(rsa_key("second"), "second"))
    world.clock.advance(seconds=31)
    assert world.launched(key=rsa_key("second"), headers={"kid": "second"}).launch_id
    assert len(world.platform.fetched) == 2


def test_a_launch_ends_after_eight_hours_or_with_its_platform(world: World) -> None:
    result = world.launched()
    world.service.set_enabled(world.platform_id, False)
    assert world.service.launch(result.launch_id) is None
    world.service.set_enabled(world.platform_id, True)
    world.clock.advance(hours=7, minutes=59)
    assert world.service.launch(result.launch_id) is not None
    world.clock.advance(minutes=1)
    assert world.service.launch(result.launch_id) is None


@pytest.mark.parametrize("launch_id", ["", "unknown", "x" * 44, "x\x00", "../x", "\ud800"])
def test_what_is_no_launch_id_shows_nothing(world: World, launch_id: str) -> None:
    assert world.service.launch(launch_id) is None


def test_a_purge_counts_expired_logins_and_launches(world: World) -> None:
    world.launched()
    world.begin()
    world.clock.advance(minutes=10)
    assert world.service.purge() == 1
    world.clock.advance(hours=8)
    assert world.service.purge() == 1
    assert world.counts() == (0, 0, 0)


def test_a_platform_registered_again_is_updated_and_enabled(world: World) -> None:
    world.service.set_enabled(world.platform_id, False)
    world.platform.deployment_id = "7"
    assert world.platform.register(world.service) == world.platform_id
    [view] = world.service.platforms()
    assert (view.enabled, view.deployment_ids, view.client_id) == (True, frozenset({"7"}), "abc123")


def test_a_registration_that_is_refused_changes_nothing(world: World) -> None:
    before = world.service.platforms()
    view = before[0]
    with pytest.raises(InvalidPlatformError, match="another host"):
        world.service.register_platform(
            view.issuer, "abc123", ["1"], view.auth_url, view.token_url, "https://evil.example/certs"
        )
    assert world.service.platforms() == before


def test_an_unknown_platform_cannot_be_enabled(world: World) -> None:
    with pytest.raises(UnknownPlatformError):
        world.service.set_enabled(world.platform_id + 1, True)


def test_only_origins_of_enabled_platforms_may_frame_us(world: World) -> None:
    for client, issuer in (
        ("a", "https://a.example/moodle"),
        ("b", "https://a.example"),
        ("c", "https://c.example:8443"),
    ):
        world.service.register_platform(issuer, client, ["1"], f"{issuer}/a", f"{issuer}/t", f"{issuer}/k")
    disabled = world.service.register_platform(
        "https://d.example", "d", ["1"], "https://d.example/a", "https://d.example/t", "https://d.example/k"
    )
    world.service.set_enabled(disabled, False)
    assert world.service.frame_ancestors() == (
        "http://localhost:8081",
        "https://a.example",
        "https://c.example:8443",
    )


def _private_pem(world: World, kid: str) -> str:
    with world.db.read() as session:
        return world.cipher.decrypt(session.get_one(SigningKey, kid).private_pem_encrypted)


def test_the_first_key_is_made_once_and_encrypted_at_rest(world: World) -> None:
    assert world.service.jwks() == {"keys": []}
    world.service.ensure_key()
    published = world.service.jwks()
    world.service.ensure_key()
    assert world.service.jwks() == published

    [jwk] = published["keys"]
    assert set(jwk) == {"kty", "n", "e", "kid", "alg", "use"}
    signed = jwt.encode({"sub": "x"}, _private_pem(world, jwk["kid"]), "RS256")
    assert jwt.decode(signed, jwt.PyJWK(jwk), algorithms=["RS256"]) == {"sub": "x"}
    with world.db.read() as session:
        assert b"PRIVATE" not in session.get_one(SigningKey, jwk["kid"]).private_pem_encrypted


def test_after_a_rotation_both_keys_are_published_for_seven_days(world: World) -> None:
    world.service.ensure_key()
    [first] = world.service.jwks()["keys"]
    world.clock.advance(days=90)
    world.service.rotate_key()
    second, retired = world.service.jwks()["keys"]
    assert (retired, second["kid"] == first["kid"]) == (first, False)

    world.clock.advance(days=7)
    assert len(world.service.jwks()["keys"]) == 2
    world.clock.advance(seconds=1)
    assert world.service.jwks()["keys"] == [second]
    world.service.rotate_key()
    with world.db.read() as session:
        assert session.get(SigningKey, first["kid"]) is None


def test_nothing_of_a_launch_is_in_a_log_or_a_repr(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.mirror_site()
    world.service.ensure_key()
    [jwk] = world.service.jwks()["keys"]
    secrets = _private_pem(world, jwk["kid"]).splitlines()[1:2]
    about_people = ["sesskey", "u0002@example.com", "Hana"]
    shown: list[str] = []
    caplog.set_level(logging.DEBUG)

    changes: list[dict[str, Any]] = [
        {},
        {"iss": "http://x.example"},
        {"key": rsa_key("other")},
        {"aud": "other"},
    ]
    for options in changes:
        begun = world.begin()
        answer = world.platform.answer(begun, **options)
        nonce = parse_qs(urlsplit(begun.url).query)["nonce"][0]
        secrets += [answer["id_token"], answer["state"], nonce, begun.cookie_value]
        shown.append(repr(begun))
        try:
            result = world.finish(begun, answer)
        except LtiError as refused:
            shown.append(f"{refused!s} {refused!r}")
        else:
            about_people.append(result.launch_id)
            shown += [repr(result), repr(world.service.launch(result.launch_id))]

    everything = " ".join([*shown, caplog.text])
    assert [one for one in secrets if one in everything] == []
    # SQLAlchemy at DEBUG logs parameters and rows; that level is for it alone to set.
    ours = " ".join(
        [*shown, *(r.getMessage() for r in caplog.records if not r.name.startswith("sqlalchemy"))]
    )
    assert [one for one in about_people if one in ours] == []
