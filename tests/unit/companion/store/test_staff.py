"""Queries on administrators."""

import pytest
import sqlalchemy as sa

from companion.models.staff import Administrator, StaffRole
from companion.store import Database, staff
from tests.rows import NOW


def account(email: str, name: str) -> Administrator:
    return Administrator(
        email=email,
        name=name,
        role=StaffRole.OWNER,
        password_hash="$argon2id$",
        active=True,
        failed_sign_ins=0,
        created_at=NOW,
    )


def test_an_account_is_found_whatever_the_case_of_its_address(db: Database) -> None:
    with db.begin() as session:
        row = staff.add(session, account("ada@example.org", "Ada"))
        assert staff.by_email(session, "  Ada@Example.ORG ") is row
        assert staff.by_email(session, "bob@example.org") is None
        assert staff.get(session, row.id) is row
        assert staff.get(session, row.id, lock=True) is row
        assert staff.get(session, 4711) is None


def test_accounts_are_listed_by_name(db: Database) -> None:
    with db.begin() as session:
        assert staff.all_of(session) == []
        for email, name in (("b@example.org", "Bo"), ("a@example.org", "Ada")):
            staff.add(session, account(email, name))
        assert [row.name for row in staff.all_of(session)] == ["Ada", "Bo"]


def test_an_address_has_one_account(db: Database) -> None:
    with db.begin() as session:
        staff.add(session, account("ada@example.org", "Ada"))
    with pytest.raises(sa.exc.IntegrityError), db.begin() as session:
        staff.add(session, account("ada@example.org", "Another Ada"))


def test_an_address_that_cannot_be_stored_is_simply_unknown(db: Database) -> None:
    with db.begin() as session:
        assert staff.by_email(session, "ada\x00@example.org") is None
