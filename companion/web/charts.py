"""Charts as SVG, drawn on the server from Vega-Lite descriptions: no script, nothing fetched, the page's own colours.

Colours are names here: a chart is drawn in marker colours, which `static/css/charts.css` maps to those of the reader's
scheme. A chart is a picture beside a table with the same figures; it is never the only place where one stands.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import vl_convert
from markupsafe import Markup, escape

SERIES: Final = ("#010101", "#010102", "#010103", "#010104", "#010105")
TEXT: Final = "#010110"
LINES: Final = "#010111"
"""Marker colours: nothing is ever shown in them."""

WIDTH: Final = 380
HEIGHT: Final = 180
"""Of the plot, in CSS pixels; the picture scales with its column."""

Row = Mapping[str, object]


def bars(
    title: str,
    rows: Sequence[Row],
    *,
    category: str,
    value: str,
    percent: bool = False,
    order: Sequence[str] = (),
) -> Markup:
    """Bars by category, in the order of the rows or the one given."""
    names = list(order) or [str(row[category]) for row in rows]
    return _drawn(
        title,
        {
            "mark": {"type": "bar", "color": SERIES[0], "cornerRadiusEnd": 2},
            "encoding": {
                "x": {
                    "field": category,
                    "type": "nominal",
                    "sort": names,
                    "axis": {"title": None, "labelAngle": 0},
                },
                "y": _amount(value, percent=percent),
            },
        },
        rows,
    )


def lines(title: str, rows: Sequence[Row], *, week: str, value: str, percent: bool = False) -> Markup:
    """A value by week, as a line with its points."""
    return _drawn(
        title,
        {
            "mark": {"type": "line", "color": SERIES[0], "point": {"color": SERIES[0], "size": 40}},
            "encoding": {
                "x": _weeks(week),
                "y": _amount(value, percent=percent),
            },
        },
        rows,
    )


def shares(
    title: str, rows: Sequence[Row], *, week: str, part: str, value: str, parts: Sequence[str]
) -> Markup:
    """How a whole is made up, by week: stacked bars of 100 %, the parts in the order given, each with its colour."""
    colours = [SERIES[position % len(SERIES)] for position in range(len(parts))]
    ordered = [{**row, "_order": list(parts).index(str(row[part]))} for row in rows]
    return _drawn(
        title,
        {
            "mark": {"type": "bar"},
            "encoding": {
                "x": _weeks(week),
                "y": {**_amount(value, percent=True), "stack": "normalize"},
                "color": {
                    "field": part,
                    "type": "nominal",
                    "scale": {"domain": list(parts), "range": colours},
                    "legend": {"title": None, "orient": "bottom", "columns": 3},
                },
                "order": {"field": "_order"},
            },
        },
        ordered,
    )


def drawing(title: str, description: Mapping[str, Any]) -> Markup:
    """Any Vega-Lite description in the colours above, for a picture of its own kind.

    Args:
        title: what the picture shows, for whoever does not see it.
        description: a Vega-Lite 5 unit or layered view with its data.
    """
    return _svg(title, json.dumps({**_FRAME, **description}, sort_keys=True, default=str))


def _drawn(title: str, description: Mapping[str, Any], rows: Sequence[Row]) -> Markup:
    return drawing(title, {"data": {"values": [dict(row) for row in rows]}, **description})


def _weeks(field: str) -> dict[str, Any]:
    axis = {"title": None, "labelAngle": 0, "labelOverlap": "greedy", "format": "%-d %b", "tickCount": 6}
    return {"field": field, "type": "ordinal", "timeUnit": "utcyearmonthdate", "axis": axis}


def _amount(field: str, *, percent: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "title": None,
        "tickCount": 4,
        **({"format": ".0%"} if percent else {"tickMinStep": 1}),
    }
    scale = {"domain": [0, 1]} if percent else {"domainMin": 0}
    return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}


_FRAME: Final[dict[str, Any]] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "width": WIDTH,
    "height": HEIGHT,
    "background": None,
    "config": {
        "aria": False,
        "font": "sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": TEXT,
            "labelFontSize": 12,
            "domainColor": LINES,
            "gridColor": LINES,
            "tickColor": LINES,
        },
        "axisX": {"grid": False},
        "legend": {"labelColor": TEXT, "labelFontSize": 12},
        "text": {"fontSize": 12, "fill": TEXT},
    },
}


@lru_cache(maxsize=128)
def _svg(title: str, description: str) -> Markup:
    """The picture; the same description is drawn once, since drawing takes some hundredths of a second."""
    drawn = vl_convert.vegalite_to_svg(description)
    # The picture as a whole is named; Vega gives its inner groups roles without names, which tell nobody anything.
    svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", drawn)
    opening = re.compile(r"<svg[^>]*?viewBox=\"([^\"]*)\"[^>]*>")
    named = f'<svg class="chart" role="img" aria-label="{escape(title)}" viewBox="\\1" xmlns="http://www.w3.org/2000/svg">'
    # The picture is one image with a name; its marks would be images without one.
    svg = re.sub(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*")', "", svg)
    return Markup(opening.sub(named, svg, count=1))  # noqa: S704 - Vega escapes what it writes
