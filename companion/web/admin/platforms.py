"""LTI platforms: those that may open widgets, what to enter there, and registering one by hand."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.errors import NotFoundError
from companion.lti.errors import InvalidPlatformError, UnknownPlatformError
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.forms import PlatformForm
from companion.web.context import services
from companion.web.forms import Form, takes
from companion.web.permissions import Permission, requires

ONE = f"/platforms/<{ID}:platform_id>"


@blueprint.get("/platforms")
@requires(Permission.ADMINISTRATOR)
def platforms() -> ResponseReturnValue:
    """The registrations, and the form for another one."""
    return _page(Form())


@blueprint.post("/platforms")
@requires(Permission.ADMINISTRATOR)
@takes(PlatformForm)
def platforms_register(form: Form) -> ResponseReturnValue:
    """Register a platform, or bring it up to date."""
    if form.errors:
        return _page(form), 422
    sent = form.data
    try:
        services().lti.register_platform(
            sent["issuer"],
            sent["client_id"],
            sent["deployment_id"].split(),
            sent["auth_url"],
            sent["token_url"],
            sent["jwks_url"],
        )
    except InvalidPlatformError as wrong:
        return _page(form.with_errors({"platform": str(wrong)})), 422
    flash(f"Widgets can be opened from {sent['issuer']} now.")
    return redirect(url_for("admin.platforms"), 303)


@blueprint.post(f"{ONE}/enable")
@requires(Permission.ADMINISTRATOR)
def platforms_enable(platform_id: int) -> ResponseReturnValue:
    """Let a platform open widgets again."""
    return _set(platform_id, enabled=True)


@blueprint.post(f"{ONE}/disable")
@requires(Permission.ADMINISTRATOR)
def platforms_disable(platform_id: int) -> ResponseReturnValue:
    """Stop a platform from opening widgets."""
    return _set(platform_id, enabled=False)


def _set(platform_id: int, *, enabled: bool) -> ResponseReturnValue:
    try:
        services().lti.set_enabled(platform_id, enabled)
    except UnknownPlatformError:
        raise NotFoundError("There is no such platform.") from None
    flash(
        "The platform can open widgets."
        if enabled
        else "The platform can no longer open widgets. Widgets that are open there stop working at once."
    )
    return redirect(url_for("admin.platforms"), 303)


def _page(form: Form) -> str:
    lti = services().lti
    return render_template(
        "admin/platforms.html", form=form, platforms=lti.platforms(), addresses=lti.tool_addresses()
    )
