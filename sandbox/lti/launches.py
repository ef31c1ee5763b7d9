"""Launches that were begun and not yet answered: each is used once, by the person who began it."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

KEPT = 1000  # more frames than this at once means that the oldest were left unanswered


@dataclass(frozen=True)
class Launch:
    """Somebody opened an activity."""

    person: int
    module: int


class Launches:
    """The launches under way, in memory alone: two frames of one page begin at once, so a cookie would not do."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Launch] = OrderedDict()
        self._lock = Lock()

    def begin(self, person: int, module: int) -> str:
        """Note a launch; its id is in the form of Moodle's."""
        launch_id = f"ltilaunch{module}_{secrets.randbelow(10**12)}"
        with self._lock:
            self._waiting[launch_id] = Launch(person, module)
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
