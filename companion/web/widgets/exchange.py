"""What "my mentoring" shows of the exchange: something to talk about, and the newest thanks and lessons."""

from typing import Any

from flask_babel import get_locale

from companion.models.engagement import RUNNING
from companion.services.home import HomeView
from companion.web.context import launch, services, viewer
from companion.web.widgets.sections import section

NEWEST = 2
"""Of thanks, and of lessons: the others are on their page."""


@section("widgets/home_talk.html", place=10)
def to_talk_about(view: HomeView) -> list[str] | None:
    """What fits this week, for an engagement that runs and whose charter is accepted."""
    shown = view.shown
    if shown is None or shown.view.charter is not None or shown.view.state not in RUNNING:
        return None
    language = str(get_locale()).split("_")[0]
    return services().prompts.suggest(viewer(), shown.view.id, language, launch().section) or None


@section("widgets/home_exchange.html", place=20)
def thanks_and_lessons(view: HomeView) -> dict[str, Any] | None:
    """The newest of both."""
    if view.shown is None or view.shown.view.charter is not None:
        return None
    given, written = services().thanks.seen_by(viewer()), services().lessons.seen_by(viewer())
    return {"thanks": given[:NEWEST], "lessons": written[:NEWEST]}
