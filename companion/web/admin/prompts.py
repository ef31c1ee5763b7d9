"""A programme's prompts: write own ones, put other words in the place of ours, hide some, in every language."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from babel import Locale
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields, pre_load, validate

from companion.errors import InputError
from companion.mentoring.prompts import LANGUAGES, PROMPT_LIMIT, SCALE_WEEKS, SECTION, Prompt
from companion.models.care import Occasion
from companion.models.engagement import Side
from companion.services.prompts import PromptWords, place_of
from companion.web.admin.blueprint import ID, blueprint
from companion.web.admin.matching_form import choice
from companion.web.context import services
from companion.web.forms import Form, FormSchema, asks, takes
from companion.web.permissions import Permission, requires

ALL = f"/programmes/<{ID}:programme_id>/prompts"
OCCASIONS: Mapping[Occasion, tuple[str, str]] = {
    Occasion.OPENING: ("Until they were in touch", "Something to begin with."),
    Occasion.WEEK: ("In the week", "Tied to a week, or for any."),
    Occasion.ADVICE: ("Before advising", "For the adviser, beside what the two can talk about: ask first."),
    Occasion.SECTION: ("At a section of the course", f"{SECTION} stands for the name of the section."),
    Occasion.HARD: ("When somebody finds it hard", "After a check-in that said so."),
    Occasion.CIRCLE: ("In a circle", "For several people at once."),
    Occasion.FEEDBACK: ("When feedback is asked for", "How to give it."),
    Occasion.CLOSE: ("In the last week", "Looking back, and taking leave."),
}
"""What an occasion is called, and what is said about it."""
LANGUAGE_NAMES = {code: Locale(code).get_display_name("en") or code for code in LANGUAGES}


def _week() -> fields.Integer:
    sentence = "Give the week as a whole number, or leave it empty."
    return fields.Integer(load_default=None, allow_none=True, error_messages={"invalid": sentence})


class KeyForm(FormSchema):
    """Which prompt it is about; none is a new one."""

    key = fields.String(load_default=None, validate=validate.Length(1, 60))

    @pre_load
    def leave_out_blanks(self, sent: Mapping[str, Any], **_options: Any) -> dict[str, Any]:
        """What is empty was not chosen."""
        return {name: value for name, value in sent.items() if value}


class PromptForm(KeyForm):
    """A prompt in every language; what can be kept is a rule of the service."""

    text_en = fields.String(load_default="")
    text_de = fields.String(load_default="")
    text_es = fields.String(load_default="")
    occasion = choice(Occasion)
    side = fields.Enum(Side, by_value=True, load_default=None)
    first_week = _week()
    last_week = _week()
    place = fields.String(
        load_default=None,
        validate=validate.Regexp(r"\d{1,18}:\d{1,9}\Z", error="Choose a section of the list."),
    )


@blueprint.get(ALL)
@requires(Permission.LOOK_AT_PROGRAMME)
def programmes_prompts(programme_id: int) -> ResponseReturnValue:
    """All prompts of a programme, by their occasion."""
    found = services().prompts.set_of(programme_id)
    groups = groupby(found.lines, key=lambda line: line.prompt.occasion)
    return render_template(
        "admin/prompts.html",
        programme=found.programme,
        groups=[(OCCASIONS[occasion], list(lines)) for occasion, lines in groups],
        languages=LANGUAGE_NAMES,
        scale=SCALE_WEEKS,
    )


@blueprint.get(f"{ALL}/edit")
@requires(Permission.ACT_ON_PROGRAMME)
@asks(KeyForm)
def programmes_prompts_edit(programme_id: int, form: Form) -> ResponseReturnValue:
    """The form for a prompt, or for a new one."""
    key = form.data.get("key")
    prompt = services().prompts.set_of(programme_id).line(key).prompt if key else None
    return _form_page(programme_id, Form(values=_values(prompt) if prompt else {"occasion": "week"}), key)


@blueprint.post(f"{ALL}/edit")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(PromptForm)
def programmes_prompts_keep(programme_id: int, form: Form) -> ResponseReturnValue:
    """Keep a prompt."""
    key = form.values.get("key") or None
    try:
        services().prompts.keep(programme_id, key, _words(form))
    except InputError as wrong:
        return _form_page(programme_id, form.with_errors(wrong.fields), key), 422
    flash("The prompt is kept. It is suggested from now on where it fits.")
    return _back(programme_id)


@blueprint.post(f"{ALL}/hide")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(KeyForm)
def programmes_prompts_hide(programme_id: int, form: Form) -> ResponseReturnValue:
    """Do without a prompt."""
    services().prompts.hide(programme_id, form.data.get("key") or "")
    flash("The prompt is hidden. It stands at the end of its list, to be shown again.")
    return _back(programme_id)


@blueprint.post(f"{ALL}/show")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(KeyForm)
def programmes_prompts_show(programme_id: int, form: Form) -> ResponseReturnValue:
    """Have a hidden prompt again."""
    services().prompts.show(programme_id, form.data.get("key") or "")
    flash("The prompt is suggested again.")
    return _back(programme_id)


@blueprint.post(f"{ALL}/take-back")
@requires(Permission.ACT_ON_PROGRAMME)
@takes(KeyForm)
def programmes_prompts_take_back(programme_id: int, form: Form) -> ResponseReturnValue:
    """Have our words again in the place of the programme's, or remove a prompt of the programme."""
    services().prompts.take_back(programme_id, form.data.get("key") or "")
    flash("Done: what the programme had written there is gone.")
    return _back(programme_id)


def _back(programme_id: int) -> ResponseReturnValue:
    return redirect(url_for("admin.programmes_prompts", programme_id=programme_id), 303)


def _words(form: Form) -> PromptWords:
    if form.errors:
        raise InputError("The prompt cannot be used so.", form.errors)
    sent = form.data
    first, last, place = sent["first_week"], sent["last_week"], sent["place"]
    weeks = (first or last, last or first) if first is not None or last is not None else None
    return PromptWords(
        {language: sent[f"text_{language}"] for language in LANGUAGES},
        sent["occasion"],
        sent["side"],
        weeks,
        _place(place) if place else None,
    )


def _place(text: str) -> tuple[int, int]:
    course, section = text.split(":")
    return int(course), int(section)


def _values(prompt: Prompt) -> dict[str, Any]:
    place = place_of(prompt)
    first, last = prompt.weeks or ("", "")
    return {
        **{f"text_{language}": prompt.texts.get(language, "") for language in LANGUAGES},
        "occasion": prompt.occasion.value,
        "side": next(iter(prompt.sides)).value if len(prompt.sides) == 1 else "",
        "first_week": first,
        "last_week": last,
        "place": f"{place[0]}:{place[1]}" if place else "",
    }


def _form_page(programme_id: int, form: Form, key: str | None) -> str:
    found = services().prompts.set_of(programme_id)
    return render_template(
        "admin/prompt_form.html",
        programme=found.programme,
        line=found.line(key) if key else None,
        form=form,
        key=key,
        languages=LANGUAGE_NAMES,
        limit=PROMPT_LIMIT,
        scale=SCALE_WEEKS,
        occasions=[(occasion.value, f"{name}. {hint}") for occasion, (name, hint) in OCCASIONS.items()],
        places=[("", "Anywhere"), *_place_options(found.places)],
        section=SECTION,
    )


def _place_options(places: Mapping[tuple[int, int], str]) -> Iterator[tuple[str, str]]:
    return ((f"{course}:{section}", name) for (course, section), name in places.items())
