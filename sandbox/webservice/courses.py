"""Categories and courses."""

from typing import Any

from sandbox.errors import invalid_parameter, moodle_error
from sandbox.records import Category, Course
from sandbox.site import Site
from sandbox.webservice.params import TEXT, Many, Struct, Value
from sandbox.webservice.registry import function
from sandbox.world import SITE_COURSE_ID

_FILTERS = ("displayh5p", "activitynames", "mathjaxloader", "emoticon", "urltolink", "mediaplugin")


@function(
    "core_course_get_categories",
    criteria=Many(Struct({"key": TEXT, "value": TEXT}), default=()),
    addsubcategories=Value(bool, default=True),
)
def get_categories(
    site: Site, criteria: list[dict[str, str]], **_subcategories: bool
) -> list[dict[str, Any]]:
    """No category lies in another here, so `addsubcategories` makes no difference."""
    found = list(site.world.categories.values())
    for criterion in criteria:
        found = [category for category in found if _fits(category, criterion["key"], criterion["value"])]
    return [_category(site, category) for category in found]


def _fits(category: Category, key: str, value: str) -> bool:
    match key:
        case "id":
            return str(category.id) == value
        case "ids":
            return str(category.id) in value.split(",")
        case "name":
            return category.name == value
        case "idnumber":
            return category.idnumber == value
        case "parent":
            return value == "0"
        case _:
            raise moodle_error("criteriaerror", f"Missing permissions to search on a criterion: {key}")


def _category(site: Site, category: Category) -> dict[str, Any]:
    return {
        "id": category.id,
        "name": category.name,
        "description": "",
        "descriptionformat": 1,
        "parent": 0,
        "sortorder": category.id * 10000,
        "coursecount": sum(course.category == category.id for course in site.world.courses.values()),
        "depth": 1,
        "path": f"/{category.id}",
    }


@function("core_course_get_courses_by_field", field=Value(str, default=""), value=Value(str, default=""))
def get_courses_by_field(site: Site, field: str, value: str) -> dict[str, Any]:
    found = [course for course in site.world.courses.values() if _selected(course, field, value)]
    return {"courses": [_course(site, course) for course in found], "warnings": []}


def _selected(course: Course, field: str, value: str) -> bool:
    match field:
        case "":
            return True
        case "id":
            return str(course.id) == value
        case "ids":
            return str(course.id) in value.split(",")
        case "shortname":
            return course.shortname == value
        case "idnumber":
            return idnumber(course) == value
        case "category":
            return str(course.category) == value
        case _:
            raise invalid_parameter()


def idnumber(course: Course) -> str:
    """The sandbox gives each course its short name as id number."""
    return "" if course.id == SITE_COURSE_ID else course.shortname


def image_url(site: Site, course: Course) -> str:
    return site.url(f"/pluginfile.php/{course.id}/course/generated/course.svg")


def _course(site: Site, course: Course) -> dict[str, Any]:
    world = site.world
    category = world.categories.get(course.category)
    teachers = [row.person for row in world.enrolments_in(course.id) if row.role == "editingteacher"]
    return {
        "id": course.id,
        "fullname": course.fullname,
        "displayname": course.fullname,
        "shortname": course.shortname,
        "courseimage": image_url(site, course),
        "categoryid": course.category,
        "categoryname": category.name if category else "",
        "sortorder": course.category * 10000 + course.id,
        "summary": course.summary,
        "summaryformat": 1,
        "summaryfiles": [],
        "overviewfiles": [],
        "showactivitydates": True,
        "showcompletionconditions": True,
        "contacts": [{"id": person, "fullname": world.people[person].fullname} for person in teachers],
        "enrollmentmethods": ["manual"],
        "idnumber": idnumber(course),
        "format": "site" if course.id == SITE_COURSE_ID else "topics",
        "showgrades": 1,
        "newsitems": 5,
        "startdate": course.startdate,
        "enddate": 0,
        "maxbytes": 0,
        "showreports": 0,
        "visible": int(course.visible),
        "groupmode": 0,
        "groupmodeforce": 0,
        "defaultgroupingid": 0,
        "enablecompletion": 1,
        "completionnotify": 0,
        "lang": "",
        "theme": "",
        "marker": 0,
        "legacyfiles": 0,
        "calendartype": "",
        "timecreated": course.timecreated,
        "timemodified": course.timemodified,
        "requested": 0,
        "cacherev": course.timemodified,
        "filters": [{"filter": name, "localstate": 0, "inheritedstate": 1} for name in _FILTERS],
        "courseformatoptions": [
            {"name": "hiddensections", "value": 1},
            {"name": "coursedisplay", "value": 0},
            {"name": "indentation", "value": "1"},
        ],
    }
