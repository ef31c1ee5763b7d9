"""By which of its routes a site tells when people were enrolled and when they completed, and what would be better."""

from companion.services.findings import Finding, Level, allow
from lms_client import Function, LmsError, MoodleClient, Report, Site, SiteError

WORDS = {
    "block": "Cairn's block",
    "report": "the report of participants",
    "batch": "completions asked for in batches, person by person",
    "single": "completions asked for one by one",
}
"""Each route in words, by its name."""
EDITING = (
    Function.ADD_REPORT_COLUMN,
    Function.RENAME,
    Function.SORT_REPORT_COLUMN,
    Function.ADD_REPORT_FILTER,
    Function.FILTER_REPORT,
)
_MAKE = (
    "Reports > Report builder > Custom reports > New report, source 'Course participants'; "
    "leave it empty, Cairn completes it (docs/moodle-setup.md, step 9)."
)


def route_findings(client: MoodleClient, site: Site) -> list[Finding]:
    """The route that the next sync takes, and what keeps it from a better one. Raises SiteError of the client."""
    if Function.BULK_COMPLETIONS in site.functions:
        return [_takes("block")]
    if not {Function.REPORTS, Function.REPORT} <= site.functions:
        return [_slow(site, "The report builder's functions are not in the service.", _MAKE)]
    try:
        report = next((each for each in client.reports() if each.is_participants), None)
        if report is None:
            return [_slow(site, "There is no report of participants.", _MAKE)]
        return _of_report(client, site, report)
    except SiteError:
        raise
    except LmsError as problem:
        return [_slow(site, "The report of participants cannot be read.", str(problem))]


def _of_report(client: MoodleClient, site: Site, report: Report) -> list[Finding]:
    lacking = [name for name in EDITING if name not in site.functions]
    if lacking:
        client.participation_page(report.id, 0, size=1)  # must be fit as it stands
        advice = (
            f"Every sync reads all of it. To let Cairn complete it and ask for changes alone, add to the service "
            f"{', '.join(lacking)}. {allow(Function.ADD_REPORT_COLUMN)}"
        )
        return [_takes("report", advice)]
    return [_takes("report")]


def _takes(route: str, advice: str = "") -> Finding:
    what = f"Enrolment and completion times come from {WORDS[route]}, many at a time."
    return Finding(Level.OK, what, advice)


def _slow(site: Site, why: str, advice: str) -> Finding:
    route = "batch" if Function.BATCH in site.functions else "single"
    what = f"{why} Enrolment times stay unknown, and completion times come from {WORDS[route]}."
    return Finding(Level.WARNING, what, advice)
