"""Cohorts and who is in them."""

from typing import Any

from sandbox.site import Site
from sandbox.webservice.lookup import cohort_or_error
from sandbox.webservice.params import INT, Many
from sandbox.webservice.registry import function


@function("core_cohort_get_cohorts", cohortids=Many(INT, default=()))
def get_cohorts(site: Site, cohortids: list[int]) -> list[dict[str, Any]]:
    """Without ids, all of them."""
    chosen = [cohort_or_error(site.world, cohort) for cohort in cohortids or site.world.cohorts]
    return [
        {
            "id": cohort.id,
            "name": cohort.name,
            "idnumber": cohort.idnumber,
            "description": "",
            "descriptionformat": 1,
            "visible": True,
            "theme": "",
            "customfields": [],
        }
        for cohort in chosen
    ]


@function("core_cohort_get_cohort_members", cohortids=Many(INT))
def get_cohort_members(site: Site, cohortids: list[int]) -> list[dict[str, Any]]:
    cohorts = [cohort_or_error(site.world, cohort) for cohort in cohortids]
    return [{"cohortid": cohort.id, "userids": list(cohort.members)} for cohort in cohorts]
