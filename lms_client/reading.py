"""The half of the client that reads; nothing here changes Moodle."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from lms_client import batch
from lms_client.calling import Unread
from lms_client.errors import LmsError, MalformedReply, MissingCapability, NoCompletionCriteria
from lms_client.functions import Function
from lms_client.loading import load_all, load_one, member, warned
from lms_client.paging import at_least_one, chunks, pages
from lms_client.params import Params
from lms_client.records import (
    Category,
    Cohort,
    Completion,
    Course,
    Enrolled,
    Group,
    LtiActivity,
    Participant,
    Participation,
    PersonDetails,
    Section,
    Site,
    ToldMessage,
)
from lms_client.replies import CohortMembersSchema, CompletionStatusSchema, GroupMembersSchema
from lms_client.reporting import Reporting
from lms_client.schemas import (
    CategorySchema,
    CohortSchema,
    CourseSchema,
    EnrolledSchema,
    GroupSchema,
    LtiActivitySchema,
    ParticipantSchema,
    ParticipationSchema,
    PersonDetailsSchema,
    SectionSchema,
    SiteSchema,
    ToldMessageSchema,
)

SITE_COURSE = 1  # Moodle keeps its front page as a course
ENROLLED_FIELDS = "id,lastaccess,lastcourseaccess,roles"
USER_FIELDS = (
    "id,fullname,email,idnumber,lastcourseaccess,lastaccess,roles,groups,customfields,interests,department"
)


class Reading(Reporting):
    """Reads of a Moodle site. Each may raise any LmsError; what is added to that is told at the method."""

    def site_info(self) -> Site:
        """The site, the token's user, and the functions the token may call."""
        return load_one(Function.SITE_INFO, SiteSchema, self._call(Function.SITE_INFO, {}))

    def categories(self) -> list[Category]:
        """All course categories that the token's user may see."""
        return load_all(Function.CATEGORIES, CategorySchema, self._call(Function.CATEGORIES, {}))

    def courses(self, *, ids: Sequence[int] | None = None, category_id: int | None = None) -> list[Course]:
        """All courses, or those of the ids or of one category (not of those below it), without Moodle's front page.

        What the token's user may not see is left out without a word. Raises ValueError if both are given.
        """
        if ids is not None and category_id is not None:
            raise ValueError("Ask for courses by their ids or by a category, not by both.")
        if ids is not None and not ids:
            return []
        return self._courses(ids, category_id)[0]

    def courses_told(self) -> tuple[list[Course], bool]:
        """All courses, and whether these are all: False where Moodle warns that it left some out."""
        return self._courses(None, None)

    def _courses(self, ids: Sequence[int] | None, category_id: int | None) -> tuple[list[Course], bool]:
        params: dict[str, object] = {}
        if ids is not None:
            params = {"field": "ids", "value": ",".join(str(int(each)) for each in ids)}
        elif category_id is not None:
            params = {"field": "category", "value": category_id}
        body = self._call(Function.COURSES, params)
        courses = load_all(Function.COURSES, CourseSchema, member(Function.COURSES, body, "courses"))
        return [course for course in courses if course.id != SITE_COURSE], not warned(body)

    def participants(self, course_id: int, *, page_size: int = 500) -> Iterator[Participant]:
        """The people enrolled in a course, by id, nobody twice.

        Without the capability moodle/user:viewdetails Moodle answers with the token's own user alone and no error.
        Raises MalformedReply where the site ignores paging, and ValueError for a page size below 1.
        """

        def page(number: int) -> list[Participant]:
            options = {
                "limitfrom": number * page_size,
                "limitnumber": page_size,
                "sortby": "id",
                "userfields": USER_FIELDS,
            }
            params = {"courseid": course_id, "options": named(options)}
            return load_all(
                Function.PARTICIPANTS, ParticipantSchema, self._call(Function.PARTICIPANTS, params)
            )

        return pages(Function.PARTICIPANTS, page, page_size, key=lambda participant: participant.id)

    def enrolled(self, course_id: int, *, start: int, size: int) -> Unread[list[Enrolled]]:
        """Up to `size` of the people enrolled in a course, by id, without the first `start` of them."""
        options = {"limitfrom": start, "limitnumber": size, "sortby": "id", "userfields": ENROLLED_FIELDS}
        body = self._call(Function.PARTICIPANTS, {"courseid": course_id, "options": named(options)})
        return lambda: load_all(Function.PARTICIPANTS, EnrolledSchema, body)

    def people(self, ids: Sequence[int], *, chunk: int = 100) -> Iterator[PersonDetails]:
        """The profiles of these people, `chunk` in a request; who is deleted or unknown is absent."""
        for part in chunks(list(dict.fromkeys(ids)), chunk):
            yield from self.profiles(part)()

    def profiles(self, ids: Sequence[int]) -> Unread[list[PersonDetails]]:
        """As `people`, in one request."""
        body = self._call(Function.PEOPLE, {"field": "id", "values": ids})
        return lambda: load_all(Function.PEOPLE, PersonDetailsSchema, body)

    def cohorts(self) -> list[Cohort]:
        """All cohorts of the site and of its categories."""
        return load_all(Function.COHORTS, CohortSchema, self._call(Function.COHORTS, {}))

    def cohort_members(self, cohort_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """The ids of the people in each cohort, by the cohort's id."""
        if not cohort_ids:
            return {}
        body = self._call(Function.COHORT_MEMBERS, {"cohortids": cohort_ids})
        found = load_all(Function.COHORT_MEMBERS, CohortMembersSchema, body)
        return {members.of: members.user_ids for members in found}

    def completion(self, course_id: int, user_id: int) -> Completion | None:
        """A person's completion of a course, None where the course has no criteria.

        Moodle tells times of criteria alone: the latest is that of the course where all criteria are required.
        """
        try:
            return _completion(self._call(*_completion_request((course_id, user_id))))
        except NoCompletionCriteria:
            return None

    def completions(
        self, pairs: Sequence[tuple[int, int]], *, chunk: int = 30, functions: Collection[str] = frozenset()
    ) -> Iterator[tuple[tuple[int, int], Completion | LmsError | None]]:
        """`completion` for each pair of course and user id, in order; what fails for one pair is handed out with it.

        `functions` are those of `site_info()`: if the batch function is among them, `chunk` pairs go in a request.
        Raises what concerns all pairs: SiteError, FunctionUnavailable.
        """
        requests = [_completion_request(pair) for pair in pairs]
        bare = set[int]()  # courses without criteria need not be asked about anybody else

        def needless(params: Params) -> bool:
            return params["courseid"] in bare

        for pair, answer in zip(pairs, self._each(requests, chunk, functions, needless), strict=True):
            told = None if answer is batch.UNASKED else _completion_or_error(answer)
            if told is None:
                bare.add(pair[0])
            yield pair, told

    def bulk_completions(
        self, course_ids: Sequence[int], *, since: datetime | None = None, page_size: int = 2000
    ) -> Iterator[Participation]:
        """Who is enrolled since when and completed when, to the second, by the block of moodle/block_cairn.

        One record for each person and course, by course and person, with the earliest enrolment; with `since` only
        those enrolled, changed or completed at that moment or later. Raises MissingCapability if any of the courses
        could not be read, as it would look like one without people.
        """
        if not course_ids:
            return iter(())

        def page(number: int) -> list[Participation]:
            return self.bulk_completions_page(
                course_ids, since=since, start=number * page_size, size=page_size
            )()

        return pages(Function.BULK_COMPLETIONS, page, page_size, key=lambda row: (row.course_id, row.user_id))

    def bulk_completions_page(
        self, course_ids: Sequence[int], *, since: datetime | None = None, start: int, size: int
    ) -> Unread[list[Participation]]:
        """Up to `size` records of `bulk_completions`, without the first `start`. Raises as that does."""
        params = {
            "courseids": sorted(set(course_ids)),
            "since": int(since.timestamp()) if since else 0,
            "limitfrom": start,
            "limitnum": size,
        }
        body = self._call(Function.BULK_COMPLETIONS, params)
        rows = member(Function.BULK_COMPLETIONS, body, "completions")
        if member(Function.BULK_COMPLETIONS, body, "warnings"):
            raise MissingCapability(Function.BULK_COMPLETIONS)
        return lambda: load_all(Function.BULK_COMPLETIONS, ParticipationSchema, rows)

    def course_groups(self, course_id: int) -> list[Group]:
        """The groups of a course."""
        return load_all(Function.GROUPS, GroupSchema, self._call(Function.GROUPS, {"courseid": course_id}))

    def group_members(self, group_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """The ids of the people in each group, by the group's id."""
        if not group_ids:
            return {}
        body = self._call(Function.GROUP_MEMBERS, {"groupids": group_ids})
        found = load_all(Function.GROUP_MEMBERS, GroupMembersSchema, body)
        return {members.of: members.user_ids for members in found}

    def messages_sent_to(self, user_id: int, *, limit: int = 20) -> list[ToldMessage]:
        """What the token's user wrote to somebody in Moodle, newest first, at most `limit` messages.

        Needs no right beyond the function: whoever sent a message may read it.
        """
        params = {
            "useridfrom": self.site_info().user_id,
            "useridto": user_id,
            "type": "conversations",
            "read": 2,  # read and unread ones
            "newestfirst": 1,
            "limitfrom": 0,
            "limitnum": limit,
        }
        body = self._call(Function.MESSAGES, params)
        return load_all(Function.MESSAGES, ToldMessageSchema, member(Function.MESSAGES, body, "messages"))

    def lti_activities(self, course_ids: Sequence[int]) -> list[LtiActivity]:
        """The external-tool activities of these courses.

        Raises MissingCapability if any of the courses could not be read, as it would look like one without activities.
        """
        if not course_ids:  # Moodle would take none for all
            return []
        body = self._call(Function.LTI_ACTIVITIES, {"courseids": course_ids})
        activities = load_all(
            Function.LTI_ACTIVITIES, LtiActivitySchema, member(Function.LTI_ACTIVITIES, body, "ltis")
        )
        if warned(body):
            raise MissingCapability(Function.LTI_ACTIVITIES)
        return activities

    def course_contents(self, course_id: int) -> list[Section]:
        """The sections of a course page with their activities and resources, in their order."""
        body = self._call(Function.COURSE_CONTENTS, {"courseid": course_id})
        return load_all(Function.COURSE_CONTENTS, SectionSchema, body)

    def course_sections(
        self, course_ids: Sequence[int], *, chunk: int = 30, functions: Collection[str] = frozenset()
    ) -> Iterator[tuple[int, list[Section] | LmsError]]:
        """The sections of each course page without what stands in them; what fails for one is handed out with it.

        `functions` and `chunk` as of `completions`, and so is what is raised.
        """
        requests: list[batch.Request] = [
            (Function.COURSE_CONTENTS, {"courseid": each, "options": named({"excludemodules": 1})})
            for each in course_ids
        ]
        for course_id, answer in zip(course_ids, self._each(requests, chunk, functions), strict=True):
            yield course_id, _sections_or_error(answer)

    def _each(
        self,
        requests: Sequence[batch.Request],
        chunk: int,
        functions: Collection[str],
        needless: batch.Needless = batch.all_needed,
    ) -> Iterator[object]:
        """The answer or the error of each request, `chunk` sent together where Moodle takes them so."""
        at_least_one(chunk)
        if Function.BATCH in functions:
            return batch.call_many(self._call, requests, chunk, needless)
        return batch.call_each(self._call, requests, needless)


def named(options: dict[str, object]) -> list[dict[str, object]]:
    """Options in Moodle's form, a list of names and values."""
    return [{"name": name, "value": value} for name, value in options.items()]


def _completion_request(pair: tuple[int, int]) -> batch.Request:
    course_id, user_id = pair
    return Function.COMPLETION, {"courseid": course_id, "userid": user_id}


def _completion(body: object) -> Completion:
    status = member(Function.COMPLETION, body, "completionstatus")
    found = load_one(Function.COMPLETION, CompletionStatusSchema, status)
    times: list[datetime] = [each.completed_at for each in found.criteria if each.completed_at]
    return Completion(found.completed, max(times, default=None) if found.completed else None)


def _completion_or_error(answer: object) -> Completion | LmsError | None:
    if isinstance(answer, NoCompletionCriteria):
        return None
    if isinstance(answer, LmsError):
        return answer
    try:
        return _completion(answer)
    except MalformedReply as error:
        return error


def _sections_or_error(answer: object) -> list[Section] | LmsError:
    if isinstance(answer, LmsError):
        return answer
    try:
        return load_all(Function.COURSE_CONTENTS, SectionSchema, answer)
    except MalformedReply as error:
        return error
