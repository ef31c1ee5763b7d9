"""Moodle's replies to the records of this package; fields that are not named here are ignored."""

from marshmallow import fields

from lms_client import records, values
from lms_client.loading import RecordSchema, Value, number_of, text_of


class SiteSchema(RecordSchema[records.Site]):
    record = records.Site
    name = text_of("sitename")
    url = text_of("siteurl")
    release = Value(values.text)
    version = Value(values.text)
    user_id = number_of("userid")
    username = Value(values.text)
    is_site_admin = Value(values.flag, key="userissiteadmin")
    functions = Value(values.function_names, required=True)
    language = Value(values.text, key="lang")


class CategorySchema(RecordSchema[records.Category]):
    record = records.Category
    id = number_of()
    name = text_of()
    parent_id = Value(values.whole_or_none, key="parent")


class CourseSchema(RecordSchema[records.Course]):
    record = records.Course
    id = number_of()
    short_name = text_of("shortname")
    full_name = text_of("fullname")
    category_id = Value(values.whole_or_none, key="categoryid")
    visible = Value(values.visible)
    start_at = Value(values.moment, key="startdate")
    end_at = Value(values.moment, key="enddate")
    completion_enabled = Value(values.flag_or_none, key="enablecompletion")
    idnumber = Value(values.text)


class ParticipantSchema(RecordSchema[records.Participant]):
    record = records.Participant
    id = number_of()
    full_name = text_of("fullname")
    email = Value(values.some_text)
    idnumber = Value(values.text)
    department = Value(values.text)
    last_access = Value(values.moment, key="lastaccess")
    last_course_access = Value(values.moment, key="lastcourseaccess")
    roles = Value(values.role_names)
    group_ids = Value(values.group_ids, key="groups")
    interests = Value(values.words)
    custom_fields = Value(values.custom_fields, key="customfields")


class EnrolledSchema(RecordSchema[records.Enrolled]):
    record = records.Enrolled
    id = number_of()
    last_access = Value(values.moment, key="lastaccess")
    last_course_access = Value(values.moment, key="lastcourseaccess")
    roles = Value(values.role_names)


class PersonDetailsSchema(RecordSchema[records.PersonDetails]):
    record = records.PersonDetails
    id = number_of()
    full_name = text_of("fullname")
    email = Value(values.some_text)
    idnumber = Value(values.text)
    department = Value(values.text)
    city = Value(values.text)
    country = Value(values.text)
    time_zone = Value(values.time_zone, key="timezone")
    language = Value(values.text, key="lang")
    suspended = Value(values.flag)
    first_access = Value(values.moment, key="firstaccess")
    last_access = Value(values.moment, key="lastaccess")
    interests = Value(values.words)
    custom_fields = Value(values.custom_fields, key="customfields")


class CohortSchema(RecordSchema[records.Cohort]):
    record = records.Cohort
    id = number_of()
    name = text_of()
    idnumber = Value(values.text)


class ReportSchema(RecordSchema[records.Report]):
    record = records.Report
    id = number_of()
    name = text_of()
    source = Value(values.markup, required=True)


class GroupSchema(RecordSchema[records.Group]):
    record = records.Group
    id = number_of()
    course_id = number_of("courseid")
    name = text_of()
    idnumber = Value(values.text)


class GroupingSchema(RecordSchema[records.Grouping]):
    record = records.Grouping
    id = number_of()
    course_id = number_of("courseid")
    name = text_of()
    idnumber = Value(values.text)


class LtiActivitySchema(RecordSchema[records.LtiActivity]):
    """Names what is read; the reply's password, resourcekey and servicesalt are not among it."""

    record = records.LtiActivity
    id = number_of()
    course_module_id = number_of("coursemodule")
    course_id = number_of("course")
    name = text_of()
    type_id = Value(values.whole_or_none, key="typeid")
    custom = Value(values.custom_parameters, key="instructorcustomparameters")
    intro = Value(values.markup)
    launch_container = Value(values.whole_or_none, key="launchcontainer")


class BlockPlacementSchema(RecordSchema[records.BlockPlacement]):
    record = records.BlockPlacement
    course_id = number_of("courseid")
    widget = text_of()
    changed = Value(values.flag, required=True)
    block_id = Value(values.whole_or_none, required=True, key="blockinstanceid")
    course_module_id = Value(values.whole_or_none, required=True, key="cmid")
    activity_id = Value(values.whole_or_none, required=True, key="instanceid")


class ParticipationSchema(RecordSchema[records.Participation]):
    record = records.Participation
    course_id = number_of("courseid")
    user_id = number_of("userid")
    enrolled_at = Value(values.moment, required=True, key="timeenrolled")
    completed_at = Value(values.moment, required=True, key="timecompleted")
    completed = Value(values.flag, required=True)


class ModuleSchema(RecordSchema[records.Module]):
    record = records.Module
    id = number_of()
    name = text_of()
    modname = text_of()
    instance = Value(values.whole, required=True)
    visible = Value(values.visible)


class SectionSchema(RecordSchema[records.Section]):
    record = records.Section
    id = number_of()
    number = number_of("section")
    name = text_of()
    modules = fields.List(fields.Nested(ModuleSchema), required=True)


class GroupEventSchema(RecordSchema[records.GroupEvent]):
    record = records.GroupEvent
    id = number_of()
    name = text_of()
    group_id = number_of("groupid")
    user_id = number_of("userid")
    starts_at = Value(values.moment, key="timestart")


class ToldMessageSchema(RecordSchema[records.ToldMessage]):
    record = records.ToldMessage
    text = Value(values.markup, required=True, key="smallmessage")
    sent_at = Value(values.moment, required=True, key="timecreated")
