"""The tables and pictures of a proposal."""

from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from companion.models.matching import MatchRun
from companion.services.review_views import Picture
from companion.web import charts
from companion.web.admin.tables import Choice, Column, Table

NO_DEPARTMENT = "Not known"
ROW = 22
"""Pixels a person takes in the picture of who is with whom."""


def pairs_table(departments: Sequence[str]) -> Table:
    """The pairs of a proposal."""
    named = tuple((name, name) for name in departments if name)
    return Table(
        name="proposed",
        caption="Proposed pairs",
        columns=(
            Column("learner", "Learner"),
            Column("adviser", "Adviser"),
            Column("points", "Points", descends=True, number=True),
            Column("reasons", "Reasons", sorts=False),
        ),
        searched="names and departments",
        choices=(Choice("department", "Department of the learner", named),) if len(named) > 1 else (),
        sort="learner",
    )


def unmatched_table(reasons: Sequence[tuple[str, str, int]]) -> Table:
    """The learners without a pair."""
    options = tuple((code, f"{UNMATCHED.get(code, code.replace('_', ' '))} ({n})") for code, _, n in reasons)
    return Table(
        name="left",
        caption="Learners without a pair, and the reason that binds",
        columns=(Column("learner", "Learner"), Column("why", "Why")),
        searched="names and reasons",
        choices=(Choice("why", "Reason", options),) if len(options) > 1 else (),
        sort="learner",
    )


REFUSED: Final = Table(
    name="refused",
    caption="Pairs of the proposal that were refused on approval",
    columns=(Column("learner", "Learner"), Column("adviser", "Adviser"), Column("why", "Why")),
    searched="names and reasons",
    sort="learner",
    per_page=25,
)
INSTRUCTED: Final = Table(
    name="instructed",
    caption="Pinned and forbidden pairs",
    columns=(
        Column("learner", "Learner"),
        Column("adviser", "Adviser"),
        Column("kind", "What"),
        Column("by", "By", sorts=False),
        Column("change", "Change", sorts=False),
    ),
    searched="names",
    choices=(Choice("kind", "What", (("pin", "Pinned"), ("forbid", "Forbidden"))),),
    sort="learner",
    per_page=25,
)
UNMATCHED = {
    "full": "all advisers are full",
    "language": "no language in common",
    "hours": "too few shared hours",
    "manager": "only their manager",
    "course": "no course in common",
    "blocked": "blocked or no fit before",
    "excluded": "forbidden by a coordinator",
    "no_advisers": "no adviser at all",
    "not_worth_it": "not worth the price",
    "taken_apart": "taken apart by a coordinator",
    "circle": "no circle to fill",
    "adviser_paused": "all advisers are paused",
    "adviser_opted_out": "all advisers opted out",
    "learner_paused": "paused",
    "learner_opted_out": "opted out",
    "oneself": "only this person advises",
}
"""The rules that leave somebody without a pair, in a few words."""


def proven(run: MatchRun) -> str:
    """What is proven of a proposal, in a sentence."""
    rules = run.parameters.get("rules", {})
    if rules.get("forms") == "circles":
        return (
            f"No circles of these people have more than {run.points + run.gap} points; "
            "that bound is a generous one."
        )
    if run.gap == 0:
        return "No better matching of these people exists."
    share = f" That is {run.gap / run.points:.2%} of all." if run.points > 0 else ""
    return f"Another matching could gain {run.gap} point{'' if run.gap == 1 else 's'} at most.{share}"


def who_with_whom(picture: Picture) -> Markup | None:
    """Lines from learners to advisers, or squares between departments; None where there is nothing to draw."""
    if picture.pairs:
        return _lines(picture.pairs)
    if picture.departments:
        return _squares(picture.departments)
    return None


def loads(picture: Picture) -> Markup | None:
    """How many advisers get how many learners; None where all get as many, which a sentence says better."""
    rows = [{"learners": str(number), "advisers": advisers} for number, advisers in picture.loads]
    return (
        charts.bars("Advisers by number of learners", rows, category="learners", value="advisers")
        if len(rows) > 1
        else None
    )


def _lines(pairs: Sequence[tuple[str, str, int]]) -> Markup:
    """Learners at the left, advisers at the right near their learners, so that few lines cross."""
    learners = [learner for learner, _, _ in pairs]
    of_adviser: dict[str, list[int]] = {}
    for row, (_, adviser, _) in enumerate(pairs):
        of_adviser.setdefault(adviser, []).append(row)
    advisers = sorted(of_adviser, key=lambda name: (sum(of_adviser[name]) / len(of_adviser[name]), name))
    spread = len(pairs) / max(1, len(advisers))
    height = {name: (place + 0.5) * spread - 0.5 for place, name in enumerate(advisers)}
    edges = [
        {"x": x, "y": y, "edge": row}
        for row, (_, adviser, _) in enumerate(pairs)
        for x, y in ((0, row), (1, height[adviser]))
    ]
    left = [{"x": 0, "y": row, "name": name} for row, name in enumerate(learners)]
    right = [{"x": 1, "y": height[name], "name": f"{name} ({len(of_adviser[name])})"} for name in advisers]
    tall = max(3, len(pairs)) * ROW
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1]}}
    y = {
        "field": "y",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [len(pairs) - 0.5, -0.5], "nice": False},
    }
    return charts.drawing(
        "Who is proposed with whom; the table holds the same pairs",
        {
            "width": 220,
            "height": tall,
            "layer": [
                {
                    "data": {"values": edges},
                    "mark": {"type": "line", "strokeWidth": 1.5, "color": charts.SERIES[0]},
                    "encoding": {"x": x, "y": y, "detail": {"field": "edge"}},
                },
                _names(left, x, y, "right", -8),
                _names(right, x, y, "left", 8),
            ],
        },
    )


def _names(rows: Sequence[dict[str, Any]], x: object, y: object, align: str, dx: int) -> dict[str, Any]:
    return {
        "data": {"values": list(rows)},
        "mark": {
            "type": "text",
            "align": align,
            "dx": dx,
            "color": charts.TEXT,
            "fontSize": 13,
            "limit": 180,
        },
        "encoding": {"x": x, "y": y, "text": {"field": "name"}},
    }


def _squares(departments: Sequence[tuple[str, str, int]]) -> Markup:
    rows = [
        {"from": mine or NO_DEPARTMENT, "to": theirs or NO_DEPARTMENT, "pairs": number}
        for mine, theirs, number in departments
    ]
    order = list(dict.fromkeys(row["from"] for row in rows)) + [row["to"] for row in rows]
    axis = {
        "labelLimit": 150,
        "labelFontSize": 14,
        "titleFontSize": 14,
        "labelColor": charts.TEXT,
        "titleColor": charts.TEXT,
    }
    return charts.drawing(
        "Pairs between the departments of learners and of advisers",
        {
            "data": {"values": rows},
            "width": {"step": 46},
            "height": {"step": 30},
            "mark": {"type": "circle", "color": charts.SERIES[0], "opacity": 1},
            "encoding": {
                "x": {
                    "field": "to",
                    "type": "nominal",
                    "sort": list(dict.fromkeys(order)),
                    "axis": {**axis, "title": "Advisers of", "labelAngle": -40},
                },
                "y": {
                    "field": "from",
                    "type": "nominal",
                    "sort": list(dict.fromkeys(order)),
                    "axis": {**axis, "title": "Learners of"},
                },
                "size": {"field": "pairs", "type": "quantitative", "legend": None},
            },
        },
    )
