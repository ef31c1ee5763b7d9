"""Queries on the way of a launch, which every opened widget takes: the login, what is known of it, the launch.

They are Core statements, made once when the module is read: to build a statement takes several times as long as
either database takes to answer it.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from companion.models.base import table_of
from companion.models.lms import Course, Site
from companion.models.lti import Deployment, Identity, Launch, LineItem, LoginState, LtiContext, Platform
from companion.models.people import Person
from companion.store.lti import LaunchView, PendingLogin
from companion.store.upsert import upsert

_LOGIN, _LAUNCH, _PLATFORM = table_of(LoginState), table_of(Launch), table_of(Platform)
_SITE, _COURSE, _PERSON, _IDENTITY = table_of(Site), table_of(Course), table_of(Person), table_of(Identity)
_CONTEXT, _LINE_ITEM, _DEPLOYMENT = table_of(LtiContext), table_of(LineItem), table_of(Deployment)


@dataclass(frozen=True)
class NewLaunch:
    """A verified launch to be kept; the columns of `Launch`, which explains them, but for whose and where it is."""

    id: str = field(repr=False)
    platform_id: int
    subject: str = field(repr=False)
    resource_link_id: str
    widget: str
    teacher: bool
    lms_admin: bool
    locale: str | None
    section: int | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What a launch tells of its platform, somebody and a place, to be held against what is known of them.

    Attributes:
        jwks_url: where the platform has the keys that the launch was verified with.
    """

    jwks_url: str
    deployment_id: str
    issuer: str
    context_id: str | None
    memberships_url: str | None = field(repr=False)
    lineitems_url: str | None = field(repr=False)
    lineitem_url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """What was known here of somebody who launches, and of the place launched from.

    Attributes:
        course_id: the course of the site with the issuer's address, if it was read and the LMS still has it.
        person_id: likewise the person; whom an identity names, where there is one.
        identified: whether the pair (issuer, subject) has an identity.
        place, line_item: whether the course, with its roster and gradebook, and the column of the gradebook are kept
            just as the launch tells them.
    """

    course_id: int | None
    person_id: int | None
    identified: bool
    place: bool
    line_item: bool


def add_login(session: Session | sa.Connection, state_hash: str, login: PendingLogin) -> None:
    """Remember a login under way."""
    session.execute(_ADD_LOGIN, {"state_hash": state_hash, **vars(login)})


_ADD_LOGIN = sa.insert(_LOGIN)


def consume_login(session: Session | sa.Connection, state_hash: str) -> PendingLogin | None:
    """Take the login out of the table: of several callers, in whatever process, one gets it and the others None."""
    row = session.execute(_CONSUME, {"given": state_hash}).one_or_none()
    return None if row is None else PendingLogin(*row)


_CONSUME = (
    sa.delete(_LOGIN)
    .where(_LOGIN.c.state_hash == bindparam("given"))
    .returning(
        _LOGIN.c.platform_id,
        _LOGIN.c.nonce_hash,
        _LOGIN.c.browser_hash,
        _LOGIN.c.target_link_uri,
        _LOGIN.c.expires_at,
    )
)


def add_launch(session: Session | sa.Connection, launch: NewLaunch, told: Told) -> Known | None:
    """Keep a verified launch, with whose and where it is; gives what was known of these.

    None, and nothing is kept, where the platform is no longer as the launch was verified: it was disabled, or its
    deployment or keys are others now. An identity that names somebody whom the LMS has no longer names nobody, also
    where somebody else has the number.
    """
    values = {
        **vars(launch),
        "jwks_url": told.jwks_url,
        "deployment": told.deployment_id,
        "issuer": told.issuer,
        "site": told.issuer.rstrip("/"),
        "lms_person": _number(launch.subject),
        "context": told.context_id,
        "lms_course": _number(told.context_id or ""),
        "memberships_url": told.memberships_url,
        "lineitems_url": told.lineitems_url,
        "lineitem_url": told.lineitem_url,
    }
    row = session.execute(_ADD_LAUNCH, values).one_or_none()
    return None if row is None else Known(*row)


def find_course(session: Session | sa.Connection, issuer: str, context_id: str) -> int | None:
    """The course of the site with the issuer's address, if it was read and the LMS still has it."""
    values = {"site": issuer.rstrip("/"), "lms_course": _number(context_id)}
    return session.execute(_FIND_COURSE, values).scalar()


def _of_site(table: Any, number: str) -> sa.Select[Any]:
    return (
        sa.select(table.c.id)
        .join(_SITE, _SITE.c.id == table.c.site_id)
        .where(
            _SITE.c.base_url == bindparam("site"),
            table.c.lms_id == bindparam(number),
            table.c.removed_at.is_(None),
        )
    )


