"""The look of the installation: a style sheet with its colour, and its logo."""

from typing import Final

from flask import Blueprint, Flask, Response, abort
from flask.typing import ResponseReturnValue

from companion.services.look import contrast, tint
from companion.web.context import look, services
from companion.web.permissions import Permission, requires

blueprint = Blueprint("brand", __name__, url_prefix="/brand")

WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
DARK_GROUND: Final = "#1d2125"
"""The surface of cards in the dark scheme, in static/css/base.css."""
LEAST: Final = 4.5
CACHED: Final = "public, max-age=31536000, immutable"
"""The address changes with the look."""


@blueprint.get("/<version>/colour.css")
@requires(Permission.PUBLIC)
def colour(version: str) -> ResponseReturnValue:
    """The colour, darker and lighter, for both schemes."""
    shown = services().look.current()
    if shown.colour is None or version != shown.version:
        abort(404)
    return _cached(Response(style(shown.colour), mimetype="text/css"))


@blueprint.get("/<version>/logo")
@requires(Permission.PUBLIC)
def logo(version: str) -> ResponseReturnValue:
    """The logo, as an image and as nothing else."""
    found = services().look.logo()
    if found is None or version != services().look.current().version:
        abort(404)
    data, kind = found
    return _cached(Response(data, mimetype=kind))


def style(colour: str) -> str:
    """The tokens of base.css that follow the colour. In the dark scheme it is lightened until it can be read."""
    light = {
        "accent": colour,
        "accent-strong": tint(colour, BLACK, 0.25),
        "accent-soft": tint(colour, WHITE, 0.88),
        "on-accent": WHITE,
    }
    pale = readable_on_dark(colour)
    dark = {
        "accent": pale,
        "accent-strong": tint(pale, WHITE, 0.35),
        "accent-soft": tint(pale, DARK_GROUND, 0.8),
        "on-accent": tint(colour, BLACK, 0.75),
    }
    return f":root {{ {_tokens(light)} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {_tokens(dark)} }} }}\n"


def readable_on_dark(colour: str) -> str:
    """The colour, lightened in steps of a twentieth until it has the contrast of text on dark cards."""
    steps = (tint(colour, WHITE, step / 20) for step in range(20))
    return next(found for found in steps if contrast(found, DARK_GROUND) >= LEAST + 1.5)


def _tokens(tokens: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in tokens.items())


def _cached(answer: Response) -> Response:
    answer.headers["Cache-Control"] = CACHED
    return answer


def set_brand(app: Flask) -> None:
    """Serve the look, and give it to the templates."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["look"] = look
