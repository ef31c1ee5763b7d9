"""The blueprint that all pages of the admin belong to."""

from typing import Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from companion.errors import NotReadyError
from companion.web.admin.steps import next_step, setup_place, step_about, step_page, step_text

ID: Final = "int(max=9223372036854775807)"
"""Converter of the ids in addresses: a number that no column of ours can hold is an address that is not there."""

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
for helper in (next_step, setup_place, step_about, step_page, step_text):
    blueprint.add_app_template_global(helper)


@blueprint.errorhandler(NotReadyError)
def not_ready(problem: NotReadyError) -> ResponseReturnValue:
    """Say what has to be set up first: to somebody who only looks it is a page like any other."""
    status = 200 if request.method == "GET" else 409
    return render_template("admin/not_ready.html", text=str(problem)), status
