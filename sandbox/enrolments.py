"""The table of enrolments, which finds those of a course and of a person without looking at all the others."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.records import Enrolment


class Enrolments(dict[int, Enrolment]):
    """Enrolments by id. A row's course and person never change."""

    def __init__(self, rows: Mapping[int, Enrolment]) -> None:
        super().__init__()
        self._courses: dict[int, dict[int, Enrolment]] = {}
        self._people: dict[int, dict[int, Enrolment]] = {}
        self._ordered: list[Enrolment] | None = None
        for key, row in rows.items():
            self[key] = row

    def __setitem__(self, key: int, row: Enrolment) -> None:
        super().__setitem__(key, row)
        self._courses.setdefault(row.course, {})[key] = row
        self._people.setdefault(row.person, {})[key] = row
        self._ordered = None

    def __delitem__(self, key: int) -> None:
        row = self[key]
        super().__delitem__(key)
        del self._courses[row.course][key]
        del self._people[row.person][key]
        self._ordered = None

    def in_course(self, course: int) -> list[Enrolment]:
        return list(self._courses.get(course, {}).values())

    def of_person(self, person: int) -> list[Enrolment]:
        return list(self._people.get(person, {}).values())

    def ordered(self, key: Callable[[Enrolment], Any]) -> list[Enrolment]:
        """All rows in an order that is looked for anew only once a row came or went; the key is always the same."""
        if self._ordered is None:
            self._ordered = sorted(self.values(), key=key)
        return self._ordered
