"""By which of its routes a site tells when people were enrolled and when they completed, and what would be better."""

from companion.errors import CompanionError
from companion.services.findings import Finding, Level, allow
from companion.sync.rosters import NO_ROSTER, Rosters
from lms_client import Function, LmsError, MoodleClient, Report, Site, SiteError

WORDS = {
    "block": "Cairn's block",
    "report": "the report of participants",
    "batch": "completions asked for in batches, person by person",
    "single": "completions asked for one by one",
    "roster": "nowhere, as the rosters of the LTI platform tell none",
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


def roster_findings(rosters: Rosters) -> list[Finding]:
    """What a site without a token tells: its rosters, and what is missing beside them."""
    try:
        known = rosters.courses()
        if known:
            rosters.names(known[-1])
    except CompanionError as problem:
        return [Finding(Level.MISSING, "No roster can be read.", str(problem)), *_LESS]
    if not known:
        return [Finding(Level.MISSING, "Nobody can be read yet.", NO_ROSTER), *_LESS]
    advice = "A course is read from the first time on that a widget was opened there."
    what = f"People are read from the rosters of the LTI platform: {len(known)} courses are known."
    return [Finding(Level.OK, what, advice), *_LESS]


_MAKE_ONE = "Make a token (docs/moodle-setup.md, steps 1 to 5), then: python -m companion connect"
_LESS = (
    Finding(
        Level.WARNING,
        "There is no web-service token: no completion or enrolment date, profile field, cohort, language, time zone or "
        "last access is known. Whoever completed a course or is new since is not found.",
        _MAKE_ONE,
    ),
    Finding(
        Level.WARNING,
        "Without a token Cairn writes nothing into Moodle: no group, no date in a calendar, no widget. Messages go by "
        "e-mail alone; personal calendar addresses work.",
        _MAKE_ONE,
    ),
)


def _of_report(client: MoodleClient, site: Site, report: Report) -> list[Finding]:
    lacking = [name for name in EDITING if name not in site.functions]
    if lacking:
        client.participation_page(report.id, 0, size=1)()  # must be fit as it stands
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
