"""The points each rule gives and the words it gives them in, seen through the explanation of a pair."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from companion.matching import Listener, MatchRequest, Profile, Reason, Weights, explain, tell
from companion.matching.path_rule import Evidence, best_evidence, freshness

DAY = date(2026, 6, 1)
LEARNER = Profile(person_id=1)
ADVISER = Profile(person_id=2)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def request(learner: Profile, adviser: Profile, **others: Any) -> MatchRequest:
    names = {7: "Sales onboarding", 8: "Law"}
    return MatchRequest(learners=[learner], advisers=[adviser], on=DAY, course_names=names, **others)


def reason(rule: str, learner: dict[str, Any], adviser: dict[str, Any], **others: Any) -> Reason:
    asked = request(replace(LEARNER, **learner), replace(ADVISER, **adviser), **others)
    return next(each for each in explain(asked, 1, 2).reasons if each.rule == rule)


def words(each: Reason) -> tuple[str, str, str]:
    learner, adviser, admin = (tell(each, listener, DAY) for listener in Listener)
    return learner, adviser, admin


@pytest.mark.parametrize(
    ("wanted", "interests", "offered", "also", "points"),
    [
        ("ab", "", "ab", "", 35),
        ("ab", "", "b", "", 18),  # 17.5 rounded half up
        ("ab", "", "", "ab", 18),
        ("ab", "", "a", "ab", 26),  # three quarters: 26.25
        ("ab", "", "cd", "e", 0),
        ("", "ab", "ab", "", 35),  # no topic named: the interests stand in
        ("c", "ab", "ab", "", 0),  # a topic named: they do not
        ("", "", "ab", "ab", 0),
    ],
)
def test_topics(wanted: str, interests: str, offered: str, also: str, points: int) -> None:
    learner = {"topics_wanted": frozenset(wanted), "interests": frozenset(interests)}
    adviser = {"topics_offered": frozenset(offered), "interests": frozenset(also)}
    assert reason("topics", learner, adviser).points == points


def test_topics_are_named() -> None:
    wanted = {"topics_wanted": frozenset({"pricing", "negotiation", "law"})}
    offer = reason("topics", wanted, {"topics_offered": frozenset({"pricing", "negotiation"})})
    assert words(offer) == (
        "Can help with negotiation and pricing.",
        "You can help with negotiation and pricing.",
        "The adviser can help with negotiation and pricing.",
    )
    assert (
        words(reason("topics", wanted, {"interests": frozenset({"law"})}))[0]
        == "You are both interested in law."
    )


@pytest.mark.parametrize(
    ("mine", "theirs", "points"),
    [
        ({"pace": 2, "detail": -1}, {"pace": 2, "detail": -1}, 20),
        ({"pace": 2, "detail": -1}, {"pace": 2}, 10),
        ({"pace": 2}, {"pace": 2, "detail": -1}, 20),
        ({"pace": 2}, {"pace": -2}, 0),
        ({"pace": 2}, {"pace": 1}, 15),
        ({"pace": 2}, {"detail": 1}, 0),
        ({}, {"pace": 2}, 0),
    ],
)
def test_work_style(mine: dict[str, int], theirs: dict[str, int], points: int) -> None:
    assert reason("work_style", {"work_style": mine}, {"work_style": theirs}).points == points


def test_only_ways_of_working_that_are_close_are_called_similar() -> None:
    mine = {"work_style": {"pace": 2, "detail": -1}}
    close = reason("work_style", mine, {"work_style": {"pace": 1, "detail": 1}})
    assert words(close)[0] == "You like to work in similar ways: pace."
    far = reason("work_style", mine, {"work_style": {"pace": 0, "detail": 1}})
    assert (far.points, words(far)[2]) == (
        10,
        "They differ in how they like to work, though not in everything.",
    )


@pytest.mark.parametrize(("days", "percent"), [(13, 0), (14, 100), (97, 75), (180, 50), (181, 0), (-3, 0)])
def test_a_completion_loses_half_its_worth_over_the_window(days: int, percent: int) -> None:
    assert freshness(ago(days), request(LEARNER, ADVISER)) == percent


def test_a_window_of_one_day_is_worth_everything() -> None:
    assert freshness(ago(14), request(LEARNER, ADVISER, window_days=(14, 14))) == 100


@pytest.mark.parametrize(
    ("enrolled", "finished", "programme", "points"),
    [
        ({7}, {7: 14}, {7}, 10),
        ({7}, {7: 180}, {7}, 5),
        ({7}, {7: 14}, set(), 10),
        (set(), {7: 14}, {7}, 5),  # of the programme, though the learner does not take it
        (set(), {7: 14}, set(), 0),
        ({7}, {7: 14}, {8}, 0),  # not of the programme
        ({7}, {7: 200}, {7}, 0),
        ({7, 8}, {7: 180, 8: 20}, {7, 8}, 10),  # the best one counts: 98 %
        ({7}, {7: 180, 8: 14}, {7, 8}, 5),
    ],
)
def test_path(enrolled: set[int], finished: dict[int, int], programme: set[int], points: int) -> None:
    learner = {"enrolled": frozenset(enrolled)}
    adviser = {"finished": {course: ago(days) for course, days in finished.items()}}
    assert reason("path", learner, adviser, programme_courses=frozenset(programme)).points == points


def test_the_evidence_of_the_path_is_named_with_its_age() -> None:
    taken = reason("path", {"enrolled": frozenset({7})}, {"finished": {7: ago(23)}})
    assert words(taken) == (
        "Finished Sales onboarding 23 days ago, which you take.",
        "You finished Sales onboarding 23 days ago, which they take.",
        "The adviser finished Sales onboarding 23 days ago, which the learner takes.",
    )
    programme = frozenset({7, 9})
    other = reason("path", {}, {"finished": {7: ago(1)}}, programme_courses=programme, window_days=(0, 9))
    assert words(other)[0] == "Finished Sales onboarding 1 day ago."
    nameless = reason("path", {}, {"finished": {9: ago(0)}}, programme_courses=programme, window_days=(0, 9))
    assert words(nameless)[0] == "Finished course 9 today."


def test_of_equal_evidence_the_latest_is_named() -> None:
    learner = replace(LEARNER, enrolled=frozenset({7, 8}))
    adviser = replace(ADVISER, finished={7: ago(16), 8: ago(15)})
    asked = request(learner, adviser, window_days=(14, 1000))
    assert best_evidence(learner, adviser, asked) == Evidence(100, 8, 15, True)


@pytest.mark.parametrize(
    ("rule", "field", "points"),
    [("role", "job_role", 5), ("location", "location", 5), ("same_team", "department", 9)],
)
def test_names_in_common(rule: str, field: str, points: int) -> None:
    weights = Weights(same_team=9)
    same = reason(rule, {field: "Alpha"}, {field: "alpha "}, weights=weights)
    assert same.points == points
    assert "alpha" in words(same)[0]
    assert words(same)[0].startswith("You both ")
    assert words(same)[2].startswith("Both ")
    assert reason(rule, {field: "Alpha"}, {field: "Beta"}, weights=weights).points == 0
    assert reason(rule, {field: None}, {field: None}, weights=weights).points == 0


def test_a_team_may_be_kept_apart() -> None:
    team = {"department": "Sales"}
    assert reason("same_team", team, team, weights=Weights(same_team=-30)).points == -30


def test_role_and_path_share_their_weight_without_loss() -> None:
    learner = {"enrolled": frozenset({7}), "job_role": "Clerk"}
    adviser = {"finished": {7: ago(14)}, "job_role": "Clerk"}
    weights = Weights(role_and_path=20)
    assert [reason(rule, learner, adviser, weights=weights).points for rule in ("path", "role")] == [14, 6]


@pytest.mark.parametrize(
    ("zone", "points"), [("Europe/Lisbon", 15), ("America/New_York", 6), ("Australia/Sydney", 0), (None, 0)]
)
def test_hours(zone: str | None, points: int) -> None:
    assert reason("hours", {"time_zone": "Europe/Lisbon"}, {"time_zone": zone}).points == points


def test_everybody_reads_hours_on_their_own_clock() -> None:
    assert words(reason("hours", {"time_zone": "Europe/Lisbon"}, {"time_zone": "America/New_York"})) == (
        "You both work 14:00 to 17:00 your time.",
        "You both work 9:00 to 12:00 your time.",
        "Both work 13:00 to 16:00 UTC.",
    )


@pytest.mark.parametrize(
    ("mine", "theirs", "points"),
    [(["en", "pt"], ["en", "pt"], 10), (["en", "pt"], ["pt"], 5), (["pt"], ["de"], 0)],
)
def test_language(mine: list[str], theirs: list[str], points: int) -> None:
    given = reason("language", {"languages": frozenset(mine)}, {"languages": frozenset(theirs)})
    assert given.points == points
    assert ("Portuguese" in words(given)[2]) is bool(points)


def test_a_weight_of_0_gives_nothing_whatever_there_is_in_common() -> None:
    same = {"location": "Lisbon"}
    assert reason("location", same, same, weights=Weights(location=0)).points == 0
