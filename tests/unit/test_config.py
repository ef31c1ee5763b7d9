"""Settings refuse to start where something is missing or unsafe, each with a sentence that says what to do."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from config import ROOT, Settings, SettingsError, database_url, is_loopback

ENCRYPTION_KEY = base64.urlsafe_b64encode(b"encryption-key-of-the-tests-32!!").decode()
TEXT_KEY = base64.urlsafe_b64encode(b"text-key-of-the-tests-32-bytes!!").decode()
ENVIRONMENT = {
    "CAIRN_BASE_URL": "https://cairn.example.org/",
    "CAIRN_SECRET_KEY": "s" * 32,
    "CAIRN_ENCRYPTION_KEY": ENCRYPTION_KEY,
    "CAIRN_TEXT_KEY": TEXT_KEY,
}
HOW_TO_MAKE_SECRETS = "python -m companion secrets"


def test_reads_a_whole_environment() -> None:
    settings = Settings.from_env({**ENVIRONMENT, "CAIRN_TRUSTED_PROXIES": "1", "CAIRN_LOG": "text"})
    assert settings.base_url == "https://cairn.example.org"
    assert (settings.secret_key, settings.encryption_key, settings.text_key) == (
        "s" * 32,
        ENCRYPTION_KEY,
        TEXT_KEY,
    )
    assert (settings.trusted_proxies, settings.log_json) == (1, False)


def test_what_may_be_left_out_has_a_safe_default() -> None:
    settings = Settings.from_env(ENVIRONMENT)
    assert (settings.trusted_proxies, settings.log_json) == (0, True)
    assert settings.database_url == f"sqlite:///{ROOT / 'var' / 'cairn.sqlite3'}"
    assert (settings.templates_dir.is_dir(), settings.static_dir.is_dir()) == (True, True)


def test_the_embedded_database_lies_in_the_data_folder() -> None:
    settings = Settings.from_env({**ENVIRONMENT, "CAIRN_DATA_DIR": "/srv/cairn"})
    assert (settings.data_dir, settings.database_url) == (
        Path("/srv/cairn"),
        "sqlite:////srv/cairn/cairn.sqlite3",
    )


@pytest.mark.parametrize("name", ["CAIRN_SECRET_KEY", "CAIRN_ENCRYPTION_KEY", "CAIRN_TEXT_KEY"])
def test_a_missing_secret_is_named_with_how_to_make_it(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is missing") as refused:
        Settings.from_env({**ENVIRONMENT, name: ""})
    assert HOW_TO_MAKE_SECRETS in str(refused.value)


@pytest.mark.parametrize("name", ["CAIRN_ENCRYPTION_KEY", "CAIRN_TEXT_KEY"])
@pytest.mark.parametrize(
    "value",
    ["tooshort", "x" * 45, base64.urlsafe_b64encode(b"x" * 31).decode(), "schlüssel"],
    ids=["short", "undecodable", "31 bytes", "not ascii"],
)
def test_a_key_that_is_no_fernet_key_is_refused_without_being_quoted(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is missing or not a Fernet key") as refused:
        Settings.from_env({**ENVIRONMENT, name: value})
    assert value not in str(refused.value)


def test_a_short_secret_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="shorter than 32 characters"):
        Settings.from_env({**ENVIRONMENT, "CAIRN_SECRET_KEY": "s" * 31})


def test_texts_need_a_key_of_their_own() -> None:
    with pytest.raises(SettingsError, match="CAIRN_TEXT_KEY must differ from CAIRN_ENCRYPTION_KEY"):
        Settings.from_env({**ENVIRONMENT, "CAIRN_TEXT_KEY": ENCRYPTION_KEY})


def test_a_missing_address_is_told_with_an_example() -> None:
    with pytest.raises(SettingsError, match=r"CAIRN_BASE_URL is missing.*https://cairn\.example\.org"):
        Settings.from_env({**ENVIRONMENT, "CAIRN_BASE_URL": ""})


@pytest.mark.parametrize(
    "url", ["cairn.example.org", "ftp://cairn.example.org", "https://", "http://[::1", "https://h:port"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="CAIRN_BASE_URL is not an address"):
        Settings.from_env({**ENVIRONMENT, "CAIRN_BASE_URL": url})


@pytest.mark.parametrize(
    "url", ["http://cairn.example.org", "http://192.168.1.10:8080", "http://localhost.evil"]
)
def test_plain_http_is_refused_but_on_this_machine(url: str) -> None:
    with pytest.raises(SettingsError, match="must be https"):
        Settings.from_env({**ENVIRONMENT, "CAIRN_BASE_URL": url})


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://[::1]:8080",
        "http://cairn.localhost",
        "https://x.org",
    ],
)
def test_loopback_needs_no_https(url: str) -> None:
    assert Settings.from_env({**ENVIRONMENT, "CAIRN_BASE_URL": url}).base_url == url


@pytest.mark.parametrize("number", ["-1", "4", "many", ""])
def test_proxies_are_counted_from_0_to_3(number: str) -> None:
    with pytest.raises(SettingsError, match="CAIRN_TRUSTED_PROXIES must be a number"):
        Settings.from_env({**ENVIRONMENT, "CAIRN_TRUSTED_PROXIES": number})


@pytest.mark.parametrize("address", ["mysql://host/cairn", "cairn.sqlite3", "oracle+cx://host"])
def test_an_unknown_kind_of_database_is_refused_without_being_quoted(address: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL must begin with") as refused:
        Settings.from_env({**ENVIRONMENT, "DATABASE_URL": address})
    assert address not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_psycopg_3(scheme: str) -> None:
    assert database_url(f"{scheme}://cairn@db/cairn", Path()) == "postgresql+psycopg://cairn@db/cairn"


def test_repr_shows_no_secret(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings(database_url="postgresql+psycopg://cairn:hush@db/cairn")
    shown = repr(settings) + str(settings)
    secrets = (settings.secret_key, settings.encryption_key, settings.text_key, "hush")
    assert [secret for secret in secrets if secret in shown] == []


def test_settings_cannot_be_changed(make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(AttributeError):
        make_settings().base_url = "https://elsewhere.example.org"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("a.localhost", True),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_hosts(host: str, own: bool) -> None:
    assert is_loopback(host) is own


@pytest.mark.parametrize(
    ("value", "allowed"),
    [(None, False), ("", False), ("false", False), ("0", False), ("true", True), ("TRUE", True)],
)
def test_a_private_lms_is_refused_unless_allowed(value: str | None, allowed: bool) -> None:
    environ = ENVIRONMENT if value is None else {**ENVIRONMENT, "CAIRN_ALLOW_PRIVATE_LMS": value}
    assert Settings.from_env(environ).allow_private_lms is allowed


def test_a_switch_is_true_or_false() -> None:
    with pytest.raises(SettingsError, match="CAIRN_ALLOW_PRIVATE_LMS must be true or false"):
        Settings.from_env({**ENVIRONMENT, "CAIRN_ALLOW_PRIVATE_LMS": "perhaps"})


@pytest.mark.parametrize(
    ("base_url", "own"),
    [("http://127.0.0.1:8080", True), ("https://[::1]", True), ("https://cairn.example.org", False)],
)
def test_an_installation_knows_whether_it_is_on_this_machine(
    make_settings: Callable[..., Settings], base_url: str, own: bool
) -> None:
    assert make_settings(base_url=base_url).on_loopback is own


MAIL = {"CAIRN_MAIL_HOST": "mail.example.org", "CAIRN_MAIL_FROM": "Mentoring <mentoring@example.org>"}


def test_without_a_host_there_is_no_mail_server() -> None:
    assert Settings.from_env(ENVIRONMENT).mail is None


@pytest.mark.parametrize(("security", "port"), [("", 587), ("starttls", 587), ("tls", 465)])
def test_mail_is_protected_unless_said_otherwise(security: str, port: int) -> None:
    mail = Settings.from_env({**ENVIRONMENT, **MAIL, "CAIRN_MAIL_TLS": security}).mail
    assert mail is not None
    assert (mail.security, mail.port, mail.user) == (security or "starttls", port, "")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"CAIRN_MAIL_FROM": ""}, "CAIRN_MAIL_FROM"),
        ({"CAIRN_MAIL_FROM": "mentoring@example.org\nBcc: x@example.org"}, "CAIRN_MAIL_FROM"),
        ({"CAIRN_MAIL_TLS": "ssl"}, "CAIRN_MAIL_TLS"),
        ({"CAIRN_MAIL_TLS": "none"}, "CAIRN_MAIL_TLS=none"),
        ({"CAIRN_MAIL_PORT": "0"}, "CAIRN_MAIL_PORT"),
        ({"CAIRN_MAIL_PORT": "smtp"}, "CAIRN_MAIL_PORT"),
        ({"CAIRN_MAIL_USER": "cairn"}, "CAIRN_MAIL_PASSWORD"),
        ({"CAIRN_MAIL_PASSWORD": "x"}, "CAIRN_MAIL_USER"),
    ],
)
def test_a_mail_server_that_cannot_be_used_is_named(changes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_env({**ENVIRONMENT, **MAIL, **changes})
