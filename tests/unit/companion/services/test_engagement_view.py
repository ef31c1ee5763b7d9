"""What a page shows of an engagement: no more is looked up than it shows, and nothing before the charter."""

from datetime import timedelta

import pytest

from companion.models.engagement import Fit, TrustItem
from companion.services.engagement_view import EngagementView, engagement_views
from companion.store import Cipher, Database, Texts, charters, engagements, pages
from tests.rows import NOW
from tests.statements import asked
from tests.unit.companion.store.test_engagements import World, check_in, feedback, world

__all__ = ["world"]
TEXTS = Texts(Cipher("dGV4dC1rZXktb2YtdGhlLXRlc3RzLTMyLWJ5dGVzISE="))
TODAY = NOW.date() + timedelta(days=8)


def view(db: Database, world: World, *, questions: bool = False) -> EngagementView:
    """The engagement as its learner sees it on the eighth day."""
    with db.statements() as connection:
        rows = pages.by_ids(connection, [world.engagement.id], world.nia.id, TODAY)
        (seen,) = engagement_views(
            connection, TEXTS, [*rows.values()], world.nia.id, TODAY, questions=questions
        )
    return seen


@pytest.fixture
def sent(db: Database, world: World) -> World:
    """With a check-in without words and an answer of either side."""
    with db.begin() as session:
        row = check_in(world.engagement, world.tomas, "his-check-in")
        row.note_encrypted = None
        engagements.add_once(session, row)
        engagements.add_once(session, feedback(world.engagement, world.nia, "hers", Fit.UNSURE))
        engagements.add_once(session, feedback(world.engagement, world.tomas, "his", Fit.NOT_GOOD))
    return world


def test_nothing_is_shown_of_what_was_said_before_the_charter_is_accepted(db: Database, sent: World) -> None:
    before = view(db, sent)
    assert before.charter is not None
    assert before.check_ins == ()
    with db.begin() as session:
        charters.accept(session, sent.engagement.id, sent.nia.id, 0, NOW)
    after = view(db, sent)
    assert after.charter is None
    assert [entry.author for entry in after.check_ins] == [sent.tomas.full_name]


def test_what_is_asked_of_somebody_is_looked_up_only_where_it_is_shown(db: Database, sent: World) -> None:
    with asked(db) as few:
        assert view(db, sent).questions is None
    with asked(db) as more:
        questions = view(db, sent, questions=True).questions
    assert len(more) == len(few) + 1
    assert questions is not None
    assert questions.last_fit is Fit.UNSURE
    assert (questions.fit_due, questions.trust_due, questions.due) == (True, True, True)
    assert questions.next_trust_item is next(iter(TrustItem))
