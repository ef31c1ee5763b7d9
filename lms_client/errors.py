"""Everything that can go wrong, as one tree keyed on Moodle's errorcode.

    LmsError
    ├── SiteError              the site or the token: the next call would fail as well
    │   ├── Unreachable        no answer, or a broken server's
    │   ├── Maintenance        down on purpose, or too busy; says for how long where it knows
    │   ├── NotMoodle          something answered, but not Moodle's web services
    │   ├── WebServicesOff     switched off by the administrator
    │   ├── Redirected         the site lives at another address
    │   └── InvalidToken       unknown, or its user may not sign in
    ├── FunctionUnavailable    not in the token's service, or not in this Moodle
    ├── MissingCapability      the integration user's role lacks something, perhaps in one course only
    ├── NotFound               the record asked for does not exist
    ├── InvalidParameter       Moodle did not accept what it was sent
    ├── NoCompletionCriteria   the course has no completion to ask about
    ├── NotEnrolled            the person is not (or not as a learner) in the course
    ├── ReportUnsuitable       the custom report lacks what is read from it
    ├── MalformedReply         an answer of another shape than Moodle's
    └── MoodleError            any other errorcode, or none

Every str() is for an administrator: it names the function and says what to do. Moodle's own message is left out, as it
may quote people and parameters.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

from lms_client.functions import CAPABILITIES, READS, Function

# ruff: noqa: N818 - each is named for what went wrong, as callers read it; only the root says Error


class LmsError(Exception):
    """A call that did not do what it was asked to. `errorcode` is Moodle's, where there was one."""

    sentence: ClassVar[str] = "{0.function} failed{0.code}."

    def __init__(self, function: str, errorcode: str | None = None) -> None:
        super().__init__(str(function), errorcode)
        self.function = str(function)
        self.errorcode = errorcode

    @property
    def code(self) -> str:
        return f" ({self.errorcode})" if self.errorcode else ""

    def __str__(self) -> str:
        return self.sentence.format(self)


class SiteError(LmsError):
    """The site or the token is at fault, so that other calls would fail as well."""


class Unreachable(SiteError):
    """No usable answer came; `reason` says why."""

    def __init__(self, function: str, reason: str) -> None:
        super().__init__(function)
        self.args = (self.function, reason)
        self.reason = reason

    def __str__(self) -> str:
        doubt = (
            "" if self.function in READS else " It may have been carried out: look before sending it again."
        )
        return (
            f"{self.function} got no usable answer from Moodle: {self.reason}. "
            f"Check the address, the network and the server.{doubt}"
        )


