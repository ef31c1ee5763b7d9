"""Lists of the admin that may grow: searched, filtered, sorted and paged by the address, with what to do when empty."""

from datetime import timedelta
from typing import Final

import pytest

from companion.errors import LmsError
from companion.models.staff import Invitation, StaffRole
from companion.services.registry import Services
from companion.store.slices import Slice
from tests import rows
from tests.begun import Begun
from tests.clock import Clock
from tests.functional.admin.visitor import PASSWORD, Page, Visitor

DAY: Final = timedelta(days=1)


def first_words(page: Page, table: int = 0) -> list[str]:
    return [row[0].split()[0] for row in page.rows(table)]


def test_accounts(connected: Visitor, services: Services, clock: Clock) -> None:
    for name, role in (("Bea", StaffRole.AUDITOR), ("Cleo", StaffRole.OWNER), ("Dan", StaffRole.AUDITOR)):
        services.staff.create(f"{name}@example.org", name, PASSWORD, role=role)
    services.staff.set_active(services.staff.page(by("Dan"))[0][0].account.id, False)
    page = connected.get("/admin/people")
    assert first_words(page) == ["Ada", "Bea", "Cleo", "Dan"]
    assert first_words(connected.get("/admin/people?accounts-q=CLEO@")) == ["Cleo"]
    assert first_words(connected.get("/admin/people?accounts-role=auditor")) == ["Bea", "Dan"]
    assert first_words(connected.get("/admin/people?accounts-role=auditor&accounts-state=open")) == ["Bea"]
    assert first_words(connected.get(page.link("Last sign-in")))[0] == "Ada", (
        "whoever signed in last is first"
    )
    assert "No row fits this filter" in connected.get("/admin/people?accounts-factor=on").words
    settings = connected.get("/admin/settings/sign-in")
    assert "0 of 3 accounts in use have one" in settings.words
    assert first_words(connected.get(settings.link("Show who has none"))) == ["Ada", "Bea", "Cleo"]


def by(text: str) -> Slice:
    return Slice("name", text=text)


def test_invitations(connected: Visitor, services: Services, clock: Clock) -> None:
    empty = connected.get("/admin/invitations")
    assert "No invitation waits. Invite somebody below." in empty.words
    for number in range(51):
        role = StaffRole.AUDITOR if number % 2 else StaffRole.OWNER
        with services.db.begin() as session:
            rows.stored(
                session,
                Invitation(
                    token_hash=f"{number:064}",
                    email=f"guest{number:02}@example.org",
                    role=role,
                    programmes=[],
                    invited_by="Ada Lovelace",
                    created_at=clock(),
                    expires_at=clock() + number * DAY,
                ),
            )
    page = connected.get("/admin/invitations")
    assert len(page.rows()) == 50
    assert first_words(connected.get(page.link("Next"))) == ["guest50@example.org"]
    latest = connected.get("/admin/invitations?invitations-sort=until&invitations-down=1")
    assert first_words(latest)[:2] == ["guest50@example.org", "guest49@example.org"]
    found = connected.get("/admin/invitations?invitations-role=auditor&invitations-q=guest4")
    assert len(found.rows()) == 5
    assert {row[1] for row in found.rows()} == {"Auditor"}


def test_reports_readings_proposals_and_widgets(admin: Visitor, installation: Begun) -> None:
    programme = f"/admin/programmes/{installation.programme_id}"
    name = admin.get(programme).heading
    assert name in admin.get(f"/admin/reports?programmes-q={name[:6].upper()}").rows()[0][0]
    assert "No row fits this filter" in admin.get("/admin/reports?programmes-q=nothing+of+the+kind").words
    assert len(admin.get(programme).rows()) == 1
    installation.lms.sandbox.misbehave("invalid_token")
    with pytest.raises(LmsError):
        installation.services.sync.run()
    both = admin.get("/admin/sync").rows()
    assert [row[1] for row in both] == ["Failed", "Done"]
    assert [row[1] for row in admin.get("/admin/sync?runs-sort=started").rows()] == ["Done", "Failed"]
    assert admin.get("/admin/sync?runs-state=failed").rows() == both[:1]
    assert "No row fits this filter" in admin.get("/admin/sync?runs-kind=changes").words
    stand = admin.get(f"{programme}/placement").rows()
    check_ins = admin.get(f"{programme}/placement?standing-widget=check-in").rows()
    assert check_ins == [row for row in stand if row[1] == "Check-in"] != []
    course = stand[-1][0]
    found = admin.get(f"{programme}/placement?standing-q={course}&standing-sort=seen").rows()
    assert sorted(found) == sorted(row for row in stand if row[0] == course)
