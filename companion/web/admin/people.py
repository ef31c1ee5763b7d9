"""Accounts of the admin: who has one, what it is for, and inviting somebody."""

from collections.abc import Mapping
from typing import Any, Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate

from companion.errors import ConflictError, InputError
from companion.models.staff import StaffRole
from companion.services.ways_in import Way, check_programmes
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.tables import Choice, Column, Table, asked, filled
from companion.web.context import services
from companion.web.forms import Form, FormSchema, takes
from companion.web.permissions import Permission, requires

ONE: Final = f"/people/<{ID}:account_id>"
ROLES: Final[Mapping[StaffRole, tuple[str, str]]] = {
    StaffRole.OWNER: ("Owner", "Sees and does everything, for the installation as a whole."),
    StaffRole.COORDINATOR: (
        "Coordinator",
        "Does everything in the programmes chosen below, and sees no other.",
    ),
    StaffRole.AUDITOR: ("Auditor", "Sees all programmes and the installation, and changes nothing."),
}
ROLE: Final = Choice("role", "Role", [(role.value, name) for role, (name, _) in ROLES.items()])
ACCOUNTS: Final = Table(
    "accounts",
    "Accounts",
    (
        Column("name", "Name"),
        Column("role", "Role"),
        Column("coordinates", "Coordinates", sorts=False),
        Column("factor", "Second factor"),
        Column("seen", "Last sign-in", descends=True),
        Column("state", "State"),
    ),
    searched="a name or an address",
    choices=(
        ROLE,
        Choice("factor", "Second factor", (("on", "On"), ("off", "Off"))),
        Choice("state", "State", (("open", "In use"), ("closed", "Closed"))),
    ),
    sort="name",
)
INVITATIONS: Final = Table(
    "invitations",
    "Invitations that nobody used yet",
    (
        Column("email", "Address"),
        Column("role", "Role"),
        Column("by", "Invited by"),
        Column("until", "Works until"),
        Column("act", "Action", sorts=False),
    ),
    searched="an address or who invited",
    choices=(ROLE,),
    sort="email",
)
A_PROGRAMME: Final[dict[str, Any]] = {"invalid": "Choose from the programmes of the list."}


class RoleForm(FormSchema):
    """What an account is for."""

    several = frozenset({"programmes", "concerns"})

    role = fields.Enum(
        StaffRole,
        by_value=True,
        required=True,
        error_messages={"required": "Choose a role.", "unknown": "Choose a role."},
    )
    programmes = fields.List(fields.Integer(error_messages=A_PROGRAMME), load_default=list)
    concerns = fields.List(fields.Integer(error_messages=A_PROGRAMME), load_default=list)


class InvitationForm(RoleForm):
    """Who is invited, and for what."""

    email = fields.String(required=True, validate=validate.Length(1, 300, error="Give an e-mail address."))


@blueprint.get("/people")
@requires(Permission.LOOK_AT_INSTALLATION)
def people() -> ResponseReturnValue:
    """The accounts."""
    table = asked(ACCOUNTS)
    lines, total = services().staff.page(table.slice)
    return render_template(
        "admin/people.html",
        table=filled(table, total),
        lines=lines,
        roles=ROLES,
        programmes=dict(_programmes()),
    )


@blueprint.get("/invitations")
@requires(Permission.LOOK_AT_INSTALLATION)
def invitations() -> ResponseReturnValue:
    """Invitations that wait, and the form for another one."""
    return _invitations(Form(values={"role": StaffRole.COORDINATOR.value}))


@blueprint.post("/invitations")
@requires(Permission.CHANGE_INSTALLATION)
@takes(InvitationForm)
def invitations_make(form: Form) -> ResponseReturnValue:
    """Invite somebody. Where there is no mail server, the link is shown on this page alone."""
    try:
        if form.errors:
            raise InputError("Nobody was invited.", form.errors)
        way = services().ways_in.invite(form.data["email"], form.data["role"], named(form.data))
    except InputError as wrong:
        return _invitations(form.with_errors(wrong.fields)), 422
    except ConflictError as known:
        return _invitations(form.with_errors({"email": str(known)})), 422
    if way.mailed:
        flash(f"An invitation is on its way to {way.email}. It works once, for 7 days.")
        return redirect(url_for("admin.invitations"), 303)
    return _invitations(Form(values={"role": StaffRole.COORDINATOR.value}), way)


