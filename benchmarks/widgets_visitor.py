"""A client of benchmarks.widgets: opens the check-in and sends it, as one after the other of a few people."""

import re
import time
from itertools import count
from urllib.parse import urlencode

from benchmarks.launch_site import Platform, Prepared
from benchmarks.launch_visitor import Visitor
from benchmarks.line import Line

PEOPLE = 20
"""Somebody else each time, so many to a client."""
_turn = count()


class Writer:
    """Writes over one kept connection."""

    def __init__(self, port: int, addresses: list[tuple[str, str]], length: int | None = None) -> None:
        """Args: addresses: path and cookies of each of the people. length: bytes of the page, where it never varies."""
        self._line = Line(port)
        self._addresses = addresses
        self._length = length

    @classmethod
    def launched(cls, port: int, platform: Platform, prepared: Prepared) -> "Writer":
        """People who have launched the widget just now."""
        visitor = Visitor(port, platform, prepared)
        addresses = []
        for _ in range(PEOPLE):
            visitor.visit(next(_turn))
            addresses.append((visitor.path, visitor.cookies))
        return cls(port, addresses)

    @classmethod
    def of_baseline(cls, port: int, length: int) -> "Writer":
        """People of the baseline, which knows nobody."""
        return cls(port, [(f"/w/{next(_turn) % 1000 + 1}/check-in", "") for _ in range(PEOPLE)], length)

    def visit(self, number: int) -> float:
        """Open the page and send its form; gives the seconds it took."""
        path, cookies = self._addresses[number % PEOPLE]
        began = time.perf_counter()
        page = self._line.get(path, cookies)
        seconds = time.perf_counter() - began
        assert page.status == 200, page.body
        assert self._length in {None, len(page.body)}, "the baseline does not render the same"
        fields = dict(_HIDDEN.findall(page.body.decode()))
        form = urlencode({**fields, "mood": "good", "contact": "call", "note": "We spoke for half an hour."})

        began = time.perf_counter()
        answer = self._line.post(path, form, cookies)
        seconds += time.perf_counter() - began
        assert answer.status == 303, answer.body
        return seconds


_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
