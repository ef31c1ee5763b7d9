"""The trend of trust as the points of a small picture, which the template draws with the page's own colours."""

from collections.abc import Sequence
from dataclasses import dataclass

from companion.mentoring.trust import Index

WIDTH, HEIGHT, EDGE = 240.0, 64.0, 4.0
ALONE = 10.0
"""Half of the breadth of the bounds of a single index."""


@dataclass(frozen=True, slots=True)
class Line:
    """Points for SVG's polyline and polygon, and what a text says instead of the picture.

    Attributes:
        band: between the bounds of each index.
        dots: centre of each index.
    """

    points: str
    band: str
    dots: tuple[tuple[str, str], ...]
    first: Index
    last: Index


def trend_line(trend: Sequence[Index]) -> Line | None:
    """The picture of a trend; None where there is none yet."""
    if not trend:
        return None
    step = (WIDTH - 2 * EDGE) / max(1, len(trend) - 1)
    xs = [EDGE + step * number if len(trend) > 1 else WIDTH / 2 for number in range(len(trend))]
    middle = [(x, _y(one.value)) for x, one in zip(xs, trend, strict=True)]
    bounds = [*zip(xs, trend, strict=True)]
    if len(trend) == 1:  # its bounds are to be seen as well
        bounds = [(xs[0] - ALONE, trend[0]), (xs[0] + ALONE, trend[0])]
    above = [(x, _y(one.high)) for x, one in bounds]
    below = [(x, _y(one.low)) for x, one in bounds]
    return Line(
        points=_points(middle),
        band=_points([*above, *reversed(below)]),
        dots=tuple((f"{x:.1f}", f"{y:.1f}") for x, y in middle),
        first=trend[0],
        last=trend[-1],
    )


def _y(value: float) -> float:
    return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / 100


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)
