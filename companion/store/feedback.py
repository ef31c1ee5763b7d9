"""Queries on feedback: the answers that are counted, and the words that were asked for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import Feedback, TrustItem
from companion.models.feedback import FeedbackReply, FeedbackRequest


def trust(session: Session, engagement_id: int) -> Sequence[tuple[int, TrustItem, int, datetime]]:
    """Every answer to a trust item in an engagement: person, item, score and moment."""
    rows = session.execute(
        sa.select(Feedback.person_id, Feedback.trust_item, Feedback.trust_score, Feedback.created_at)
        .where(Feedback.engagement_id == engagement_id, Feedback.trust_score.is_not(None))
        .order_by(Feedback.id)
    )
    return [(who, item, score, at) for who, item, score, at in rows if item is not None and score is not None]


def requests(engagement_id: int, limit: int = 10) -> sa.Select[FeedbackRequest]:
    """What the people of an engagement asked feedback on, newest first, for `Texts.read`."""
    return (
        sa.select(FeedbackRequest)
        .where(FeedbackRequest.engagement_id == engagement_id)
        .order_by(FeedbackRequest.id.desc())
        .limit(limit)
    )


def request(session: Session, request_id: int, engagement_id: int) -> FeedbackRequest | None:
    """One request of an engagement."""
    query = sa.select(FeedbackRequest).where(
        FeedbackRequest.id == request_id, FeedbackRequest.engagement_id == engagement_id
    )
    return session.scalars(query).first()


def last_request(session: Session, engagement_id: int, person_id: int) -> datetime | None:
    """When somebody last asked for feedback in an engagement."""
    query = sa.select(sa.func.max(FeedbackRequest.created_at)).where(
        FeedbackRequest.engagement_id == engagement_id, FeedbackRequest.person_id == person_id
    )
    return session.scalar(query)


def replies(request_ids: Collection[int]) -> sa.Select[FeedbackReply]:
    """The replies to requests, in their order, for `Texts.read`."""
    return (
        sa.select(FeedbackReply).where(FeedbackReply.request_id.in_(request_ids)).order_by(FeedbackReply.id)
    )


def replied(session: Session, request_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """Who replied, by request."""
    found: dict[int, set[int]] = {}
    rows = session.execute(
        sa.select(FeedbackReply.request_id, FeedbackReply.person_id).where(
            FeedbackReply.request_id.in_(request_ids)
        )
    )
    for request_id, person_id in rows:
        found.setdefault(request_id, set()).add(person_id)
    return {request_id: frozenset(people) for request_id, people in found.items()}
