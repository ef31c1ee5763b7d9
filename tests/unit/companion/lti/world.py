"""The service under test, a platform that knows it, and a look into the tables."""

from collections.abc import Mapping

import sqlalchemy as sa
from cryptography.fernet import Fernet

from companion.models import Base
from companion.models.lms import Course, Site
from companion.models.lti import Identity, Launch, LoginState
from companion.models.people import Person
from companion.services.lti import LaunchResult, LoginRedirect, LtiService
from companion.store import Cipher, Database
from tests.unit.companion.lti.platform import BASE_URL, NOW, Clock, FakePlatform


class World:
    """A fresh installation with one enabled platform."""

    def __init__(self, db: Database, *, base_url: str = BASE_URL) -> None:
        self.db = db
        self.clock = Clock()
        self.platform = FakePlatform(self.clock)
        self.cipher = Cipher(Fernet.generate_key().decode())
        self.service = LtiService(
            db, secrets=self.cipher, clock=self.clock, base_url=base_url, fetch=self.platform.fetch
        )
        self.platform_id = self.platform.register(self.service)

    def begin(self, **overrides: str | None) -> LoginRedirect:
        """A login that the platform initiates."""
        return self.service.begin_login(self.platform.initiation(**overrides))

    def finish(self, begun: LoginRedirect, form: Mapping[str, str]) -> LaunchResult:
        """The launch, in the browser that began it."""
        return self.service.finish_launch(form, {begun.cookie_name: begun.cookie_value})

    def launched(self, **options: object) -> LaunchResult:
        """A whole login and launch."""
        begun = self.begin()
        return self.finish(begun, self.platform.answer(begun, **options))

    def counts(self) -> tuple[int, int, int]:
        """Launches, identities and logins under way."""
        with self.db.read() as session:
            launches, identities, logins = (
                session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
                for model in (Launch, Identity, LoginState)
            )
        return launches, identities, logins

    def everything(self) -> dict[str, int]:
        """How many rows each table holds."""
        counts = (
            sa.select(sa.literal(name), sa.func.count()).select_from(table)
            for name, table in Base.metadata.tables.items()
        )
        with self.db.read() as session:
            return {name: count for name, count in session.execute(sa.union_all(*counts))}  # noqa: C416 - rows are no pairs to mypy

    def add(self, *rows: Base) -> None:
        """Put rows into the store."""
        with self.db.begin() as session:
            session.add_all(rows)

    def mirror_site(self, base_url: str = "http://localhost:8081") -> Site:
        """The platform's site, as web services read it, with Hana Ueda (5) and Sales onboarding (2)."""
        site = Site(
            base_url=base_url,
            name="Acme Learning",
            token_encrypted=b"",
            release="4.5.6",
            functions=[],
            connected_at=NOW,
        )
        self.add(site)
        self.add(person(site.id, 5, "Hana Ueda"), course(site.id, 2, "Sales onboarding"))
        return site


def person(site_id: int, lms_id: int, name: str, email: str | None = None) -> Person:
    """A person as read from the LMS."""
    return Person(
        site_id=site_id, lms_id=lms_id, full_name=name, email=email, interests=[], profile={}, suspended=False
    )


def course(site_id: int, lms_id: int, name: str) -> Course:
    """A course as read from the LMS."""
    return Course(site_id=site_id, lms_id=lms_id, short_name=name, full_name=name, visible=True)
