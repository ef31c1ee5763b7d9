"""Who sees what, in words and as a table."""

import pytest

from companion.mentoring.audience import SAID, said
from companion.models.audience import AUDIENCE, READERS, Audience, Concept, Relation, may_read


def test_every_concept_has_an_audience_and_every_audience_words_and_readers() -> None:
    assert set(AUDIENCE) == set(Concept)
    assert set(SAID) == set(READERS) == set(Audience)


@pytest.mark.parametrize("concept", Concept)
@pytest.mark.parametrize(
    "relation", [Relation.ADMINISTRATOR, Relation.TEACHER, Relation.AUDITOR, Relation.STRANGER]
)
def test_nothing_is_for_those_who_only_administer_or_teach(concept: Concept, relation: Relation) -> None:
    assert not may_read(concept, relation)


@pytest.mark.parametrize("concept", Concept)
def test_a_coordinator_reads_what_says_so_and_nothing_else(concept: Concept) -> None:
    told = "coordinator" in said(concept).lower() and concept not in (Concept.FIT, Concept.TRUST)
    named = may_read(concept, Relation.COORDINATOR)
    assert named == (told and "No coordinator" not in said(concept))