class Maintenance(SiteError):
    """Moodle is down on purpose or too busy; `retry_after` is in seconds, None where Moodle did not say."""

    def __init__(self, function: str, errorcode: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(function, errorcode)
        self.args = (self.function, errorcode, retry_after)
        self.retry_after = retry_after

    def __str__(self) -> str:
        when = "later" if self.retry_after is None else f"in {self.retry_after:.0f} seconds"
        return f"Moodle is in maintenance or too busy and did not do {self.function}: try again {when}."


class NotMoodle(SiteError):
    """What answered is not Moodle's web services; `found` says what it was."""

    def __init__(self, function: str, found: str) -> None:
        super().__init__(function)
        self.args = (self.function, found)
        self.found = found

    def __str__(self) -> str:
        return (
            f"{self.function} got {self.found} where Moodle's web services should answer: check that the address is "
            "that of Moodle's front page, and that no proxy, firewall or sign-in page stands before it."
        )


class WebServicesOff(SiteError):
    """Web services, or their REST protocol, are switched off."""

    sentence = (
        "{0.function} was refused, as Moodle's web services are switched off: enable web services and the REST "
        "protocol in the site administration."
    )


class Redirected(SiteError):
    """The site sends callers elsewhere; `target` is the address to use, None where it was not told."""

    def __init__(self, function: str, target: str | None) -> None:
        super().__init__(function)
        self.args = (self.function, target)
        self.target = target

    def __str__(self) -> str:
        where = (
            f"to {self.target}: use that as the address" if self.target else "elsewhere: look up its address"
        )
        return f"{self.function} was not carried out, as Moodle redirects {where} (no token is sent after a redirect)."


class InvalidToken(SiteError):
    """Moodle does not accept the token, or its user may not sign in."""

    sentence = (
        "{0.function} was refused, as Moodle does not accept the token{0.code}: create a new token for the integration "
        "user, and see that this user is confirmed, not suspended and not of authentication method 'nologin'."
    )


class FunctionUnavailable(LmsError):
    """The function is not in the token's service, or not in this Moodle."""

    sentence = (
        "The token may not call {0.function}{0.code}: add the function to the external service. If every function is "
        "refused, check the token's validity date and IP restriction and the capability webservice/rest:use."
    )


class MissingCapability(LmsError):
    """The integration user's role lacks something here; `capabilities` are those the function needs."""

    @property
    def capabilities(self) -> tuple[str, ...]:
        return CAPABILITIES.get(self.function, ())

    def __str__(self) -> str:
        needs = ", ".join(self.capabilities) or "what this function needs"
        return (
            f"The integration user may not use {self.function} there{self.code}: give its role {needs}, "
            "in every course concerned, and see that the course still exists."
        )


class NotFound(LmsError):
    """The record asked for does not exist (any more)."""

    sentence = "{0.function} found no such record{0.code}: it was deleted in Moodle, or never existed."


class InvalidParameter(LmsError):
    """Moodle did not accept what it was sent."""

    sentence = "Moodle did not accept what {0.function} was sent{0.code}: {0.hint}."
    _hints: ClassVar[Mapping[str, str]] = {
        Function.CREATE_GROUPS: "most likely a group of that name or ID number exists in the course already",
        Function.CREATE_GROUPINGS: "most likely a grouping of that name or ID number exists in the course already",
        Function.ADD_GROUP_MEMBERS: "most likely somebody is not enrolled in the course; nobody was added",
    }

    @property
    def hint(self) -> str:
        fallback = "a record it names does not exist, or this release of Moodle takes other parameters"
        return self._hints.get(self.function, fallback)


class NoCompletionCriteria(LmsError):
    """The course has no completion criteria."""

    sentence = "{0.function} has nothing to say{0.code}: set completion criteria in the course."


class NotEnrolled(LmsError):
    """The person is not enrolled in the course in a role whose completion is tracked."""

    sentence = (
        "{0.function} was asked about somebody who is not a learner of the course{0.code}: enrol them first."
    )


class ReportUnsuitable(LmsError):
    """The custom report can't be read; `missing` names the columns to add."""

    def __init__(self, function: str, reason: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(function)
        self.args = (self.function, reason, missing)
        self.reason = reason
        self.missing = missing

    def __str__(self) -> str:
        return f"{self.function} read a report that does not serve: {self.reason}."


class MalformedReply(LmsError):
    """The answer has another shape than Moodle's; `field` is where, never what stood there."""

    def __init__(self, function: str, field: str) -> None:
        super().__init__(function)
        self.args = (self.function, field)
        self.field = field

    def __str__(self) -> str:
        return (
            f"The answer to {self.function} is not of the expected form at {self.field}: check that this release of "
            "Moodle is supported and that no plugin or proxy changes its answers."
        )


class MoodleError(LmsError):
    """Any other error of Moodle's; `errorcode` is None where Moodle named none."""

    sentence = "Moodle could not do {0.function}{0.code}: {0.advice}."
    _advice: ClassVar[Mapping[str, str]] = {
        "sitepolicynotagreed": "sign in as the integration user once and accept the site policy",
        "forcepasswordchangenotice": "change the integration user's password, or do not force the change",
        "usernotfullysetup": "fill in the required profile fields of the integration user",
        "invaliduserfield": "this release of Moodle does not know a user field that was asked for",
        "formatnotsupported": "if it was messages, some may have been sent and others refused",
    }

    @property
    def advice(self) -> str:
        return self._advice.get(self.errorcode or "", "look into the site's log at the time of the call")


_BY_CODE: Mapping[str, type[LmsError]] = {
    code: kind
    for kind, codes in {
        InvalidToken: "invalidtoken wsaccessuserdeleted wsaccessusersuspended wsaccessuserexpired wsaccessusernologin "
        "wsaccessuserunconfirmed usernotconfirmed passwordisexpired",
        Maintenance: "sitemaintenance upgraderunning",
        FunctionUnavailable: "accessexception servicenotavailable servicerequireslogin",
        MissingCapability: "nopermissions requireloginerror errorcoursecontextnotvalid cannotviewreport "
        "errorreportview accessdenied coursehidden errorremovenotpermitted",
        NotFound: "invalidrecord invalidrecordunknown invalidcourseid cannotfindcourse invaliduser",
        InvalidParameter: "invalidparameter errorinvalidparam missingparam",
        NoCompletionCriteria: "nocriteriaset completionnotenabled",
        NotEnrolled: "usernotenroled notenroled",
    }.items()
    for code in codes.split()
}


def is_error(body: object) -> bool:
    """Whether a reply is Moodle's way (under HTTP 200) of saying that the call failed."""
    return isinstance(body, Mapping) and ("exception" in body or "errorcode" in body)


def error_from(function: str, body: Mapping[str, object]) -> LmsError:
    """The error that Moodle's `{exception, errorcode, message}` stands for.

    Classes of exceptions change their names between releases, so that only the errorcode counts.
    """
    code = body.get("errorcode")
    if not isinstance(code, str) or not re.fullmatch(
        r"[A-Za-z_]{1,64}", code
    ):  # else it could quote anything
        return MoodleError(function)
    kind = _BY_CODE.get(code, MoodleError)
    # An unknown function is told as a missing row of the table that lists the functions.
    if kind is NotFound and "external_functions" in str(body.get("message")):
        kind = FunctionUnavailable
    return kind(function, code)
