"""From errors to pages: one table. A page says what happened and what to do, never what was inside."""

from typing import Final

import structlog
from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from companion.errors import CompanionError, ConflictError, InputError, LmsError, NotFoundError, NotReadyError
from companion.lti.errors import LtiError, StateUnknownError, TooLargeError
from companion.lti.errors import NoCookieError as LaunchNoCookieError
from companion.web import sentences
from companion.web.context import services
from companion.web.languages import in_frame
from companion.web.permissions import NoCookieError

log = structlog.get_logger()

STATUS: dict[type[CompanionError], int] = {
    NotFoundError: 404,
    ConflictError: 409,
    InputError: 422,
    NotReadyError: 409,
    LmsError: 502,
}

WORDS: dict[int, tuple[LazyString, LazyString]] = {
    400: (_("That did not work"), _("The request could not be read. Go back and try again.")),
    401: (
        _("This page has been open for too long"),
        _("Reload the course page to go on. Nothing you sent is lost."),
    ),
    403: (_("This is not open to you"), _("If you think it should be, ask your administrator.")),
    404: (_("There is nothing here"), _("The address is wrong, or it is not for you.")),
    405: (_("That did not work"), _("This address cannot be called like that.")),
    413: (_("That was too much"), _("What was sent is larger than anything we ask for.")),
    429: (_("That was too often"), _("Wait a minute, then try again.")),
    500: (_("Something went wrong on our side"), _("It has been noted. Try again in a while.")),
}


WRITTEN: Final = (
    "note",
    "text",
    "words",
    "intent",
    "sign",
    "about",
    "helps",
    "wish",
    "reach",
    "away",
    "likes",
)
"""The fields of the widgets in which people write sentences."""


def set_error_pages(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CompanionError, _companion)
    app.register_error_handler(LtiError, _lti)
    app.register_error_handler(NoCookieError, _no_cookie)
    app.register_error_handler(CSRFError, _form_token)
    app.register_error_handler(Exception, _unexpected)


def page(
    status: int, heading: str | LazyString, text: str | LazyString, **more: object
) -> ResponseReturnValue:
    """A plain page in the dress of where it stands: a widget in a frame, or the admin."""
    base = "widgets/base.html" if in_frame() else "base.html"
    kept = _typed() if in_frame() else ()
    return render_template(
        "errors/page.html", layout=base, heading=heading, text=text, kept=kept, **more
    ), status


def _typed() -> list[str]:
    """What somebody wrote in a form that was not taken, so that it can be copied and nothing is lost."""
    try:
        sent = request.form
    except HTTPException:
        return []  # it was too much to be read
    return [value for name in WRITTEN for value in sent.getlist(name) if value.strip()]


def _http(problem: HTTPException) -> ResponseReturnValue:
    status = problem.code or 500
    if problem.response is not None or status < 400:
        return problem
    if isinstance(problem, RequestEntityTooLarge) and request.blueprint == "lti":
        return _lti(TooLargeError())
    heading, text = WORDS.get(status, WORDS[400])
    return page(status, heading, text)


def _companion(problem: CompanionError) -> ResponseReturnValue:
    status = STATUS.get(type(problem), 400)
    heading, _text = WORDS[404 if status == 404 else 400]
    return page(status, heading, sentences.translated(str(problem)))


def _lti(problem: LtiError) -> ResponseReturnValue:
    log.info("launch_refused", code=problem.code)
    if isinstance(problem, LaunchNoCookieError) and problem.claims:
        course_id, widget = services().lti.opened(problem.claims)
        return _apart(problem.http_status, course_id, widget)
    told = sentences.of_lti(problem)
    again = (
        services().lti.course_page(request.form.to_dict()) if isinstance(problem, StateUnknownError) else None
    )
    return page(problem.http_status, _("This widget could not be opened"), told, again=again)


def _no_cookie(_problem: NoCookieError) -> ResponseReturnValue:
    return _apart(403, g.launch.course_id, g.launch.widget)


def _apart(status: int, course_id: int | None, widget: str) -> ResponseReturnValue:
    """No cookie came back: a frame is a third party to the browser, a tab of its own is not."""
    address = services().placements.activity_address(course_id, widget)
    text = _("It does not send back the cookie that says it is you. In a tab of its own it works.")
    if address is None:
        text = " ".join((str(text), str(_("Open it by its name in the course page."))))
    return page(status, _("Your browser keeps this widget apart"), text, address=address)


def _form_token(_problem: CSRFError) -> ResponseReturnValue:
    return page(400, _("This form has been open for too long"), _("Reload the page, then send it again."))


def _unexpected(problem: Exception) -> ResponseReturnValue:
    # Only the kind and the place: a message could quote what somebody wrote.
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    log.error("unexpected", kind=type(problem).__name__, place=place, endpoint=request.endpoint)
    heading, text = WORDS[500]
    return page(500, heading, text)
