"""Moodle's web services, as far as Cairn uses them: one small function each, gathered in a registry by import."""

from sandbox.webservice import (  # noqa: F401 - importing a module registers its functions
    batch,
    cohorts,
    completion,
    contents,
    courses,
    enrolments,
    groups,
    lti,
    messages,
    people,
    placement,
    reports,
    siteinfo,
)
