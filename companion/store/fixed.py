"""Conditions on constants of ours, written into the statement rather than sent beside it each time."""

from typing import Any

import sqlalchemy as sa


def fixed(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The condition with its values in it: numbers and enums of ours, never what anybody gave.

    A parameter is worked out at every execution, a list of them as a new text; and PostgreSQL plans better for what
    it sees.
    """
    written: Any = condition.compile(compile_kwargs={"literal_binds": True})
    return sa.literal_column(str(written), sa.Boolean())
