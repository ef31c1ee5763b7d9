"""How a form of a widget is sent: done, said and led on from, or shown again as it was filled in."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from companion.errors import InputError
from companion.web.forms import Form
from companion.web.sentences import translated


def send(
    form: Form, deed: Callable[[Mapping[str, Any]], str], page: Callable[[Form], str], to: str
) -> ResponseReturnValue:
    """Do what a form asks for.

    Args:
        deed: does it with what was sent and gives what to say; may raise InputError.
        page: the page with the form on it, where something is wrong.
        to: the address to lead on to.
    """
    if form.errors:
        return page(form), 422
    try:
        told = deed(form.data)
    except InputError as wrong:
        return page(_with(form, wrong)), 422
    flash(told)
    return redirect(to, 303)


def _with(form: Form, wrong: InputError) -> Form:
    """The form with what is wrong, in the reader's language."""
    sentences = {name: translated(sentence) for name, sentence in wrong.fields.items()}
    return form.with_errors(sentences or {"text": translated(str(wrong))})