_FIND_COURSE = _of_site(_COURSE, "lms_course")
_SUBJECT: sa.BindParameter[Any] = bindparam("subject", type_=_LAUNCH.c.subject.type)
_IDENTIFIED = sa.exists().where(_IDENTITY.c.issuer == bindparam("issuer"), _IDENTITY.c.subject == _SUBJECT)
_WHO = sa.case(
    (
        _IDENTIFIED,
        sa.select(_PERSON.c.id)
        .join(_IDENTITY, _IDENTITY.c.person_id == _PERSON.c.id)
        .where(
            _IDENTITY.c.issuer == bindparam("issuer"),
            _IDENTITY.c.subject == _SUBJECT,
            _PERSON.c.removed_at.is_(None),
        )
        .scalar_subquery(),
    ),
    else_=_of_site(_PERSON, "lms_person").scalar_subquery(),
)
_WHERE = _FIND_COURSE.scalar_subquery()
_PLACE = sa.exists().where(
    _CONTEXT.c.platform_id == bindparam("platform_id"),
    _CONTEXT.c.context_id == bindparam("context"),
    # The column of the row that is being kept, which both databases know by this name.
    _CONTEXT.c.course_id.is_not_distinct_from(sa.literal_column("launch.course_id")),
    _CONTEXT.c.memberships_url.is_not_distinct_from(bindparam("memberships_url")),
    _CONTEXT.c.lineitems_url.is_not_distinct_from(bindparam("lineitems_url")),
)
_COLUMN = sa.exists().where(
    _LINE_ITEM.c.platform_id == bindparam("platform_id"),
    _LINE_ITEM.c.resource_link_id == bindparam("resource_link_id"),
    _LINE_ITEM.c.url == bindparam("lineitem_url"),
)
_AS_VERIFIED = sa.and_(
    _PLATFORM.c.id == bindparam("platform_id"),
    _PLATFORM.c.enabled,
    _PLATFORM.c.jwks_url == bindparam("jwks_url"),
    sa.exists().where(
        _DEPLOYMENT.c.platform_id == _PLATFORM.c.id, _DEPLOYMENT.c.deployment_id == bindparam("deployment")
    ),
)
_FOUND = {"person_id": _WHO, "course_id": _WHERE, "platform_id": _PLATFORM.c.id}
_ADD_LAUNCH = (
    sa.insert(_LAUNCH)
    .from_select(
        [column.name for column in _LAUNCH.c],
        sa.select(
            *(_FOUND.get(each.name, bindparam(each.name, type_=each.type)) for each in _LAUNCH.c)
        ).where(_AS_VERIFIED),
    )
    .returning(_LAUNCH.c.course_id, _LAUNCH.c.person_id, _IDENTIFIED, _PLACE, _COLUMN)
)


def _number(lms_id: str) -> int | None:
    # 18 digits always fit 64 bits; "007" is not how an LMS writes 7.
    plain = lms_id.isascii() and lms_id.isdigit() and len(lms_id) <= 18 and str(int(lms_id)) == lms_id
    return int(lms_id) if plain else None


def identify(session: Session, issuer: str, subject: str, person_id: int) -> None:
    """Keep who the pair (issuer, subject) is."""
    row = {"issuer": issuer, "subject": subject, "person_id": person_id}
    upsert(session, Identity, [row], key=("issuer", "subject"))


def launch(session: Session | sa.Connection, launch_id: str, now: datetime) -> LaunchView | None:
    """The launch, if it has not expired and its platform is enabled."""
    if not is_id(launch_id):
        return None
    row = session.execute(FIND_LAUNCH, {"launch": launch_id, "now": now}).one_or_none()
    return None if row is None else LaunchView(*row)


def is_id(launch_id: str) -> bool:
    """Whether it can be the id of a launch at all."""
    return _ID.fullmatch(launch_id) is not None


_ID = re.compile(r"[A-Za-z0-9_-]{1,43}")
WHO, WHERE = _PERSON.alias("who"), _COURSE.alias("course_of_launch")
FIND_LAUNCH: sa.Select[Any] = (
    sa.select(
        # In the order of LaunchView.
        _LAUNCH.c.id,
        _LAUNCH.c.widget,
        WHO.c.id.label("person_id"),
        WHO.c.full_name.label("person_name"),
        WHERE.c.id.label("course_id"),
        WHERE.c.full_name.label("course_title"),
        _LAUNCH.c.teacher,
        _LAUNCH.c.lms_admin,
        _LAUNCH.c.locale,
        _LAUNCH.c.section,
        _PLATFORM.c.issuer,
        _PLATFORM.c.scores,
        _LAUNCH.c.platform_id,
        _LAUNCH.c.subject,
        _LAUNCH.c.resource_link_id,
        _LAUNCH.c.expires_at,
    )
    .join(_PLATFORM, _PLATFORM.c.id == _LAUNCH.c.platform_id)
    .outerjoin(WHO, sa.and_(WHO.c.id == _LAUNCH.c.person_id, WHO.c.removed_at.is_(None)))
    .outerjoin(WHERE, sa.and_(WHERE.c.id == _LAUNCH.c.course_id, WHERE.c.removed_at.is_(None)))
    .where(
        _LAUNCH.c.id == bindparam("launch"),
        _LAUNCH.c.expires_at > bindparam("now", type_=_LAUNCH.c.expires_at.type),
        _PLATFORM.c.enabled,
    )
)
"""The launch `launch` as it is at `now`, with who launched it and where: WHO and WHERE, where these are known."""
