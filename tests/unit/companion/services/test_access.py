"""What an account reaches, and which programme ids lead to."""

from companion.models.staff import StaffRole
from companion.services.access import AccessService, Reach
from companion.services.staff import StaffService
from companion.store import Database
from tests import rows


def test_what_each_role_reaches(db: Database, clock: object, quick_hasher: object) -> None:
    staff = StaffService(db, clock=clock, hasher=quick_hasher)  # type: ignore[arg-type]
    with db.begin() as session:
        site = rows.site(session)
        one, other = (rows.programme(session, site, name=name).id for name in ("One", "Other"))
    accounts = {
        role: staff.create(f"{role}@example.org", "", "a password of the tests", role=role, programmes=mine)
        for role, mine in {
            StaffRole.OWNER: {other: True},
            StaffRole.COORDINATOR: {one: False},
            StaffRole.AUDITOR: {},
        }.items()
    }
    access = AccessService(db)
    found = {role: access.reach(staff.account(number).account) for role, number in accounts.items()}
    assert found == {
        StaffRole.OWNER: Reach(StaffRole.OWNER, frozenset({other}), frozenset({other})),
        StaffRole.COORDINATOR: Reach(StaffRole.COORDINATOR, frozenset({one})),
        StaffRole.AUDITOR: Reach(StaffRole.AUDITOR),
    }
    owner, coordinator, auditor = found.values()
    assert (owner.acts, owner.everywhere, owner.programmes, owner.sees(one)) == (True, True, None, True)
    assert (coordinator.acts, coordinator.everywhere, coordinator.sees(one), coordinator.sees(other)) == (
        True,
        False,
        True,
        False,
    )
    assert (auditor.acts, auditor.everywhere, auditor.sees(other)) == (False, True, True)


def test_ids_lead_to_one_programme_or_to_none(db: Database) -> None:
    with db.begin() as session:
        site = rows.site(session)
        one, other = (rows.programme(session, site, name=name) for name in ("One", "Other"))
        run, elsewhere = rows.run(session, one), rows.run(session, other)
    access = AccessService(db)
    assert access.programme_of({"programme_id": one.id, "run_id": run.id}) == one.id
    assert access.programme_of({"run_id": elsewhere.id}) == other.id
    assert access.programme_of({"programme_id": one.id, "run_id": elsewhere.id}) is None
    assert access.programme_of({"programme_id": one.id, "run_id": 987654}) is None
    assert access.programme_of({"person_id": 1}) is None
