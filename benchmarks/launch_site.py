"""What the benchmarks of widgets need: a platform with a key, and a database with running engagements."""

import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import sqlalchemy as sa
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from companion.lti.claims import GRADES, MEMBERSHIPS
from companion.models import Base
from companion.models.engagement import Contact, Mood, Side
from companion.models.engagement import EngagementState as State
from companion.models.people import EnrolmentRole
from companion.models.programme import NewHireRule
from companion.services.registry import build_services
from companion.store import Cipher, Database, schema
from config import Settings

CLIENT_ID = "benchmark"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"


@dataclass(frozen=True)
class Platform:
    """An LMS's signing key."""

    private: rsa.RSAPrivateKey
    public_pem: str
    jwks: dict[str, Any]

    @classmethod
    def new(cls) -> "Platform":
        """A platform with a fresh key."""
        private = rsa.generate_private_key(65537, 2048)
        public = private.public_key()
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public))
        return cls(private, pem.decode(), {"keys": [{**jwk, "kid": "k", "alg": "RS256", "use": "sig"}]})

    def token(self, prepared: "Prepared", subject: str, nonce: str, target: str) -> str:
        """The id_token of a learner's launch of the check-in."""
        now = int(time.time())
        claims = {
            "iss": prepared.issuer, "aud": prepared.client_id, "sub": subject, "nonce": nonce,
            "iat": now, "exp": now + 60,
            f"{CLAIM}deployment_id": "1",
            f"{CLAIM}target_link_uri": target,
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}resource_link": {"id": "1", "title": "Mentoring check-in"},
            f"{CLAIM}roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            f"{CLAIM}context": {"id": "2", "label": "C", "title": "Course", "type": ["CourseSection"]},
            f"{CLAIM}custom": {"widget": "check-in"},
            f"{CLAIM}launch_presentation": {"locale": "en", "document_target": "iframe"},
            MEMBERSHIPS: {"context_memberships_url": f"{prepared.issuer}/mod/lti/services.php/2/members"},
            GRADES: {"lineitems": f"{prepared.issuer}/mod/lti/services.php/2/lineitems", "scope": []},
        }  # fmt: skip
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": "k"})


@dataclass(frozen=True)
class Prepared:
    """A filled installation."""

    issuer: str
    client_id: str
    base_url: str
    subjects: tuple[str, ...]
    environment: dict[str, str]


def prepare(url: str, base_url: str, keys_url: str, folder: Path, *, pairs: int = 1_000) -> Prepared:
    """Fill the database: a site, a course, a programme and so many pairs with three check-ins each."""
    environment = {
        "CAIRN_BASE_URL": base_url,
        "CAIRN_SECRET_KEY": secrets.token_urlsafe(48),
        "CAIRN_ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "CAIRN_TEXT_KEY": Fernet.generate_key().decode(),
        "DATABASE_URL": url,
        "CAIRN_DATA_DIR": str(folder),
    }
    issuer = keys_url  # one host, as a platform's addresses must be
    services = build_services(Settings.from_env(environment))
    schema.upgrade(services.db)
    services.lti.ensure_key()
    services.lti.register_platform(
        issuer, CLIENT_ID, ["1"], f"{issuer}/auth", f"{issuer}/token", f"{issuer}/jwks"
    )
    _fill(services.db, issuer, Cipher(environment["CAIRN_TEXT_KEY"]), pairs)
    services.db.dispose()
    return Prepared(issuer, CLIENT_ID, base_url, tuple(str(i) for i in range(1, pairs + 1)), environment)


def _fill(db: Database, issuer: str, texts: Cipher, pairs: int) -> None:
    now = datetime.now(UTC)
    note = texts.encrypt("The glossary on page two saved my first call")
    people = range(1, 2 * pairs + 1)
    rows: dict[str, list[dict[str, Any]]] = {
        "site": [
            {"id": 1, "base_url": issuer, "name": "B", "token_encrypted": b"", "release": "4.5", "functions": [],
             "connected_at": now}
        ],
        "course": [{"id": 1, "site_id": 1, "lms_id": 2, "short_name": "C", "full_name": "Course", "visible": True}],
        "person": [
            {"id": i, "site_id": 1, "lms_id": i, "full_name": f"Person {i}", "interests": [], "profile": {},
             "suspended": False}
            for i in people
        ],
        "enrolment": [{"person_id": i, "course_id": 1, "role": EnrolmentRole.LEARNER} for i in people],
        "programme": [
            {"id": 1, "site_id": 1, "name": "P", "new_hire_rule": NewHireRule.PROFILE_DATE, "new_hire_days": 30,
             "recent_from_days": 14, "recent_to_days": 180, "weeks": 4, "capacity": 2, "min_shared_hours": 2,
             "weights": {}, "version": 1, "created_at": now}
        ],
        "programme_course": [{"programme_id": 1, "course_id": 1}],
        "engagement": [
            {"id": i, "programme_id": 1, "course_id": 1, "state": State.ACTIVE, "starts_on": now.date(),
             "ends_on": now.date() + timedelta(days=27), "created_at": now}
            for i in range(1, pairs + 1)
        ],
        "engagement_member": [
            {"engagement_id": i, "person_id": person, "side": side, "charter_version": 0}
            for i in range(1, pairs + 1)
            for person, side in ((i, Side.LEARNER), (pairs + i, Side.ADVISER))
        ],
        "check_in": [
            {"engagement_id": i, "person_id": pairs + i, "mood": Mood.GOOD, "contact": Contact.CALL,
             "note_encrypted": note, "created_at": now - timedelta(days=n), "form_key": f"{i}-{n}"}
            for i in range(1, pairs + 1)
            for n in range(3)
        ],
    }  # fmt: skip
    with db.engine.begin() as connection:
        for name, values in rows.items():
            connection.execute(sa.insert(Base.metadata.tables[name]), values)
