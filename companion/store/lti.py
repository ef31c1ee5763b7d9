"""Queries about LTI: platforms, logins under way, launches, identities and our keys."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.lms import Course, Site
from companion.models.lti import (
    AdminTicket,
    Deployment,
    Identity,
    Launch,
    LoginState,
    Platform,
    RegistrationLink,
    SigningKey,
)
from companion.models.people import Person
from companion.store.upsert import upsert


@dataclass(frozen=True)
class PlatformView:
    """A registration with its deployments."""

    id: int
    issuer: str
    client_id: str
    deployment_ids: frozenset[str]
    auth_url: str
    token_url: str
    jwks_url: str
    enabled: bool
    waiting: bool = False
    """It registered itself, and no administrator has decided on it yet."""
    scores: bool = False
    """Whether check-ins done are told to its gradebook."""


@dataclass(frozen=True)
class PendingLogin:
    """A login under way; hashes only."""

    platform_id: int
    nonce_hash: str = field(repr=False)
    browser_hash: str = field(repr=False)
    target_link_uri: str
    expires_at: datetime


@dataclass(frozen=True)
class LaunchView:
    """A launch that is still good.

    Attributes:
        person_id, person_name: None where the person was not read from the LMS yet, or was removed there.
        course_id, course_title: likewise for the course.
        teacher: whether the person teaches the course.
        lms_admin: whether the person administers the LMS, which gives nothing here by itself.
        resource_link_id: "" for a launch that picks what to put into the course.
    """

    id: str = field(repr=False)
    widget: str
    person_id: int | None
    person_name: str | None = field(repr=False)
    course_id: int | None
    course_title: str | None
    teacher: bool
    lms_admin: bool
    locale: str | None
    issuer: str
    platform_id: int
    subject: str = field(repr=False)
    resource_link_id: str
    expires_at: datetime

    @property
    def platform_origin(self) -> str:
        """Scheme and host of the platform, as browsers compare them."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"


def platforms(
    session: Session, *, issuer: str | None = None, platform_id: int | None = None
) -> list[PlatformView]:
    """All registrations, or those of an issuer, or the one with an id; oldest first."""
    query = _PLATFORMS
    if issuer is not None:
        query = query.where(Platform.issuer == issuer)
    if platform_id is not None:
        query = query.where(Platform.id == platform_id)
    found: dict[int, tuple[Any, list[str]]] = {}
    for row in session.execute(query):
        deployments = found.setdefault(row.id, (row, []))[1]
        if row.deployment_id is not None:
            deployments.append(row.deployment_id)
    return [_view(row, deployments) for row, deployments in found.values()]


# Every login and every launch asks this, so that it is one statement, made once.
_PLATFORMS = (
    sa.select(
        Platform.id,
        Platform.issuer,
        Platform.client_id,
        Platform.auth_url,
        Platform.token_url,
        Platform.jwks_url,
        Platform.enabled,
        Platform.waiting,
        Platform.scores,
        Deployment.deployment_id,
    )
    .outerjoin(Deployment, Deployment.platform_id == Platform.id)
    .order_by(Platform.id, Deployment.id)
)


def _view(row: Any, deployment_ids: Collection[str]) -> PlatformView:
    return PlatformView(
        row.id,
        row.issuer,
        row.client_id,
        frozenset(deployment_ids),
        row.auth_url,
        row.token_url,
        row.jwks_url,
        row.enabled,
        row.waiting,
        row.scores,
    )


def save_platform(
    session: Session,
    *,
    issuer: str,
    client_id: str,
    deployment_ids: Collection[str],
    auth_url: str,
    token_url: str,
    jwks_url: str,
    enabled: bool | None,
    now: datetime,
) -> int:
    """Create the registration of (issuer, client id) or bring it up to date; its deployments become the given.

    Args:
        enabled: None where nobody has decided: a new one waits, a known one stays as it is.

    Returns:
        The platform's id.
    """
    platform = session.scalar(
        sa.select(Platform).where(Platform.issuer == issuer, Platform.client_id == client_id)
    )
    if platform is None:
        platform = Platform(issuer=issuer, client_id=client_id, created_at=now, enabled=False, waiting=True)
        session.add(platform)
    platform.auth_url, platform.token_url, platform.jwks_url = auth_url, token_url, jwks_url
    if enabled is not None:
        platform.enabled, platform.waiting = enabled, False
    session.flush()
    _set_deployments(session, platform.id, set(deployment_ids))
    return platform.id


def _set_deployments(session: Session, platform_id: int, wanted: set[str]) -> None:
    mine = Deployment.platform_id == platform_id
    known = set(session.scalars(sa.select(Deployment.deployment_id).where(mine)))
    session.execute(sa.delete(Deployment).where(mine, Deployment.deployment_id.in_(known - wanted)))
    session.add_all(Deployment(platform_id=platform_id, deployment_id=one) for one in sorted(wanted - known))


def set_enabled(session: Session, platform_id: int, enabled: bool) -> bool:
    """Enable or disable a registration; False where there is none with this id."""
    return _change(session, platform_id, enabled=enabled, waiting=False)


def set_scores(session: Session, platform_id: int, scores: bool) -> bool:
    """Tell check-ins to its gradebook, or no longer; False where there is no such registration."""
    return _change(session, platform_id, scores=scores)


def remove_waiting(session: Session, platform_id: int) -> bool:
    """Forget a registration nobody has decided on; False where there is no such one."""
    removed = session.execute(
        sa.delete(Platform).where(Platform.id == platform_id, Platform.waiting).returning(Platform.id)
    )
    return removed.one_or_none() is not None


