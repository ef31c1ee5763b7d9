"""Launches that were begun and not yet answered: each is used once, by the person who began it."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

KEPT = 1000  # more frames than this at once means that the oldest were left unanswered


@dataclass(frozen=True)
class Launch:
    """Somebody opened an activity, or (`module` 0) picks content of a tool for a course."""

    person: int
    module: int
    tool: int = 0
    course: int = 0


class Launches:
    """The launches under way, in memory alone: two frames of one page begin at once, so a cookie would not do."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Launch] = OrderedDict()
        self._lock = Lock()

    def begin(self, person: int, module: int) -> str:
        """Note a launch; its id is in the form of Moodle's."""
        return self._begin(f"ltilaunch{module}", Launch(person, module))

    def begin_choice(self, person: int, tool: int, course: int) -> str:
        """Note that somebody picks content of a tool for a course."""
        return self._begin("ltilaunch_ContentItemSelectionRequest", Launch(person, 0, tool, course))

    def _begin(self, kind: str, launch: Launch) -> str:
        launch_id = f"{kind}_{secrets.randbelow(10**12)}"
        with self._lock:
            self._waiting[launch_id] = launch
            while len(self._waiting) > KEPT:
                self._waiting.popitem(last=False)
        return launch_id

    def take(self, launch_id: str, person: int) -> Launch | None:
        """The launch, if this person began it; a second time there is none."""
        with self._lock:
            launch = self._waiting.get(launch_id)
            if launch is None or launch.person != person:
                return None
            return self._waiting.pop(launch_id)
