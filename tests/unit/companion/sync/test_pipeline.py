"""Asking a few things at a time: never more, never idle while an answer is read, and every answer in its turn."""

from collections.abc import Callable, Iterable, Iterator
from threading import Barrier, Event, Lock, get_ident
from typing import Any

import pytest

from companion.sync import pipeline
from companion.sync.pipeline import Job, Pipeline, at_once
from lms_client import FunctionUnavailable, InvalidToken, LmsError, MalformedReply, Unread

LONG = 30.0
"""Seconds after which something that should have happened has not."""


def asked_by(ask: Callable[[], Any], take: Callable[[Any], Iterable[Job]] = lambda _answer: ()) -> Job:
    return Job(at_once(ask), take)


def run(*jobs: Job, limit: int = 2, beat: Callable[[], None] = lambda: None) -> None:
    Pipeline(limit, beat).run(jobs)


def test_as_many_are_asked_at_a_time_as_may_be_and_never_more() -> None:
    met, lock, under_way, most = Barrier(2), Lock(), set[int](), list[int]()

    def ask(number: int) -> None:
        with lock:
            under_way.add(number)
            most.append(len(under_way))
        met.wait(LONG)  # two are asked at the same time, or this never ends
        with lock:
            under_way.discard(number)

    run(*(asked_by(lambda each=number: ask(each)) for number in range(8)))  # type: ignore[misc]
    assert max(most) == 2


def test_what_follows_is_asked_before_what_came_is_kept_and_read_where_it_is_kept() -> None:
    asked, threads = Event(), dict[str, int]()

    def ask() -> Unread[str]:
        threads["ask"] = get_ident()

        def read() -> str:
            threads["read"] = get_ident()
            return "page 1"

        return read

    def take(_page: str) -> Iterator[Job]:
        yield asked_by(asked.set)
        assert asked.wait(LONG)
        threads["take"] = get_ident()

    run(Job(ask, take), limit=1)
    assert threads["read"] == threads["take"] == get_ident() != threads["ask"]


def test_answers_are_taken_in_the_order_in_which_they_were_asked_for() -> None:
    taken = list[tuple[str, int]]()

    def page(of: str, number: int) -> Job:
        def take(_answer: object) -> Iterator[Job]:
            if number == 0:
                yield from (page(of, 1), page(of, 2))
            elif number < 6:
                yield page(of, number + 2)
            taken.append((of, number))

        return asked_by(lambda: None, take)

    run(*(page(of, 0) for of in "abcde"), limit=3)
    for of in "abcde":
        assert [number for name, number in taken if name == of] == list(range(8))


@pytest.mark.parametrize("where", ["asked", "read"])
def test_an_error_of_one_question_is_its_answer_and_one_of_all_ends_it(where: str) -> None:
    def note(answer: object) -> Iterable[Job]:
        taken.append(answer)
        return ()

    def failing(problem: LmsError) -> Job:
        def fail() -> Any:
            raise problem

        return Job(fail if where == "asked" else lambda: fail, note)

    taken = list[object]()
    of_one = MalformedReply("core_enrol_get_enrolled_users", "roles")
    run(failing(of_one), asked_by(lambda: "told", note))
    assert taken == [of_one, "told"]
    for of_all in (InvalidToken("core_enrol_get_enrolled_users"), FunctionUnavailable("core_x")):
        with pytest.raises(type(of_all)):
            run(failing(of_all))


def test_it_gives_signs_of_life_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "BEAT", 0.001)
    alive, told = Event(), list[bool]()

    def note(answer: bool) -> Iterable[Job]:
        told.append(answer)
        return ()

    run(asked_by(lambda: alive.wait(LONG), note), beat=alive.set)
    assert told == [True]
