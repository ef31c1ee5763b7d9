"""The part of the client that reads custom reports, and sets up the one that an administrator made for it."""

from collections.abc import Collection, Iterator, Mapping

from lms_client import report, report_setup
from lms_client.calling import Caller, Unread
from lms_client.functions import Function
from lms_client.loading import load_all, member
from lms_client.paging import pages
from lms_client.records import Participation, ParticipationPage, Report
from lms_client.report_setup import ReportFilter
from lms_client.schemas import ReportSchema


class Reporting(Caller):
    """Custom reports of a Moodle site. Each method may raise any LmsError; what is added to that is told there."""

    def reports(self) -> list[Report]:
        """The custom reports that the token's user may see."""

        def page(number: int) -> list[Report]:
            body = self._call(Function.REPORTS, {"page": number, "perpage": 100})
            return load_all(Function.REPORTS, ReportSchema, member(Function.REPORTS, body, "reports"))

        return list(pages(Function.REPORTS, page, 100, key=lambda found: found.id))

    def participation(self, report_id: int, *, page_size: int = 1000) -> Iterator[Participation]:
        """Who takes part where since when, and completed when, from a report that `is_participants`.

        One record for each person and course, with the earliest enrolment ("Time started" or "Time enrolled", else
        "Time created") and the latest completion. Raises ReportUnsuitable, naming the columns that the report lacks.
        """
        return report.participation(self._call, report_id, page_size)

    def participation_page(
        self, report_id: int, number: int, *, size: int = 1000
    ) -> Unread[ParticipationPage]:
        """Page `number` (from 0) of such a report, its rows as they stand. Raises ReportUnsuitable as well."""
        return report.page(self._call, report_id, number, size)

    def filter_report(self, report_id: int, values: Mapping[ReportFilter, object]) -> None:
        """From now on show the token's user no other rows of a report than these; an empty mapping shows all.

        A moment stands for "then or later", a sequence of course ids for those courses. Moodle keeps the filters for
        each user, so that two readers with one token would spoil each other's.
        """
        report_setup.set_filters(self._call, report_id, values)

    def set_up_report(self, report_id: int, functions: Collection[str]) -> frozenset[ReportFilter]:
        """Give a report of the participants' source the columns, order and filters that reading it needs.

        `functions` are those of `site_info()`; what is there already stays. Gives the filters that work.
        Raises MissingCapability or FunctionUnavailable where columns are missing that the token may not add.
        """
        return report_setup.set_up(self._call, report_id, functions)
