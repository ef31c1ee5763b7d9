"""Assignment and Grade Services: one column for a placed widget, and a person's score in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem

from companion.lti import addresses
from companion.lti.connector import Connector, ServiceError
from companion.lti.dynamic import GRADE_SCOPES

ITEM: Final = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE: Final = "application/vnd.ims.lis.v1.score+json"
MAXIMUM: Final = 100
MOST_PAGES: Final = 50
_LINEITEM_SCOPE, _SCORE_SCOPE = GRADE_SCOPES


@dataclass(frozen=True)
class Score:
    """That somebody did `given` of `maximum` check-ins, as of a moment."""

    subject: str = field(repr=False)
    given: int
    maximum: int
    at: datetime


def find_or_add_column(
    connector: Connector, lineitems_url: str, resource_link_id: str, label: str, tag: str
) -> str:
    """The address of the column with this tag that belongs to the placed widget; made where there is none.

    Raises ServiceError.
    """
    following: str | None = lineitems_url
    for _ in range(MOST_PAGES):
        if following is None:
            break
        page = connector.get(following, [_LINEITEM_SCOPE], accept=ITEMS)
        for row in page.body if isinstance(page.body, list) else ():
            if (
                isinstance(row, dict)
                and str(row.get("resourceLinkId")) == resource_link_id
                and row.get("tag") == tag
            ):
                return _address(row)
        following = page.next_url
        if following is not None and not addresses.same_origin(following, lineitems_url):
            raise ServiceError("The learning platform's gradebook goes on at another site.")
    column = LineItem().set_label(label).set_tag(tag).set_score_maximum(MAXIMUM)
    column.set_resource_link_id(resource_link_id)
    made = connector.post(
        lineitems_url, [_LINEITEM_SCOPE], column.get_value(), content_type=ITEM, accept=ITEM
    )
    return _address(made.body)


def send(connector: Connector, lineitem_url: str, score: Score) -> None:
    """Tell a score; one that is older than what the platform has is no longer needed. Raises ServiceError."""
    grade = Grade().set_user_id(score.subject).set_score_given(score.given).set_score_maximum(score.maximum)
    grade.set_timestamp(score.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    grade.set_activity_progress("Completed" if score.given >= score.maximum else "InProgress")
    grade.set_grading_progress("FullyGraded")
    try:
        connector.post(_scores(lineitem_url), [_SCORE_SCOPE], grade.get_value(), content_type=SCORE)
    except ServiceError as problem:
        if problem.status != 409:
            raise


def _scores(lineitem_url: str) -> str:
    """The address for scores: the path goes on before whatever follows the question mark."""
    path, mark, query = lineitem_url.partition("?")
    return f"{path.rstrip('/')}/scores{mark}{query}"


def _address(row: Any) -> str:
    url = row.get("id") if isinstance(row, Mapping) else None
    if not isinstance(url, str) or addresses.split(url) is None:
        raise ServiceError("The learning platform's gradebook could not be read.")
    return url
