"""Queries about LTI: platforms, our keys, and what of the logins and launches has expired."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.models.base import table_of
from companion.models.lti import (
    AdminTicket,
    Deployment,
    Launch,
    LoginState,
    Platform,
    RegistrationLink,
    SigningKey,
)


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
        section: number of the course section the widget stands in, where it is known.
        scores: whether check-ins done are told to the platform's gradebook.
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
    section: int | None
    issuer: str
    scores: bool
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
    session: Session | sa.Connection, *, issuer: str | None = None, platform_id: int | None = None
) -> list[PlatformView]:
    """All registrations, or those of an issuer, or the one with an id; oldest first."""
    if platform_id is not None:
        rows = session.execute(_BY_ID, {"platform_id": platform_id})
    else:
        rows = session.execute(*((_OF_ISSUER, {"issuer": issuer}) if issuer is not None else (_PLATFORMS,)))
    found: dict[int, tuple[Any, list[str]]] = {}
    for row in rows:
        deployments = found.setdefault(row.id, (row, []))[1]
        if row.deployment_id is not None:
            deployments.append(row.deployment_id)
    return [_view(row, deployments) for row, deployments in found.values()]


# Every launch asks this: made once, and of plain columns, a statement costs a fraction.
_P, _D = table_of(Platform), table_of(Deployment)
_PLATFORMS = (
    sa.select(
        _P.c.id,
        _P.c.issuer,
        _P.c.client_id,
        _P.c.auth_url,
        _P.c.token_url,
        _P.c.jwks_url,
        _P.c.enabled,
        _P.c.waiting,
        _P.c.scores,
        _D.c.deployment_id,
    )
    .outerjoin(_D, _D.c.platform_id == _P.c.id)
    .order_by(_P.c.id, _D.c.id)
)
_OF_ISSUER = _PLATFORMS.where(_P.c.issuer == sa.bindparam("issuer"))
_BY_ID = _PLATFORMS.where(_P.c.id == sa.bindparam("platform_id"))


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
