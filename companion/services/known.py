"""Who looks at a widget, where it has to be somebody the LMS told us of."""

from companion.errors import NotFoundError
from companion.services.mentoring import Viewer

NOBODY = "Nobody is known here by this launch. Reload the course page."


def known(viewer: Viewer) -> int:
    """Their id. Raises NotFoundError."""
    if viewer.person_id is None:
        raise NotFoundError(NOBODY)
    return viewer.person_id
