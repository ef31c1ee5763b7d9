"""What every part of the sandbox is handed: its world, its address, its clock and its mischief."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sandbox.mischief import Mischief
from sandbox.world import World

SITE_NAME = "Acme Learning"
RELEASE = "4.5.6 (Build: 20250811)"
VERSION = "2024100706"


@dataclass(frozen=True)
class Site:
    """One sandbox as its parts see it. `base_url` has no slash at its end."""

    world: World
    base_url: str
    clock: Callable[[], datetime]
    mischief: Mischief = field(default_factory=Mischief)

    def url(self, path: str) -> str:
        """The full address of a path that begins with a slash."""
        return self.base_url + path

    def epoch(self) -> int:
        """The time now, in whole seconds."""
        return int(self.clock().timestamp())

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"
