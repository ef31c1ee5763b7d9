"""The web-service functions by name, each with the parameters it declares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.errors import access_exception, invalid_record
from sandbox.site import Site
from sandbox.webservice.params import Spec, Struct

Handler = Callable[..., Any]

OF_THE_BLOCK = "block_cairn_"  # functions that are there once the block is installed
# Functions that are in the service once an administrator lets the token's user complete the report.
OF_THE_REPORT = frozenset(
    {
        "core_reportbuilder_columns_add",
        "core_reportbuilder_columns_sort_toggle",
        "core_reportbuilder_filters_add",
        "core_reportbuilder_set_filters",
        "core_update_inplace_editable",
    }
)

# Functions every Moodle has and the sandbox's service leaves out, so that a caller is refused and not lost.
NOT_IN_SERVICE = frozenset(
    {
        "core_course_create_courses",
        "core_course_get_courses",
        "core_user_create_users",
        "core_user_get_users",
        "mod_lti_get_tool_types",
    }
)


@dataclass(frozen=True)
class Function:
    """A web-service function; `writes` says that the world must be kept afterwards."""

    name: str
    parameters: Struct
    handler: Handler
    writes: bool

    def call(self, site: Site, given: Mapping[str, Any]) -> Any:
        """Check the parameters, then answer with what becomes JSON. Raises ServiceError."""
        return self.handler(site, **self.parameters.read(given))


FUNCTIONS: dict[str, Function] = {}


def function(name: str, *, writes: bool = False, **parameters: Spec) -> Callable[[Handler], Handler]:
    """Register a handler: it is called with the site and every declared parameter by name."""

    def register(handler: Handler) -> Handler:
        FUNCTIONS[name] = Function(name, Struct(parameters), handler, writes)
        return handler

    return register


def find(site: Site, name: str) -> Function:
    """The function, unless the service does not hold it or it does not exist at all. Raises ServiceError."""
    closed = name in OF_THE_REPORT and not site.world.report_editable
    if closed or name in NOT_IN_SERVICE or name in site.mischief.missing_functions():
        raise access_exception()
    if name not in FUNCTIONS or not _installed(site, name):
        raise invalid_record("external_functions")
    return FUNCTIONS[name]


def offered(site: Site) -> list[str]:
    """The names of the functions that the token may call."""
    there = FUNCTIONS.keys() - site.mischief.missing_functions()
    if not site.world.report_editable:
        there -= OF_THE_REPORT
    return sorted(name for name in there if _installed(site, name))


def _installed(site: Site, name: str) -> bool:
    return site.world.block_installed or not name.startswith(OF_THE_BLOCK)
