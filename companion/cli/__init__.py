"""The commands: each does one thing, shows progress, and ends with one clear sentence when it fails."""

from companion.cli import accounts, matching, moodle, placing, platforms, running
from companion.cli.base import main

__all__ = ["accounts", "main", "matching", "moodle", "placing", "platforms", "running"]
