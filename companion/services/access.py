"""What an account may see and do: by its role, and for coordinators by the programmes they look after."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from companion.models.staff import Administrator, StaffRole
from companion.store import Database, access


@dataclass(frozen=True)
class Reach:
    """How far an account reaches.

    Attributes:
        coordinates: the programmes somebody is named a coordinator of. What people offer to the next cohort is
            looked at by those named, so an owner must be named as well.
        concerns: those of them whose concerns are heard.
    """

    role: StaffRole
    coordinates: frozenset[int] = field(default_factory=frozenset)
    concerns: frozenset[int] = field(default_factory=frozenset)

    @property
    def acts(self) -> bool:
        """Whether anything may be changed."""
        return self.role is not StaffRole.AUDITOR

    @property
    def everywhere(self) -> bool:
        """Whether the installation as a whole may be seen."""
        return self.role is not StaffRole.COORDINATOR

    @property
    def programmes(self) -> frozenset[int] | None:
        """The programmes that may be seen; None where all are."""
        return None if self.everywhere else self.coordinates

    def sees(self, programme_id: int) -> bool:
        """Whether a programme may be seen."""
        return self.everywhere or programme_id in self.coordinates


class AccessService:
    """Says what an account reaches, and what an id in an address belongs to."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def reach(self, account: Administrator) -> Reach:
        """How far an account reaches now."""
        if account.role is StaffRole.AUDITOR:
            return Reach(account.role)
        with self._db.read() as session:
            found = access.coordinated(session, account.id)
        return Reach(
            account.role, frozenset(found), frozenset(number for number, hears in found.items() if hears)
        )

    def programme_of(self, ids: Mapping[str, int]) -> int | None:
        """The one programme that all these ids lead to, by their names in an address; None where they lead to
        none, or to different ones."""
        known = {name: number for name, number in ids.items() if name in access.PROGRAMME_OF}
        with self._db.read() as session:
            found = {access.programme_of(session, name, number) for name, number in known.items()}
        return found.pop() if len(found) == 1 else None
