"""How much the database is asked for the first pages of the admin: it does not grow with people or engagements."""

import pytest

from tests.begun import Begun
from tests.functional.admin.visitor import Visitor
from tests.statements import asked

HOME, LIST, REPORT, LONG = 30, 7, 16, 16


@pytest.fixture
def installation(begun_on: Begun) -> Begun:
    """Where the main job was done, on each kind of database."""
    return begun_on


def test_the_first_pages_ask_so_many_times_at_most(admin: Visitor, installation: Begun) -> None:
    report = f"/admin/programmes/{installation.programme_id}/report"
    installation.services.reporting.run()
    engagements = f"/admin/programmes/{installation.programme_id}/engagements"
    long = ("/admin/attention", "/admin/programmes", "/admin/persons", engagements)
    pages = (("/admin/", HOME), ("/admin/reports", LIST), (report, REPORT), *((each, LONG) for each in long))
    for path, most in pages:
        admin.get(path)
        with asked(installation.services.db) as sent:
            admin.get(path)
        assert len(sent) <= most, (path, len(sent))
