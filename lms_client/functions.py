"""The web-service functions this package calls, which of them only read, and the capabilities they need."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Function(StrEnum):
    """Moodle's `wsfunction` names; an external service must contain those it is used with."""

    SITE_INFO = "core_webservice_get_site_info"
    CATEGORIES = "core_course_get_categories"
    COURSES = "core_course_get_courses_by_field"
    COURSE_CONTENTS = "core_course_get_contents"
    PARTICIPANTS = "core_enrol_get_enrolled_users"
    PEOPLE = "core_user_get_users_by_field"
    COHORTS = "core_cohort_get_cohorts"
    COHORT_MEMBERS = "core_cohort_get_cohort_members"
    COMPLETION = "core_completion_get_course_completion_status"
    REPORTS = "core_reportbuilder_list_reports"
    REPORT = "core_reportbuilder_retrieve_report"
    GROUPS = "core_group_get_course_groups"
    GROUP_MEMBERS = "core_group_get_group_members"
    GROUPINGS = "core_group_get_course_groupings"
    GROUPING_GROUPS = "core_group_get_groupings"
    EVENTS = "core_calendar_get_calendar_events"
    MESSAGES = "core_message_get_messages"
    LTI_ACTIVITIES = "mod_lti_get_ltis_by_courses"
    BATCH = "tool_mobile_call_external_functions"
    BULK_COMPLETIONS = "block_cairn_get_completions"

    FILTER_REPORT = "core_reportbuilder_set_filters"
    ADD_REPORT_COLUMN = "core_reportbuilder_columns_add"
    SORT_REPORT_COLUMN = "core_reportbuilder_columns_sort_toggle"
    ADD_REPORT_FILTER = "core_reportbuilder_filters_add"
    RENAME = "core_update_inplace_editable"
    CREATE_GROUPS = "core_group_create_groups"
    ADD_GROUP_MEMBERS = "core_group_add_group_members"
    REMOVE_GROUP_MEMBERS = "core_group_delete_group_members"
    DELETE_GROUPS = "core_group_delete_groups"
    CREATE_GROUPINGS = "core_group_create_groupings"
    DELETE_GROUPINGS = "core_group_delete_groupings"
    ASSIGN_GROUPING = "core_group_assign_grouping"
    UNASSIGN_GROUPING = "core_group_unassign_grouping"
    CREATE_EVENTS = "core_calendar_create_calendar_events"
    DELETE_EVENTS = "core_calendar_delete_calendar_events"
    SEND_MESSAGES = "core_message_send_instant_messages"
    IMPORT_COURSE = "core_course_import_course"
    DELETE_MODULES = "core_course_delete_modules"
    UPDATE_COURSE = "core_courseformat_update_course"
    PLACE_BLOCK = "block_cairn_place"


READS: frozenset[str] = frozenset(
    {
        Function.SITE_INFO,
        Function.CATEGORIES,
        Function.COURSES,
        Function.COURSE_CONTENTS,
        Function.PARTICIPANTS,
        Function.PEOPLE,
        Function.COHORTS,
        Function.COHORT_MEMBERS,
        Function.COMPLETION,
        Function.REPORTS,
        Function.REPORT,
        Function.GROUPS,
        Function.GROUP_MEMBERS,
        Function.GROUPINGS,
        Function.GROUPING_GROUPS,
        Function.EVENTS,
        Function.MESSAGES,
        Function.LTI_ACTIVITIES,
        Function.BULK_COMPLETIONS,
        Function.BATCH,  # lms_client.batch puts nothing but reads into it
    }
)
"""Functions that change nothing in Moodle, so that asking again is harmless."""

_EDIT_REPORTS = ("moodle/reportbuilder:editall",)
_GROUPS = ("moodle/course:managegroups",)
_CALENDAR = ("moodle/calendar:manageentries",)

CAPABILITIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Function.CATEGORIES: ("moodle/category:viewhiddencategories",),
        Function.COURSES: ("moodle/course:view", "moodle/course:viewhiddencourses"),
        Function.COURSE_CONTENTS: ("moodle/course:view", "moodle/course:viewhiddencourses"),
        Function.PARTICIPANTS: (
            "moodle/course:view",
            "moodle/course:enrolreview",
            "moodle/user:viewdetails",
            "moodle/user:viewalldetails",
        ),
        Function.PEOPLE: ("moodle/user:viewdetails", "moodle/user:viewalldetails"),
        Function.COHORTS: ("moodle/cohort:view",),
        Function.COHORT_MEMBERS: ("moodle/cohort:view",),
        Function.COMPLETION: ("moodle/course:view", "report/completion:view"),
        Function.REPORTS: ("moodle/reportbuilder:viewall",),
        Function.REPORT: ("moodle/reportbuilder:viewall",),
        Function.FILTER_REPORT: ("moodle/reportbuilder:viewall",),
        Function.ADD_REPORT_COLUMN: _EDIT_REPORTS,
        Function.SORT_REPORT_COLUMN: _EDIT_REPORTS,
        Function.ADD_REPORT_FILTER: _EDIT_REPORTS,
        Function.RENAME: _EDIT_REPORTS,
        Function.GROUPS: _GROUPS,
        Function.GROUP_MEMBERS: _GROUPS,
        Function.CREATE_GROUPS: _GROUPS,
        Function.ADD_GROUP_MEMBERS: _GROUPS,
        Function.REMOVE_GROUP_MEMBERS: _GROUPS,
        Function.DELETE_GROUPS: _GROUPS,
        Function.CREATE_GROUPINGS: _GROUPS,
        Function.DELETE_GROUPINGS: _GROUPS,
        Function.ASSIGN_GROUPING: _GROUPS,
        Function.UNASSIGN_GROUPING: _GROUPS,
        Function.GROUPINGS: _GROUPS,
        Function.GROUPING_GROUPS: _GROUPS,
        Function.EVENTS: _CALENDAR,
        Function.CREATE_EVENTS: _CALENDAR,
        Function.DELETE_EVENTS: _CALENDAR,
        Function.LTI_ACTIVITIES: ("moodle/course:view", "moodle/course:manageactivities", "mod/lti:view"),
        Function.DELETE_MODULES: ("moodle/course:manageactivities",),
        Function.UPDATE_COURSE: ("moodle/course:manageactivities",),
        Function.PLACE_BLOCK: ("moodle/course:view", "block/cairn:place"),
        Function.BULK_COMPLETIONS: ("moodle/course:view", "block/cairn:readcompletions"),
        Function.SEND_MESSAGES: ("moodle/site:sendmessage", "moodle/site:messageanyuser"),
        Function.IMPORT_COURSE: (
            "moodle/course:view",
            "moodle/backup:backuptargetimport in the template course",
            "moodle/restore:restoretargetimport in the other",
        ),
    }
)
"""What the integration user's role needs beside `webservice/rest:use`, found by leaving one out at a time on 4.5.6."""
