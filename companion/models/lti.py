"""LTI 1.3: platforms, who somebody is there, logins under way, launches and our keys."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from companion.models.base import Base, primary_key, references


class Platform(Base):
    """A registration: one client of one issuer."""

    __tablename__ = "platform"
    __table_args__ = (sa.UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = primary_key()
    issuer: Mapped[str] = mapped_column(sa.String(500))
    client_id: Mapped[str] = mapped_column(sa.String(255))
    auth_url: Mapped[str] = mapped_column(sa.String(1000))
    token_url: Mapped[str] = mapped_column(sa.String(1000))
    jwks_url: Mapped[str] = mapped_column(sa.String(1000))
    enabled: Mapped[bool]
    waiting: Mapped[bool] = mapped_column(default=False)
    """It registered itself, and no administrator has decided on it yet."""
    scores: Mapped[bool] = mapped_column(default=False)
    """Whether check-ins done are told to its gradebook."""
    created_at: Mapped[datetime]


class Deployment(Base):
    """A deployment id that launches of a platform may name."""

    __tablename__ = "platform_deployment"
    __table_args__ = (sa.UniqueConstraint("platform_id", "deployment_id"),)

    id: Mapped[int] = primary_key()
    platform_id: Mapped[int] = references("platform.id")
    deployment_id: Mapped[str] = mapped_column(sa.String(255))


class Identity(Base):
    """Who the pair (issuer, subject) is."""

    __tablename__ = "identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = primary_key()
    issuer: Mapped[str] = mapped_column(sa.String(500))
    subject: Mapped[str] = mapped_column(sa.String(255))
    person_id: Mapped[int] = references("person.id")


class LoginState(Base):
    """A login under way: read and deleted by the launch that answers it."""

    __tablename__ = "lti_login"

    state_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """SHA-256 of the state, so that a copy of the table opens nothing."""
    nonce_hash: Mapped[str] = mapped_column(sa.String(64))
    browser_hash: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 of the cookie given to the browser that began; the state alone also passes through the LMS."""
    platform_id: Mapped[int] = references("platform.id")
    target_link_uri: Mapped[str] = mapped_column(sa.String(1000))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Launch(Base):
    """A verified launch: one widget, in one course, for one person, until it expires."""

    __tablename__ = "launch"

    id: Mapped[str] = mapped_column(sa.String(43), primary_key=True)
    """Random; in the address of the widget, and worth nothing without the cookie."""
    platform_id: Mapped[int] = references("platform.id")
    subject: Mapped[str] = mapped_column(sa.String(255))
    person_id: Mapped[int | None] = references("person.id")
    """Empty where the person has not been read from the LMS yet."""
    course_id: Mapped[int | None] = references("course.id")
    """Empty where the course has not been read from the LMS yet."""
    resource_link_id: Mapped[str] = mapped_column(sa.String(255))
    widget: Mapped[str] = mapped_column(sa.String(30))
    teacher: Mapped[bool]
    lms_admin: Mapped[bool] = mapped_column(default=False)
    """Administers the LMS: may be led to the admin, and is nobody there before a password was given once."""
    locale: Mapped[str | None] = mapped_column(sa.String(30))
    section: Mapped[int | None]
    """Number of the course section the widget stands in, where its custom parameter says so."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RegistrationLink(Base):
    """An address at which a platform may register itself, once."""

    __tablename__ = "lti_registration_link"

    code_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """SHA-256 of the code in the address."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(sa.String(500))
    """Why it came to nothing: the frame in the LMS may not be able to show it."""


class DeepLinking(Base):
    """What the answer to a deep linking launch needs; gone once it was answered."""

    __tablename__ = "lti_deep_linking"

    launch_id: Mapped[str] = mapped_column(
        sa.String(43), sa.ForeignKey("launch.id", ondelete="CASCADE"), primary_key=True
    )
    settings_encrypted: Mapped[bytes]
    """JSON. Encrypted, because Moodle's return address carries the session key of the teacher."""


class LtiContext(Base):
    """A course as a platform's launches name it, with the services it offers there."""

    __tablename__ = "lti_context"
    __table_args__ = (sa.UniqueConstraint("platform_id", "context_id"),)

    id: Mapped[int] = primary_key()
    platform_id: Mapped[int] = references("platform.id")
    context_id: Mapped[str] = mapped_column(sa.String(255))
    course_id: Mapped[int | None] = references("course.id")
    """Empty where the course has not been read from the LMS yet."""
    memberships_url: Mapped[str | None] = mapped_column(sa.String(1000))
    """Names and Role Provisioning."""
    lineitems_url: Mapped[str | None] = mapped_column(sa.String(1000))
    """Assignment and Grade Services."""
    seen_at: Mapped[datetime]
    members: Mapped[int | None]
    """How many people the roster had when it was last read."""
    counted_at: Mapped[datetime | None]


class LineItem(Base):
    """The column of the gradebook that belongs to a placed widget."""

    __tablename__ = "lti_line_item"
    __table_args__ = (sa.UniqueConstraint("platform_id", "resource_link_id"),)

    id: Mapped[int] = primary_key()
    platform_id: Mapped[int] = references("platform.id")
    resource_link_id: Mapped[str] = mapped_column(sa.String(255))
    url: Mapped[str] = mapped_column(sa.String(1000))


class AdministratorIdentity(Base):
    """Which administrator of ours an administrator of the LMS is; made once, with the password."""

    __tablename__ = "administrator_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = primary_key()
    issuer: Mapped[str] = mapped_column(sa.String(500))
    subject: Mapped[str] = mapped_column(sa.String(255))
    administrator_id: Mapped[int] = references("administrator.id")
    linked_at: Mapped[datetime]


class AdminTicket(Base):
    """The way from a launch to the admin in a tab of its own: good for a minute, once."""

    __tablename__ = "lti_admin_ticket"

    token_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    launch_id: Mapped[str] = mapped_column(
        sa.String(43), sa.ForeignKey("launch.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SigningKey(Base):
    """A key pair of ours; the private half is encrypted at rest."""

    __tablename__ = "lti_key"

    kid: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """RFC 7638 thumbprint."""
    private_pem_encrypted: Mapped[bytes]
    public_jwk: Mapped[dict[str, str]]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """No longer signs, still published."""
