"""The figures of a report as the rows of a table, for export."""

from collections.abc import Iterator, Sequence

from companion.models.reporting import Dimension, Source
from companion.services.reporting import Compared, Measured, ReportView
from companion.web.admin.pictures import Link
from companion.web.wording import DIMENSIONS, HEADLINES, PART_WORDS, SOURCES

HEAD = ("Section", "What", "Of", "Week from", "Value")
CHAIN = "The chain of cohorts"
Row = tuple[str, str, str, str, str]


def rows(
    view: ReportView, compared: list[Compared], by: Dimension, chained: Sequence[Link] = ()
) -> Iterator[Row]:
    """The head, then each figure that the page shows, in its order."""
    yield HEAD
    yield "Programme", "Learners in reporting groups", _safe(view.programme.name), "", str(view.people)
    for measured in view.measured:
        yield from _measured(measured)
    for cohort, finished, advising in chained:
        yield CHAIN, "Finished", _safe(cohort), "", str(finished)
        yield CHAIN, "Went on to advise", _safe(cohort), "", str(advising)
    for line in compared:
        where = f"{DIMENSIONS[by]}: {_safe(line.value)}"
        yield "Compared", "Learners in reporting groups", where, "", str(line.people)
        for measured in line.measured:
            if measured.headline is not None:
                yield (
                    "Compared",
                    SOURCES[measured.source],
                    where,
                    "",
                    summed(measured.source, measured.headline),
                )


def summed(source: Source, headline: float) -> str:
    """What sums something up, as page and file write it: trust is a mean on a scale, everything else a share."""
    return f"{round(100 * headline)}" if source is Source.TRUST else f"{round(100 * headline)} %"


def _measured(measured: Measured) -> Iterator[Row]:
    section, words = SOURCES[measured.source], PART_WORDS[measured.source]
    for part, number in measured.tally.items():
        yield section, words[part], "", "", str(number)
    if measured.headline is not None:
        yield section, HEADLINES[measured.source], "", "", summed(measured.source, measured.headline)
    for week, tally, share in measured.weeks:
        for part, number in tally.items():
            yield section, words[part], "", week.isoformat(), str(number)
        if share is not None:
            yield section, HEADLINES[measured.source], "", week.isoformat(), summed(measured.source, share)


def _safe(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
