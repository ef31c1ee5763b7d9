"""The chain of cohorts: the same figures as a picture, as a table and in the file."""

from companion.models.programme import Programme
from companion.models.reporting import Dimension, Source
from companion.services.reporting import Compared, Measured, ReportView
from companion.web.admin.pictures import chain, links
from companion.web.admin.report_rows import rows


def cohort(name: str, **tally: int) -> Compared:
    counted = Measured(Source.ADVISING, tally, None, ())
    return Compared(name, 20, (Measured(Source.CONTACT, {"due": 3, "in_touch": 2}, 0.7, ()), counted))


def test_only_cohorts_in_which_enough_finished_are_links() -> None:
    found = links([cohort("May", finished=20, advising=6), cohort("June"), cohort("July", finished=9)])
    assert found == [("May", 20, 6), ("July", 9, 0)]
    drawn = str(chain(found))
    assert "May" in drawn
    assert "July" in drawn
    assert "June" not in drawn


def test_without_a_link_nothing_is_drawn() -> None:
    assert chain(links([cohort("June"), cohort("July", finished=0)])) is None


def test_the_file_holds_what_the_table_beside_the_picture_shows() -> None:
    view = ReportView(Programme(name="Companions"), None, 20, {}, ())
    lines = list(rows(view, [], Dimension.COURSE, [("=May", 20, 6)]))
    assert lines[2:] == [
        ("The chain of cohorts", "Finished", "'=May", "", "20"),
        ("The chain of cohorts", "Went on to advise", "'=May", "", "6"),
    ]
