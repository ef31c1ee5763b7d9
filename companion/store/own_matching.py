"""What the matching and the watch keep about a person, for what they take along."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.engagement import Side
from companion.models.matching import MatchRun, PairInstruction, ProposedPair, UnmatchedLearner
from companion.models.programme import Programme
from companion.models.watch import RemedyTaken, RiskFound
from companion.store.plain import Rows, mappings, plain


def facts_of(session: Session, person_id: int) -> dict[str, Rows]:
    """How somebody was matched. Nobody else is named: whom else they were thought of with is not theirs to know.

    Reasons are of pairs that were formed or put to them, as they are stored: to be put into words for this side.
    """
    mine = sa.or_(ProposedPair.learner_id == person_id, ProposedPair.adviser_id == person_id)
    pairs = session.execute(
        sa.select(ProposedPair, MatchRun.created_at)
        .join(MatchRun, MatchRun.id == ProposedPair.run_id, isouter=True)
        .where(mine)
        .order_by(ProposedPair.id)
    )
    instructed = sa.or_(PairInstruction.learner_id == person_id, PairInstruction.adviser_id == person_id)
    return {
        "matchings": [_matched(pair, run_at, person_id) for pair, run_at in pairs],
        "not_matched": mappings(
            session,
            sa.select(Programme.name.label("programme"), MatchRun.created_at, UnmatchedLearner.code)
            .join(MatchRun, MatchRun.id == UnmatchedLearner.run_id)
            .join(Programme, Programme.id == MatchRun.programme_id)
            .where(UnmatchedLearner.person_id == person_id)
            .order_by(UnmatchedLearner.id),
        ),
        "instructions": mappings(
            session,
            sa.select(Programme.name.label("programme"), PairInstruction.kind, PairInstruction.given_at)
            .join(Programme, Programme.id == PairInstruction.programme_id)
            .where(instructed)
            .order_by(PairInstruction.id),
        ),
    }


def looked_after(session: Session, person_id: int) -> Rows:
    """What the watch found about somebody as an adviser, and what a coordinator did about it."""
    risks = sa.select(Programme.name.label("programme"), RiskFound.risk.label("what"), RiskFound.since).join(
        Programme, Programme.id == RiskFound.programme_id
    )
    done = sa.select(
        Programme.name.label("programme"), RemedyTaken.remedy.label("what"), RemedyTaken.at.label("since")
    ).join(Programme, Programme.id == RemedyTaken.programme_id)
    return [
        *mappings(session, risks.where(RiskFound.person_id == person_id)),
        *mappings(session, done.where(RemedyTaken.person_id == person_id)),
    ]


def _matched(pair: ProposedPair, run_at: datetime | None, person_id: int) -> Mapping[str, Any]:
    side = Side.LEARNER if pair.learner_id == person_id else Side.ADVISER
    formed = pair.engagement_id is not None
    return {
        "side": side.value,
        "proposed_at": plain(run_at or pair.decided_at),
        "points": pair.points,
        "engagement": pair.engagement_id,
        "reasons": list(pair.reasons) if formed else [],
    }
