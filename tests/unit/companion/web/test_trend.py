"""The picture of the trend of trust: every index with its bounds, a single one too."""

from datetime import date

from companion.mentoring.trust import Index
from companion.web.trend import HEIGHT, WIDTH, trend_line


def corners(points: str) -> list[tuple[float, float]]:
    pairs = (pair.split(",") for pair in points.split())
    return [(float(x), float(y)) for x, y in pairs]


def index(value: float, low: float, high: float, day: int = 1) -> Index:
    return Index(on=date(2026, 11, day), value=value, low=low, high=high)


def test_there_is_no_picture_of_nothing() -> None:
    assert trend_line([]) is None


def test_a_single_index_is_shown_with_its_bounds() -> None:
    line = trend_line([index(70, 50, 90)])
    assert line is not None
    across = {x for x, _ in corners(line.band)}
    down = {y for _, y in corners(line.band)}
    assert max(across) - min(across) > 0
    assert min(down) < float(line.dots[0][1]) < max(down)


def test_several_run_from_edge_to_edge_between_their_bounds() -> None:
    line = trend_line([index(60, 40, 80), index(70, 55, 85, 8), index(80, 70, 90, 15)])
    assert line is not None
    assert [dot[0] for dot in line.dots] == ["4.0", "120.0", "236.0"]
    assert len(corners(line.band)) == 6
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners(line.band))
    heights = [float(y) for _, y in line.dots]
    assert heights == sorted(heights, reverse=True)
    assert (line.first.value, line.last.value) == (60, 80)
