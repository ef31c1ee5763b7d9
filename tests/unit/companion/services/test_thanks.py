"""Thanks and balance: who may give, who may read, on both databases."""

from secrets import token_urlsafe

import pytest
import sqlalchemy as sa

from companion.errors import InputError, NotFoundError
from companion.mentoring.thanks import Gift, Leaning
from companion.models.commitment import Commitment, CommitmentState
from companion.models.engagement import EngagementMember
from companion.models.exchange import Thanks, ThanksFor
from tests import rows
from tests.circle import TEXT, Circle


def test_thanks_are_read_by_giver_receiver_and_credited_and_nobody_else(circle: Circle) -> None:
    circle.thank(circle.learner, circle.adviser, credited_name="Cleo Martin")
    seen = {person: circle.thanks.seen_by(circle.by(person)) for person in circle.everybody()}
    assert {person for person, found in seen.items() if found} == {
        circle.learner,
        circle.adviser,
        circle.bystander,
    }
    (theirs,) = seen[circle.adviser]
    assert (theirs.by, theirs.text, theirs.credited) == ("Nia Okafor", TEXT, "Cleo Martin")
    with circle.db.read() as session:
        sealed = session.scalar(sa.select(Thanks.text_encrypted))
    assert b"forecast" not in (sealed or b"")


def test_the_attack_nobody_thanks_people_they_have_nothing_to_do_with(circle: Circle) -> None:
    for stranger in (circle.other, circle.bystander, circle.learner):
        with pytest.raises(NotFoundError):
            circle.thank(circle.learner, stranger)


@pytest.mark.parametrize("name", ["Nobody At All", "Nia Okafor"])
def test_a_credit_needs_a_name_of_the_programme_that_is_not_ones_own(circle: Circle, name: str) -> None:
    with pytest.raises(InputError) as wrong:
        circle.thank(circle.learner, circle.adviser, credited_name=name)
    assert wrong.value.fields["credited"]


def test_thanks_are_tied_to_something_concrete(circle: Circle) -> None:
    with pytest.raises(InputError):
        circle.thank(circle.learner, circle.adviser, text=" ")
    circle.thank(circle.learner, circle.adviser, text="", about=ThanksFor.CHECK_IN)
    with pytest.raises(InputError):
        circle.thank(circle.learner, circle.adviser, text="a" * 141)


def test_one_tap_thanks_for_what_another_of_the_engagement_did_once_and_for_nothing_else(
    circle: Circle,
) -> None:
    with circle.db.begin() as session:
        session.execute(sa.update(EngagementMember).values(charter_version=0))
        given = {"due_on": rows.NOW.date(), "was_late": False, "created_at": rows.NOW}
        kept, left = (
            rows.stored(
                session,
                Commitment(
                    engagement_id=circle.engagement,
                    person_id=circle.adviser,
                    state=state,
                    form_key=token_urlsafe(24),
                    **given,
                ),
            ).id
            for state in (CommitmentState.KEPT, CommitmentState.OPEN)
        )

    def tap(by: int, what: int) -> None:
        circle.thanks.thank_for_commitment(circle.by(by), circle.engagement, what, form_key=token_urlsafe(24))

    for by, what in ((circle.adviser, kept), (circle.other, kept), (circle.learner, left)):
        with pytest.raises(NotFoundError):
            tap(by, what)
    for _ in ("once", "twice, from another page"):
        tap(circle.learner, kept)
    (thanks,) = circle.thanks.seen_by(circle.by(circle.adviser))
    assert (thanks.by, thanks.about, thanks.text) == ("Nia Okafor", ThanksFor.COMMITMENT, None)


def test_the_same_thanks_sent_twice_are_given_once(circle: Circle) -> None:
    for _ in range(2):
        circle.thank(circle.learner, circle.adviser, form_key="k" * 32)
    assert len(circle.thanks.seen_by(circle.by(circle.adviser))) == 1


def test_the_balance_is_ones_own(circle: Circle) -> None:
    circle.thank(circle.learner, circle.adviser, credited_name="Cleo Martin")
    mine = circle.thanks.balance(circle.by(circle.learner))
    theirs = circle.thanks.balance(circle.by(circle.adviser))
    assert mine.given == {Gift.THANKS: 1, Gift.CREDIT: 1}
    assert theirs.received == {Gift.THANKS: 1}
    assert circle.thanks.balance(circle.by(circle.bystander)).received == {Gift.CREDIT: 1}
    assert circle.thanks.balance(circle.by(circle.other)).leaning is Leaning.NOTHING_YET
