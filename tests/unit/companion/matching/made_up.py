"""Requests made at random, small enough for every matching to be tried."""

from datetime import date, timedelta

from hypothesis import strategies as st

from companion.matching import MatchRequest, Profile, Weights

DAY = date(2026, 3, 16)


def some(*items: str | int) -> st.SearchStrategy[frozenset[str | int]]:
    return st.frozensets(st.sampled_from(items), max_size=2)


def rarely() -> st.SearchStrategy[bool]:
    return st.integers(0, 9).map(lambda number: number == 9)


def profiles() -> st.SearchStrategy[Profile]:
    names = st.sampled_from([None, "Alpha", "Beta"])
    return st.builds(
        Profile,
        person_id=st.integers(1, 9),
        languages=st.sampled_from(
            [frozenset(), *(frozenset(each.split()) for each in ("en", "en pt", "pt", "en de"))]
        ),
        time_zone=st.sampled_from([None, "Europe/Lisbon", "Asia/Kolkata", "America/New_York", "Asia/Tokyo"]),
        working_hours=st.sampled_from([(9, 17), (7, 15), (22, 6)]),
        finished=st.dictionaries(
            st.integers(1, 3), st.integers(0, 200).map(lambda days: DAY - timedelta(days))
        ),
        enrolled=some(1, 2, 3),
        department=names,
        job_role=names,
        location=names,
        interests=some("law", "sales"),
        topics_wanted=some("law", "sales", "tax"),
        topics_offered=some("law", "sales", "tax"),
        work_style=st.dictionaries(st.sampled_from(["pace", "detail"]), st.integers(-2, 2)),
        manager_id=st.none() | st.integers(1, 9),
        capacity=st.integers(0, 3),
        cohorts=some(1, 2),
        low_bandwidth=rarely(),
        wished=st.frozensets(st.integers(1, 9), max_size=2),
        paused=rarely(),
        opted_out=rarely(),
        blocked=st.frozensets(st.integers(1, 9), max_size=1),
    )


def sides(size: int) -> st.SearchStrategy[list[Profile]]:
    return st.lists(profiles(), max_size=size, unique_by=lambda person: person.person_id)


def requests(learners: int, advisers: int) -> st.SearchStrategy[MatchRequest]:
    ids = st.integers(1, 9)
    return st.builds(
        MatchRequest,
        learners=sides(learners),
        advisers=sides(advisers),
        on=st.just(DAY),
        programme_courses=st.frozensets(st.integers(1, 3), max_size=2),
        weights=st.builds(
            Weights,
            topics=st.integers(0, 40),
            same_team=st.integers(-40, 40),
            same_cohort=st.integers(0, 9),
            low_bandwidth=st.integers(-20, 0),
        ),
        min_shared_hours=st.integers(0, 4),
        load_penalty=st.integers(0, 8),
        running=st.dictionaries(ids, st.integers(0, 3), max_size=2),
        course_in_common=rarely(),
        common_language=rarely().map(lambda dropped: not dropped),
        forbidden=st.frozensets(st.tuples(ids, ids), max_size=4),
    )
