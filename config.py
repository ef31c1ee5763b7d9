"""Settings: one frozen object, read once from the environment, that checks itself.

Nothing below the web layer sees this object: constructors take the values they need.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent


class SettingsError(ValueError):
    """A setting is missing or unusable; the message says which one and what to do."""


@dataclass(frozen=True)
class MailSettings:
    """The mail server, which takes over where Moodle refuses a message and writes to administrators.

    Attributes:
        security: starttls, tls or none; without protection only on this machine, and without signing in.
        sender: what letters come from, such as `Mentoring <mentoring@example.org>`.
        user: empty where the server asks for none.
    """

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.security not in _MAIL_PORTS:
            raise SettingsError("CAIRN_MAIL_TLS must be starttls, tls or none.")
        if not 1 <= self.port <= 65535:
            raise SettingsError("CAIRN_MAIL_PORT must be a number from 1 to 65535.")
        if "@" not in self.sender or not self.sender.isprintable():
            raise SettingsError(
                "CAIRN_MAIL_FROM is missing or no e-mail address, such as Mentoring <mentoring@example.org>."
            )
        if self.security == "none" and (self.user or not is_loopback(self.host)):
            raise SettingsError(
                "CAIRN_MAIL_TLS=none sends names and passwords in the clear: it is for a server on this machine alone, "
                "without CAIRN_MAIL_USER."
            )
        if bool(self.user) != bool(self.password):
            raise SettingsError("CAIRN_MAIL_USER and CAIRN_MAIL_PASSWORD go together: set both or neither.")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "MailSettings | None":
        """The mail server, None where no CAIRN_MAIL_HOST is named; raises SettingsError for an unusable one."""
        host = environ.get("CAIRN_MAIL_HOST", "")
        if not host:
            return None
        security = environ.get("CAIRN_MAIL_TLS", "") or "starttls"
        port = environ.get("CAIRN_MAIL_PORT", "") or str(_MAIL_PORTS.get(security, 0))
        return cls(
            host=host,
            port=_number("CAIRN_MAIL_PORT", port),
            security=security,
            sender=environ.get("CAIRN_MAIL_FROM", ""),
            user=environ.get("CAIRN_MAIL_USER", ""),
            password=environ.get("CAIRN_MAIL_PASSWORD", ""),
        )


_MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""The ports that each way of protection has by default."""


