"""LTI platforms: those that may open widgets, registering another one by itself or by hand, and our keys."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from companion.errors import NotFoundError
from companion.lti.errors import InvalidPlatformError, UnknownPlatformError
from companion.services.lti_registration import NewLink
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.forms import PlatformForm
from companion.web.context import services
from companion.web.forms import Form, takes
from companion.web.permissions import Permission, requires

ONE = f"/platforms/<{ID}:platform_id>"


@blueprint.get("/platforms")
@requires(Permission.LOOK_AT_INSTALLATION)
def platforms() -> ResponseReturnValue:
    """The registrations, and the form for another one."""
    return _page(Form())


@blueprint.post("/platforms")
@requires(Permission.CHANGE_INSTALLATION)
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


@blueprint.post("/platforms/address")
@requires(Permission.CHANGE_INSTALLATION)
def platforms_address() -> ResponseReturnValue:
    """Make an address at which a platform registers itself; it is shown on this page alone."""
    return _page(Form(), link=services().lti_registration.new_link())


@blueprint.post("/platforms/keys")
@requires(Permission.CHANGE_INSTALLATION)
def platforms_keys() -> ResponseReturnValue:
    """Sign with a new key from now on."""
    services().lti.rotate_key()
    flash("Cairn signs with a new key. The one before stays published for 7 days.")
    return redirect(url_for("admin.platforms", _anchor="keys"), 303)


@blueprint.post(f"/platforms/administrators/<{ID}:link_id>/unlink")
@requires(Permission.CHANGE_INSTALLATION)
def platforms_unlink(link_id: int) -> ResponseReturnValue:
    """Ask somebody who comes from the platform for the password again."""
    services().lti_admin.unlink(link_id)
    flash("Unlinked. Whoever comes from there is asked for a password again.")
    return redirect(url_for("admin.platforms", _anchor="administrators"), 303)


@blueprint.post(f"{ONE}/refuse")
@requires(Permission.CHANGE_INSTALLATION)
def platforms_refuse(platform_id: int) -> ResponseReturnValue:
    """Forget a platform that registered itself and waits."""
    _one(services().lti.refuse_waiting, platform_id)
    flash("The registration is forgotten. Remove the tool on the platform as well.")
    return redirect(url_for("admin.platforms"), 303)


@blueprint.post(f"{ONE}/scores")
@requires(Permission.CHANGE_INSTALLATION)
def platforms_scores(platform_id: int) -> ResponseReturnValue:
    """Tell check-ins done to the gradebook of a platform."""
    _one(services().lti.set_scores, platform_id, True)
    flash("Check-ins from now on count in the gradebook: that they were done, never what was said.")
    return redirect(url_for("admin.platforms"), 303)


@blueprint.post(f"{ONE}/no-scores")
@requires(Permission.CHANGE_INSTALLATION)
def platforms_no_scores(platform_id: int) -> ResponseReturnValue:
    """Tell them no longer."""
    _one(services().lti.set_scores, platform_id, False)
    flash("Check-ins no longer count in the gradebook. What stands there already stays.")
    return redirect(url_for("admin.platforms"), 303)


@blueprint.post(f"{ONE}/enable")
@requires(Permission.CHANGE_INSTALLATION)
def platforms_enable(platform_id: int) -> ResponseReturnValue:
    """Let a platform open widgets again."""
    return _set(platform_id, enabled=True)


@blueprint.post(f"{ONE}/disable")
@requires(Permission.CHANGE_INSTALLATION)
def platforms_disable(platform_id: int) -> ResponseReturnValue:
    """Stop a platform from opening widgets."""
    return _set(platform_id, enabled=False)


def _set(platform_id: int, *, enabled: bool) -> ResponseReturnValue:
    _one(services().lti.set_enabled, platform_id, enabled)
    flash(
        "The platform can open widgets."
        if enabled
        else "The platform can no longer open widgets. Widgets that are open there stop working at once."
    )
    return redirect(url_for("admin.platforms"), 303)


def _one(change: Callable[..., None], platform_id: int, *value: bool) -> None:
    try:
        change(platform_id, *value)
    except UnknownPlatformError:
        raise NotFoundError("There is no such platform.") from None


def _page(form: Form, link: NewLink | None = None) -> str:
    lti = services().lti
    return render_template(
        "admin/platforms.html",
        form=form,
        platforms=lti.platforms(),
        addresses=lti.tool_addresses(),
        link=link,
        links=services().lti_registration.links(),
        keys=lti.keys.published(),
        admins=services().lti_admin.links(),
    )
