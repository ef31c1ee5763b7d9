"""Which courses are kept, and how much of their names."""

from companion.store.mirror import CourseRow
from companion.sync.courses import NAME_LENGTHS, TEMPLATE_SHORT_NAME, kept


def test_the_template_is_left_out_and_each_other_course_is_kept_once_with_names_that_fit() -> None:
    sales = CourseRow(4, "ONB-SALES", "Sales onboarding", visible=False)
    template = CourseRow(5, TEMPLATE_SHORT_NAME, "Widgets to import", visible=False)
    long = CourseRow(6, "s" * 300, "f" * 1400, visible=True)
    short, full = NAME_LENGTHS
    assert kept([sales, template, long, sales]) == [
        sales,
        CourseRow(6, "s" * short, "f" * full, visible=True),
    ]