@blueprint.post(f"/invitations/<{ID}:invitation_id>/withdraw")
@requires(Permission.CHANGE_INSTALLATION)
def invitations_withdraw(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    email = services().ways_in.withdraw(invitation_id)
    flash(f"The invitation of {email} works no more. Invite again to take this back.")
    return redirect(url_for("admin.invitations"), 303)


@blueprint.get(ONE)
@requires(Permission.LOOK_AT_INSTALLATION)
def people_show(account_id: int) -> ResponseReturnValue:
    """An account: what it is for, where it is signed in."""
    line = services().staff.account(account_id)
    values = {
        "role": line.account.role.value,
        "programmes": list(line.programmes),
        "concerns": [number for number, hears in line.programmes.items() if hears],
    }
    return _one(account_id, Form(values=values))


@blueprint.post(f"{ONE}/role")
@requires(Permission.CHANGE_INSTALLATION)
@takes(RoleForm)
def people_change(account_id: int, form: Form) -> ResponseReturnValue:
    """Change what an account is for."""
    services().staff.account(account_id)
    try:
        if form.errors:
            raise InputError("Nothing was changed.", form.errors)
        check_programmes(form.data["role"], named(form.data))
        services().staff.change(account_id, form.data["role"], named(form.data))
    except InputError as wrong:
        return _one(account_id, form.with_errors(wrong.fields)), 422
    except ConflictError as last:
        return _one(account_id, form.with_errors({"role": str(last)})), 422
    flash("Kept. It holds from the next page they open.")
    return redirect(url_for("admin.people_show", account_id=account_id), 303)


@blueprint.post(f"{ONE}/close")
@requires(Permission.CHANGE_INSTALLATION)
def people_close(account_id: int) -> ResponseReturnValue:
    """Close an account; it can be opened again."""
    try:
        services().staff.set_active(account_id, False)
        flash("The account is closed, and signed out everywhere. What it did stays in the audit log.")
    except ConflictError as last:
        flash(str(last))
    return redirect(url_for("admin.people_show", account_id=account_id), 303)


@blueprint.post(f"{ONE}/open")
@requires(Permission.CHANGE_INSTALLATION)
def people_open(account_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    services().staff.set_active(account_id, True)
    flash("The account can sign in again.")
    return redirect(url_for("admin.people_show", account_id=account_id), 303)


@blueprint.post(f"{ONE}/sign-out")
@requires(Permission.CHANGE_INSTALLATION)
def people_sign_out(account_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    services().staff.account(account_id)
    services().sign_ins.end_all(account_id)
    flash("Signed out everywhere.")
    return redirect(url_for("admin.people_show", account_id=account_id), 303)


@blueprint.post(f"{ONE}/password")
@requires(Permission.CHANGE_INSTALLATION)
def people_password(account_id: int) -> ResponseReturnValue:
    """Make a way to a new password, for somebody who cannot get a letter or cannot wait."""
    way = services().ways_in.make_reset(account_id)
    if way.mailed:
        flash(f"A letter is on its way to {way.email}. The link in it works once, for an hour.")
        return redirect(url_for("admin.people_show", account_id=account_id), 303)
    return _one(
        account_id, Form(values={"role": services().staff.account(account_id).account.role.value}), way
    )


@blueprint.post(f"{ONE}/second-factor/remove")
@requires(Permission.CHANGE_INSTALLATION)
def people_second_factor(account_id: int) -> ResponseReturnValue:
    """Remove the second factor of somebody who lost the app and every recovery code."""
    services().second_factor.remove(account_id)
    flash("The account is asked for its password alone, until a new second factor is set up.")
    return redirect(url_for("admin.people_show", account_id=account_id), 303)


def named(sent: Mapping[str, Any]) -> dict[int, bool]:
    """The programmes of a form, each with whether its concerns are heard. What is unknown is left out."""
    known = {number for number, _ in _programmes()}
    return {n: n in sent["concerns"] for n in {*sent["programmes"], *sent["concerns"]} & known}


def _programmes() -> list[tuple[int, str]]:
    return services().programmes.names()


def _invitations(form: Form, way: Way | None = None) -> str:
    table = asked(INVITATIONS)
    waiting, total = services().ways_in.invitations(table.slice)
    return render_template(
        "admin/invitations.html",
        form=form,
        way=way,
        table=filled(table, total),
        invitations=waiting,
        now=services().clock(),
        roles=ROLES,
        programmes=_programmes(),
        mails=services().ways_in.mails,
    )


def _one(account_id: int, form: Form, way: Way | None = None) -> str:
    return render_template(
        "admin/person_of_staff.html",
        line=services().staff.account(account_id),
        sessions=services().sign_ins.of(account_id),
        form=form,
        way=way,
        roles=ROLES,
        programmes=_programmes(),
    )
