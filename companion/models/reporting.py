"""Reporting groups and their cells, kept once they are closed: what is erased later stays counted."""

from enum import StrEnum


class Dimension(StrEnum):
    """What reports can be narrowed to, in the order in which people are parted."""

    COURSE = "course"
    DEPARTMENT = "department"
    LOCATION = "location"
    LANGUAGE = "language"
    HIRE_MONTH = "hire_month"


class Source(StrEnum):
    """What people did that is counted. Measures counted from the same doings share one source, and so its cells."""

    CONTACT = "contact"
    FIRST_CONTACT = "first_contact"
    COMMITMENTS = "commitments"
    FIT = "fit"
    TRUST = "trust"
    ASKS = "asks"
    ADVISING = "advising"
