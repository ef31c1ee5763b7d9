"""What a sync is about: which courses, which profile fields, and whether all of it or what changed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from lms_client import ReportFilter


@dataclass(frozen=True, slots=True)
class Scope:
    """What is read.

    Attributes:
        followed: the LMS's ids of the courses whose people are read.
        profile_fields: short names of the custom profile fields that are kept.
        report_id: the report that was set up in an earlier run.
        report_filters: its filters that were seen to work.
    """

    followed: Sequence[int]
    profile_fields: frozenset[str]
    report_id: int | None = None
    report_filters: frozenset[ReportFilter] = frozenset()

    def digest(self) -> str:
        """The same for the same courses and fields; 64 hexadecimal digits."""
        told = json.dumps([sorted(self.followed), sorted(self.profile_fields)])
        return hashlib.sha256(told.encode()).hexdigest()