def _change(session: Session, platform_id: int, **values: bool) -> bool:
    changed = session.execute(
        sa.update(Platform).where(Platform.id == platform_id).values(**values).returning(Platform.id)
    )
    return changed.one_or_none() is not None


def add_login(session: Session, state_hash: str, login: PendingLogin) -> None:
    """Remember a login under way."""
    session.add(
        LoginState(
            state_hash=state_hash,
            nonce_hash=login.nonce_hash,
            browser_hash=login.browser_hash,
            platform_id=login.platform_id,
            target_link_uri=login.target_link_uri,
            expires_at=login.expires_at,
        )
    )


def consume_login(session: Session, state_hash: str) -> PendingLogin | None:
    """Take the login out of the table: of several callers, in whatever process, one gets it and the others None."""
    row = session.execute(
        sa.delete(LoginState)
        .where(LoginState.state_hash == state_hash)
        .returning(
            LoginState.platform_id,
            LoginState.nonce_hash,
            LoginState.browser_hash,
            LoginState.target_link_uri,
            LoginState.expires_at,
        )
    ).one_or_none()
    return None if row is None else PendingLogin(*row)


def find_person(session: Session, issuer: str, subject: str) -> int | None:
    """Who (issuer, subject) is, if that is known and the LMS still has the person.

    The first time, the subject is looked up among the people of the site with the issuer's address, and the answer
    kept as an identity.
    """
    known = session.execute(
        sa.select(Person.id, Person.removed_at)
        .join(Identity, Identity.person_id == Person.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    ).one_or_none()
    if known is not None:
        return None if known.removed_at else known.id
    person_id = _present(session, Person, issuer, subject)
    if person_id is not None:
        row = {"issuer": issuer, "subject": subject, "person_id": person_id}
        upsert(session, Identity, [row], key=("issuer", "subject"))
    return person_id


def find_course(session: Session, issuer: str, context_id: str) -> int | None:
    """The course of the site with the issuer's address, if it was read and the LMS still has it."""
    return _present(session, Course, issuer, context_id)


def _present(session: Session, model: type[Person] | type[Course], issuer: str, lms_id: str) -> int | None:
    # 18 digits always fit 64 bits; "007" is not how an LMS writes 7.
    if not (lms_id.isascii() and lms_id.isdigit()) or len(lms_id) > 18 or str(int(lms_id)) != lms_id:
        return None
    return session.scalar(
        sa.select(model.id)
        .join(Site, Site.id == model.site_id)
        .where(Site.base_url == issuer.rstrip("/"), model.lms_id == int(lms_id), model.removed_at.is_(None))
    )


def add_launch(session: Session, launch: Launch) -> None:
    """Keep a verified launch."""
    session.add(launch)


def launch(session: Session, launch_id: str, now: datetime) -> LaunchView | None:
    """The launch, if it has not expired and its platform is enabled."""
    row = session.execute(
        sa.select(Launch, Person.id, Person.full_name, Course.id, Course.full_name, Platform.issuer)
        .join(Platform, Platform.id == Launch.platform_id)
        .outerjoin(Person, sa.and_(Person.id == Launch.person_id, Person.removed_at.is_(None)))
        .outerjoin(Course, sa.and_(Course.id == Launch.course_id, Course.removed_at.is_(None)))
        .where(Launch.id == launch_id, Launch.expires_at > now, Platform.enabled)
    ).one_or_none()
    if row is None:
        return None
    found, person_id, person_name, course_id, course_title, issuer = row
    return LaunchView(
        id=found.id,
        widget=found.widget,
        person_id=person_id,
        person_name=person_name,
        course_id=course_id,
        course_title=course_title,
        teacher=found.teacher,
        lms_admin=found.lms_admin,
        locale=found.locale,
        issuer=issuer,
        platform_id=found.platform_id,
        subject=found.subject,
        resource_link_id=found.resource_link_id,
        expires_at=found.expires_at,
    )


def purge(session: Session, now: datetime, *, links_before: datetime) -> int:
    """Delete expired logins and launches, and registration addresses older than `links_before`; how many."""
    gone = 0
    for table, key, past in (
        (LoginState, LoginState.state_hash, LoginState.expires_at <= now),
        (AdminTicket, AdminTicket.token_hash, AdminTicket.expires_at <= now),
        (Launch, Launch.id, Launch.expires_at <= now),
        (RegistrationLink, RegistrationLink.code_hash, RegistrationLink.expires_at <= links_before),
    ):
        gone += len(session.execute(sa.delete(table).where(past).returning(key)).all())
    return gone


def add_key(session: Session, key: SigningKey) -> None:
    """Keep a key pair, which signs from now on."""
    session.add(key)


def current_key(session: Session) -> SigningKey | None:
    """The key that signs."""
    return session.scalar(
        sa.select(SigningKey)
        .where(SigningKey.retired_at.is_(None))
        .order_by(SigningKey.created_at.desc(), SigningKey.kid)
        .limit(1)
    )


def retire_keys(session: Session, now: datetime, *, forget_before: datetime) -> None:
    """Stop signing with the keys in use, and delete those retired before `forget_before`."""
    session.execute(sa.delete(SigningKey).where(SigningKey.retired_at < forget_before))
    session.execute(sa.update(SigningKey).where(SigningKey.retired_at.is_(None)).values(retired_at=now))


def published_keys(session: Session, *, retired_since: datetime) -> Sequence[SigningKey]:
    """The keys in use and those retired at `retired_since` or later, newest first."""
    return session.scalars(
        sa.select(SigningKey)
        .where(sa.or_(SigningKey.retired_at.is_(None), SigningKey.retired_at >= retired_since))
        .order_by(SigningKey.created_at.desc(), SigningKey.kid)
    ).all()
