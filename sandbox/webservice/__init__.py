"""Moodle's web services, as far as Cairn uses them: one small function each, gathered in a registry by import."""

from sandbox.webservice import (  # noqa: F401 - importing a module registers its functions
    batch,
    block,
    calendar,
    cohorts,
    completion,
    contents,
    course_format,
    courses,
    enrolments,
    groupings,
    groups,
    lti,
    messages,
    people,
    placement,
    reports,
    siteinfo,
)
