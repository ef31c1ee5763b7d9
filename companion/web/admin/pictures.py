"""The pictures of a report: each stands beside a table with the same figures."""

from collections.abc import Sequence

from markupsafe import Markup

from companion.models.reporting import Source
from companion.services.reporting import Compared, Measured
from companion.web import charts
from companion.web.wording import HEADLINES, PART_WORDS, SOURCES

AS_SHARES = frozenset({Source.FIT, Source.TRUST, Source.COMMITMENTS})
"""Drawn as the parts of a whole by week; the others as a line of what sums them up."""


def picture(measured: Measured) -> Markup:
    """How something went from week to week."""
    name = f"{SOURCES[measured.source]} by week"
    if measured.source is Source.FIRST_CONTACT:
        words = PART_WORDS[measured.source]
        counted = [{"when": words[part], "people": n} for part, n in measured.tally.items()]
        return charts.bars(SOURCES[measured.source], counted, category="when", value="people")
    if measured.source in AS_SHARES:
        words = PART_WORDS[measured.source]
        parts = [
            {"week": week.isoformat(), "part": words[part], "n": n}
            for week, tally, _ in measured.weeks
            for part, n in tally.items()
        ]
        best_first = list(words.values())[:: -1 if measured.source is Source.TRUST else 1]
        return charts.shares(name, parts, week="week", part="part", value="n", parts=best_first)
    line = [
        {"week": week.isoformat(), "share": share} for week, _, share in measured.weeks if share is not None
    ]
    return charts.lines(
        f"{name}: {HEADLINES[measured.source]}", line, week="week", value="share", percent=True
    )


Link = tuple[str, int, int]
"""A cohort, how many finished in it as learners, and how many of these went on to advise."""


def links(cohorts: Sequence[Compared]) -> list[Link]:
    """The chain of cohorts; those in which nobody finished, or too few to tell, are left out."""
    tallies = {
        each.value: next((m.tally for m in each.measured if m.source is Source.ADVISING), {})
        for each in cohorts
    }
    return [
        (cohort, tally["finished"], tally.get("advising", 0))
        for cohort, tally in tallies.items()
        if tally.get("finished")
    ]


def chain(found: Sequence[Link]) -> Markup | None:
    """The chain of cohorts as a picture; None where there is no link."""
    parts = [
        {"cohort": cohort, "what": what, "people": people}
        for cohort, finished, advising in found
        for what, people in (("Finished", finished), ("Went on to advise", advising))
    ]
    title = "The chain of cohorts: who finished and who went on to advise"
    return charts.drawing(title, _chain(parts)) if parts else None


def _chain(links: Sequence[charts.Row]) -> dict[str, object]:
    """A circle for each cohort as large as those who finished, within it those who advise, and the way between."""
    domain, colours = ["Finished", "Went on to advise"], [charts.SERIES[4], charts.SERIES[0]]
    where = {
        "x": {"field": "cohort", "type": "ordinal", "axis": {"title": None, "labelAngle": 0, "domain": False}}
    }
    middle = {"y": {"value": charts.HEIGHT / 2}}
    return {
        "data": {"values": [dict(link) for link in links]},
        "layer": [
            {
                "mark": {"type": "line", "color": charts.LINES, "strokeWidth": 2},
                "encoding": {**where, **middle},
            },
            {
                "mark": {"type": "circle", "opacity": 1},
                "encoding": {
                    **where,
                    **middle,
                    "size": {
                        "field": "people",
                        "type": "quantitative",
                        "scale": {"range": [0, 2400], "domainMin": 0},
                        "legend": None,
                    },
                    "color": {
                        "field": "what",
                        "type": "nominal",
                        "scale": {"domain": domain, "range": colours},
                        "legend": {"title": None, "orient": "bottom"},
                    },
                    "order": {"field": "people", "sort": "descending"},
                },
            },
        ],
    }