@dataclass(frozen=True)
class Settings:
    """Everything an installation can choose.

    Attributes:
        base_url: public address of Cairn without a trailing slash; https except on loopback.
        database_url: SQLAlchemy address; SQLite by default, PostgreSQL for more than one machine.
        secret_key: signs sessions and form tokens; at least 32 characters.
        encryption_key: Fernet key (32 bytes, URL-safe base64) for the Moodle token and LTI keys at rest.
        text_key: Fernet key of its own for what people write, so that it can be kept apart from backups.
        data_dir: folder for the embedded database and queue.
        trusted_proxies: reverse proxies in front of us whose X-Forwarded-* headers count; 0 to 3.
        moodle_requests: requests sent to Moodle at a time while it is read, at most; 1 to 8.
        log_json: one JSON object a line instead of text for a terminal.
        allow_private_lms: a learning platform that registers itself may be in a private network, or on this machine.
            On this machine it always may be where base_url is on loopback.
        mail: the mail server; None where messages go through Moodle alone.
        metrics_token: what Prometheus shows to read /metrics; empty for no such page.
    """

    base_url: str
    secret_key: str = field(repr=False)
    encryption_key: str = field(repr=False)
    text_key: str = field(repr=False)
    database_url: str = field(repr=False)
    data_dir: Path
    trusted_proxies: int = 0
    moodle_requests: int = 2
    log_json: bool = True
    allow_private_lms: bool = False
    mail: MailSettings | None = None
    metrics_token: str = field(default="", repr=False)
    templates_dir: Path = ROOT / "templates"
    static_dir: Path = ROOT / "static"

    def __post_init__(self) -> None:
        _check_base_url(self.base_url)
        if len(self.secret_key) < 32:
            raise SettingsError("CAIRN_SECRET_KEY is missing or shorter than 32 characters." + _MAKE_SECRETS)
        _check_fernet_key("CAIRN_ENCRYPTION_KEY", self.encryption_key)
        _check_fernet_key("CAIRN_TEXT_KEY", self.text_key)
        if self.encryption_key == self.text_key:
            raise SettingsError("CAIRN_TEXT_KEY must differ from CAIRN_ENCRYPTION_KEY." + _MAKE_SECRETS)
        if not self.database_url.startswith(("sqlite:", "postgresql+psycopg:")):
            raise SettingsError("DATABASE_URL must begin with postgresql:// or sqlite:///, or be left out.")
        if self.metrics_token and len(self.metrics_token) < 16:
            raise SettingsError("CAIRN_METRICS_TOKEN must have at least 16 characters, or be left out.")
        if not 0 <= self.trusted_proxies <= 3:
            raise SettingsError("CAIRN_TRUSTED_PROXIES must be a number from 0 to 3.")
        if not 1 <= self.moodle_requests <= 8:
            raise SettingsError("CAIRN_MOODLE_REQUESTS must be a number from 1 to 8.")

    @property
    def on_loopback(self) -> bool:
        """Whether Cairn itself is served on this machine alone, as in the demo."""
        return is_loopback(_scheme_and_host(self.base_url)[1])

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; raises SettingsError where one is missing or unusable."""
        data_dir = Path(environ.get("CAIRN_DATA_DIR", "") or ROOT / "var")
        return cls(
            base_url=environ.get("CAIRN_BASE_URL", "").rstrip("/"),
            secret_key=environ.get("CAIRN_SECRET_KEY", ""),
            encryption_key=environ.get("CAIRN_ENCRYPTION_KEY", ""),
            text_key=environ.get("CAIRN_TEXT_KEY", ""),
            database_url=database_url(environ.get("DATABASE_URL", ""), data_dir),
            data_dir=data_dir,
            trusted_proxies=_number("CAIRN_TRUSTED_PROXIES", environ.get("CAIRN_TRUSTED_PROXIES", "0")),
            moodle_requests=_number("CAIRN_MOODLE_REQUESTS", environ.get("CAIRN_MOODLE_REQUESTS", "2")),
            log_json=environ.get("CAIRN_LOG", "json") == "json",
            allow_private_lms=_switch("CAIRN_ALLOW_PRIVATE_LMS", environ.get("CAIRN_ALLOW_PRIVATE_LMS", "")),
            mail=MailSettings.from_env(environ),
            metrics_token=environ.get("CAIRN_METRICS_TOKEN", ""),
        )


_MAKE_SECRETS = " Make new ones with: python -m companion secrets >> .env"


def database_url(given: str, data_dir: Path) -> str:
    """The SQLAlchemy address: the embedded SQLite file where none is given; psycopg 3 for PostgreSQL."""
    if not given:
        return f"sqlite:///{data_dir / 'cairn.sqlite3'}"
    for scheme in ("postgres://", "postgresql://"):
        if given.startswith(scheme):
            return "postgresql+psycopg://" + given.removeprefix(scheme)
    return given


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_base_url(url: str) -> None:
    if not url:
        raise SettingsError(
            "CAIRN_BASE_URL is missing: the public address of Cairn, such as https://cairn.example.org."
        )
    scheme, host = _scheme_and_host(url)
    if scheme not in ("http", "https") or not host:
        raise SettingsError(
            f"CAIRN_BASE_URL is not an address: {url!r}. Write it like https://cairn.example.org."
        )
    if scheme == "http" and not is_loopback(host):
        raise SettingsError(
            "CAIRN_BASE_URL must be https: browsers refuse the cookies of a framed http page."
        )


def _scheme_and_host(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return (parts.scheme, parts.hostname or "") if parts.port != 0 else ("", "")
    except ValueError:  # an unfinished IPv6 address, or a port that is no number
        return "", ""


def _check_fernet_key(name: str, value: str) -> None:
    try:
        usable = len(base64.urlsafe_b64decode(value.encode())) == 32
    except (binascii.Error, ValueError):
        usable = False
    if not usable:
        raise SettingsError(
            f"{name} is missing or not a Fernet key (32 bytes in URL-safe base64)." + _MAKE_SECRETS
        )


def _number(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise SettingsError(f"{name} must be a number, not {value!r}.") from None


def _switch(name: str, value: str) -> bool:
    if value.lower() not in _SWITCH:
        raise SettingsError(f"{name} must be true or false, not {value!r}.")
    return _SWITCH[value.lower()]


_SWITCH = {"": False, "false": False, "0": False, "true": True, "1": True}
