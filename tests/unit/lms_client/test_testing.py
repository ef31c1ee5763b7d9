"""The transports that are shipped for the tests of others."""

from pathlib import Path

import pytest

from lms_client import MoodleClient, NotFound
from lms_client.functions import Function
from lms_client.testing import FakeTransport, Recording, ReplayTransport

RECORDED = Recording("core_course_delete_modules", {"cmids[0]": "14"}, None)


def test_a_recording_answers_its_own_request_however_often() -> None:
    client = MoodleClient(ReplayTransport([RECORDED]))
    client.delete_modules([14])
    client.delete_modules([14])


@pytest.mark.parametrize("cmids", [[15], [14, 15]])
def test_a_recording_refuses_another_request(cmids: list[int]) -> None:
    with pytest.raises(AssertionError, match=r"core_course_delete_modules .*cmids\[\d\]"):
        MoodleClient(ReplayTransport([RECORDED])).delete_modules(cmids)


def test_a_function_that_was_not_recorded() -> None:
    with pytest.raises(AssertionError, match="core_cohort_get_cohorts"):
        MoodleClient(ReplayTransport([RECORDED])).cohorts()


def test_a_recording_is_read_without_what_belongs_to_the_protocol(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        '{"function": "f", "request": {"id": 4, "wsfunction": "f", "wstoken": "t"}, "response": [1]}'
    )
    assert Recording.load(path) == Recording("f", {"id": "4"}, [1])


def test_the_fake_answers_in_turn_and_then_with_the_last() -> None:
    fake = FakeTransport()
    fake.in_turn(Function.COHORTS, [], [{"id": 1, "name": "x"}])
    client = MoodleClient(fake)
    assert [len(client.cohorts()) for _ in range(3)] == [0, 1, 1]
    assert fake.calls == [(Function.COHORTS, {})] * 3


def test_the_fake_raises_and_computes() -> None:
    replies = {
        Function.COHORTS: NotFound(Function.COHORTS),
        Function.GROUPS: lambda params: [{"id": 1, "courseid": params["courseid"], "name": "x"}],
    }
    client = MoodleClient(FakeTransport(replies))
    with pytest.raises(NotFound):
        client.cohorts()
    assert client.course_groups(9)[0].course_id == 9


def test_the_fake_has_no_answer_of_its_own() -> None:
    with pytest.raises(AssertionError, match="core_cohort_get_cohorts"):
        MoodleClient(FakeTransport()).cohorts()
