"""What can go wrong at a login, a launch or a registration: a status, a code and a sentence for the person.

No message repeats a claim, a token or a state.
"""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from companion.lti.claims import LaunchClaims


class LtiError(Exception):
    """Root of the tree.

    Attributes:
        http_status: 400 (not LTI as we know it), 401 (not proven) or 403 (proven or not, not allowed).
        code: for logs, counters and tests.
        sentence: what the person who sees the page can do.
    """

    http_status: ClassVar[int] = 400
    code: ClassVar[str] = "lti_error"
    sentence: str = "This page could not be opened. Reload the course page."

    def __init__(self) -> None:
        super().__init__(self.sentence)


class RequestError(LtiError):
    """400: the message is not one that this tool takes."""


class UnprovenError(LtiError):
    """401: nothing proves who is asking."""

    http_status = 401


class RefusedError(LtiError):
    """403: whoever is asking may not."""

    http_status = 403


class MissingParameterError(RequestError):
    """A field that the platform has to send is missing."""

    code = "missing_parameter"

    def __init__(self, name: str) -> None:
        self.sentence = (
            f"Your learning platform did not send the field {name}. Open this page from the course page, "
            "and tell the administrator if it happens again."
        )
        super().__init__()


class MalformedError(RequestError):
    """A field or a claim is not what the specification says, or is not there."""

    code = "malformed"
    sentence = (
        "The message of your learning platform could not be read. Reload the course page, "
        "and tell the administrator if it happens again."
    )


class TooLargeError(RequestError):
    """A field is longer than anything a platform needs to send."""

    code = "too_large"
    sentence = "The message of your learning platform is too large. Tell the administrator."


class WrongVersionError(RequestError):
    """The message is not LTI 1.3.0."""

    code = "wrong_version"
    sentence = (
        "Your learning platform speaks another version of LTI. Ask the administrator to set up LTI 1.3."
    )


class WrongMessageTypeError(RequestError):
    """The message is of a type we do not handle."""

    code = "wrong_message_type"
    sentence = "This tool cannot be opened in this way. Open it from the course page."


class WrongTargetError(RequestError):
    """The address to open is not ours, or not the one the login began with."""

    code = "wrong_target"
    sentence = "This activity leads to another address than this tool's. Ask the teacher to add it again."


class UnknownWidgetError(RequestError):
    """The custom parameter `widget` names none of ours."""

    code = "unknown_widget"
    sentence = "This activity asks for a widget that does not exist. Ask the teacher to add it again."


class InvalidPlatformError(RequestError):
    """A registration cannot be accepted; the sentence, for the administrator, says why."""

    code = "invalid_platform"

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__()


class PlatformRefusedError(UnprovenError):
    """The platform answered the login with an error of its own."""

    code = "platform_refused"
    sentence = "Your learning platform did not confirm who you are. Sign in there and reload the course page."


class StateUnknownError(UnprovenError):
    """No login under way has this state: it was used already, or it is not ours."""

    code = "state_unknown"
    sentence = "This page was opened a second time. Reload the course page."


class NoCookieError(UnprovenError):
    """The browser sent back no cookie for this login: it blocks ours here."""

    code = "no_cookie"
    sentence = "Your browser does not keep this page's cookie here. Open the page in a new tab."

    def __init__(self, claims: "LaunchClaims | None" = None) -> None:
        """Args: claims: those of the launch, where all but the cookie was right."""
        self.claims = claims
        super().__init__()


class StateOtherBrowserError(UnprovenError):
    """The login was begun in another browser."""

    code = "state_other_browser"
    sentence = "This page was begun in another browser. Reload the course page in this one."


class ExpiredError(UnprovenError):
    """The login or the id_token is past its time."""

    code = "expired"
    sentence = "Opening this page took too long. Reload the course page."


class NotYetValidError(UnprovenError):
    """The id_token comes from the future."""

    code = "not_yet_valid"
    sentence = "The clock of your learning platform is ahead of ours. Tell the administrator."


class ReplayedError(UnprovenError):
    """The nonce is not that of this login: the id_token belongs to another one."""

    code = "replayed"
    sentence = "This page was opened a second time. Reload the course page."


class BadSignatureError(UnprovenError):
    """The id_token is not signed by the platform."""

    code = "bad_signature"
    sentence = "The signature of your learning platform is not right. Reload the course page."


class BadAlgorithmError(UnprovenError):
    """The id_token is not signed with RS256."""

    code = "bad_algorithm"
    sentence = "Your learning platform signs in a way that is not accepted. Tell the administrator."


class UnknownKeyError(UnprovenError):
    """The id_token names no key, or one the platform does not publish."""

    code = "unknown_key"
    sentence = "Your learning platform signs with an unknown key. Reload the course page in a minute."


class KeysUnreachableError(UnprovenError):
    """The platform's key set could not be read."""

    code = "keys_unreachable"
    sentence = "Your learning platform's keys could not be read. Reload the course page in a minute."


class WrongIssuerError(UnprovenError):
    """The id_token comes from another platform than the login began with."""

    code = "wrong_issuer"
    sentence = "Another learning platform answered than was asked. Reload the course page."


class WrongAudienceError(UnprovenError):
    """The id_token is meant for another tool."""

    code = "wrong_audience"
    sentence = "The message of your learning platform is for another tool. Tell the administrator."


class NotTeacherError(RefusedError):
    """Somebody who does not teach the course wants to put something into it."""

    code = "not_teacher"
    sentence = "Only somebody who teaches this course can add a widget to it."


class RegistrationCodeError(RefusedError):
    """No open registration has this code: it is wrong, past its hour, or was used."""

    code = "registration_code"
    sentence = "This registration address was used, or is older than an hour. Make a new one in Cairn, under Platforms."


class RegistrationFailedError(RequestError):
    """A platform could not register itself; the sentence, for the administrator, says why."""

    code = "registration_failed"

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__()


class UnknownPlatformError(RefusedError):
    """No registration has this issuer and client id."""

    code = "unknown_platform"
    sentence = "This tool does not know your learning platform. Ask the administrator to register it."


class PlatformDisabledError(RefusedError):
    """The registration waits to be enabled, or was disabled."""

    code = "platform_disabled"
    sentence = "Your learning platform is not enabled here. Ask the administrator to enable it."


class WrongDeploymentError(RefusedError):
    """The deployment is not one of the registration's."""

    code = "wrong_deployment"
    sentence = "This tool was added in a way that is not registered. Ask the administrator to register it."
