"""The mail server, spoken to over loopback: in the clear, with STARTTLS, with TLS, and when it refuses."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from companion.mail.letter import compose
from companion.mail.smtp import MailAwayError, MailError, MailRefusedError, Security, Smtp
from companion.mail.words import Words
from tests.mail_server import PASSWORD, USER, MailServer, certificate, mail_server
from tests.sites import free_port

SENDER = "Mentoring <mentoring@example.org>"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def plain() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def letter(to: str = "nia@example.com") -> EmailMessage:
    return compose(
        Words("Hello", "Hello"), to=to, sender=SENDER, key="k", now=datetime(2026, 1, 1, tzinfo=UTC)
    )


def way(server: MailServer, security: Security = Security.NONE, **more: object) -> Smtp:
    return Smtp("127.0.0.1", server.port, security, SENDER, **more)  # type: ignore[arg-type]


def trusting(pem: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pem))


def test_a_letter_arrives(plain: MailServer) -> None:
    way(plain).send(letter())
    assert plain.recipients == ["nia@example.com"]
    assert [each["Subject"] for each in plain.letters] == ["Hello"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_letter_arrives_over_a_protected_way_after_signing_in(pem: Path, security: Security) -> None:
    with mail_server(pem, tls=security is Security.TLS) as server:
        reached = way(server, security, user=USER, password=PASSWORD, certificates=trusting(pem))
        reached.check()
        assert server.letters == []
        reached.send(letter())
        assert len(server.letters) == 1
        with pytest.raises(MailAwayError, match="CAIRN_MAIL_USER") as wrong:
            way(server, security, user=USER, password="wrong", certificates=trusting(pem)).check()
        assert "wrong" not in str(wrong.value)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_said(
    pem: Path, security: Security
) -> None:
    with mail_server(pem, tls=security is Security.TLS) as server:
        with pytest.raises(MailAwayError, match="certificate"):
            way(server, security, user=USER, password=PASSWORD).send(letter())
        assert server.letters == []


def test_a_server_without_starttls_is_never_sent_to_in_the_clear(plain: MailServer) -> None:
    with pytest.raises(MailAwayError, match="STARTTLS"):
        way(plain, Security.STARTTLS).send(letter())
    assert plain.letters == []


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize(("code", "kind"), [(550, MailRefusedError), (451, MailError)])
def test_for_good_and_for_now_are_told_apart_and_nobody_is_quoted(
    plain: MailServer, stage: str, code: int, kind: type[Exception]
) -> None:
    plain.answers = {stage: f"{code} nobody called nia@example.com here"}
    with pytest.raises(kind, match=str(code)) as refused:
        way(plain).send(letter())
    assert "nia" not in str(refused.value)
    assert not isinstance(refused.value, MailAwayError)


def test_nobody_answers() -> None:
    nobody = Smtp("127.0.0.1", free_port(), Security.NONE, SENDER)
    with pytest.raises(MailAwayError, match="cannot be used"):
        nobody.check()


def test_the_password_shows_nowhere() -> None:
    assert PASSWORD not in repr(Smtp("localhost", 25, Security.NONE, SENDER, USER, PASSWORD))
