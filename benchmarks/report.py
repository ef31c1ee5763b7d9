"""What benchmarks print: one JSON object a line, or a line of a table, with the same fields in each."""

import argparse
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        name: what was measured.
        value: in `unit`.
        baseline: the same of what it is measured against; None where there is nothing of the kind.
        ratio: of the two, as the benchmark explains.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None


def parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """What every benchmark can be told."""
    made = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--json", action="store_true", help="one JSON object a line")
    return made


def show(row: Row, *, as_json: bool) -> None:
    """Print a figure, at once: the next may take a while."""
    if as_json:
        print(json.dumps({name: _short(value) for name, value in asdict(row).items()}), flush=True)
        return
    against = "" if row.baseline is None else f"{_short(row.baseline):>12}"
    ratio = "" if row.ratio is None else f"ratio {_short(row.ratio)}"
    print(f"{row.name:<36}{_short(row.value):>12} {row.unit:<5}{against:>12}   {ratio}".rstrip(), flush=True)


def _short(value: str | float | None) -> str | float | None:
    return float(f"{value:.3g}") if isinstance(value, float) else value
