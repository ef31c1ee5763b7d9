"""Charts: pictures without scripts, in the page's colours, with a name, and safe whatever they are given."""

import re
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from companion.web import charts

WEEKS = [{"week": "2026-09-07", "rate": 0.5}, {"week": "2026-09-14", "rate": 0.75}]
SHARES = [
    {"week": week, "said": said, "n": n}
    for week in ("2026-09-07", "2026-09-14")
    for said, n in (("Fits", 6), ("Not sure", 2))
]


def pictures() -> dict[str, Markup]:
    return {
        "lines": charts.lines("Contact rate", WEEKS, week="week", value="rate", percent=True),
        "bars": charts.bars("By course", [{"course": "Sales", "n": 7}], category="course", value="n"),
        "shares": charts.shares(
            "Fit", SHARES, week="week", part="said", value="n", parts=["Fits", "Not sure", "Does not fit"]
        ),
    }


@pytest.mark.parametrize("kind", ["lines", "bars", "shares"])
def test_a_chart_is_one_named_picture_that_our_policy_lets_through(kind: str) -> None:
    svg = ET.fromstring(pictures()[kind])
    assert svg.get("role") == "img"
    assert svg.get("aria-label")
    assert {"width", "height"} & set(svg.attrib) == set()
    for element in svg.iter():
        assert "style" not in element.attrib
        assert element is svg or not {"role", "aria-roledescription"} & set(element.attrib)
        assert element.tag.rpartition("}")[2] not in ("script", "style", "foreignObject", "image", "a")


@pytest.mark.parametrize("kind", ["lines", "bars", "shares"])
def test_every_colour_of_a_chart_is_one_that_the_style_sheet_maps(kind: str) -> None:
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', pictures()[kind]))
    assert used <= {*charts.SERIES, charts.TEXT, charts.LINES}
    assert charts.TEXT in used


def test_a_share_is_drawn_for_every_part_in_its_own_colour() -> None:
    drawn = pictures()["shares"]
    assert drawn.count(f'fill="{charts.SERIES[0]}"') >= 2
    assert drawn.count(f'fill="{charts.SERIES[1]}"') >= 2
    assert "Not sure" in drawn


def test_names_of_people_and_courses_stay_text() -> None:
    nasty = '</text><script>alert("x")</script>'
    drawn = charts.bars(nasty, [{"course": nasty, "n": 1}], category="course", value="n")
    assert "<script" not in drawn
    ET.fromstring(drawn)
