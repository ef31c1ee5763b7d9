"""The mail server: the one place that speaks SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from typing import Final

TIMEOUT: Final = 20
"""Seconds that the server has for each answer."""


class Security(StrEnum):
    """How the way to the server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailError(Exception):
    """The letter was not taken now; it may be later. Says nothing the server said: that could quote the address."""


class MailAwayError(MailError):
    """The server cannot be used at all, so that no other letter could be sent either."""


class MailRefusedError(Exception):
    """The server will not take this letter, however often it is asked."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server and how to sign in to it; without a user it is used without signing in.

    Attributes:
        sender: the address that letters come from, with a name before it or not.
        certificates: whom to trust beside the system's authorities; None for these alone.
    """

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    certificates: ssl.SSLContext | None = field(default=None, repr=False)

    def send(self, letter: EmailMessage) -> None:
        """Hand a letter over.

        Raises:
            MailRefusedError: never for this recipient or this letter.
            MailAwayError: not now, nor any other letter.
            MailError: not now.
        """
        with self._signed_in() as server:
            try:
                server.send_message(letter)
            except smtplib.SMTPRecipientsRefused as refused:
                code = next(iter(refused.recipients.values()))[0]
                raise _told(code, "the address") from None
            except smtplib.SMTPSenderRefused as refused:
                raise MailAwayError(
                    f"The mail server does not take CAIRN_MAIL_FROM as the sender (code {refused.smtp_code})."
                ) from None
            except smtplib.SMTPDataError as refused:
                raise _told(refused.smtp_code, "the letter") from None
            except smtplib.SMTPNotSupportedError:
                raise MailRefusedError(
                    "The mail server takes no address with letters beyond ASCII."
                ) from None

    def check(self) -> None:
        """Connect and sign in, and send nothing; raises MailAwayError where that fails."""
        with self._signed_in() as server:
            server.noop()

    @contextmanager
    def _signed_in(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connected()
            try:
                if self.user:
                    server.login(self.user, self.password)
                yield server
            finally:
                # A letter that was taken stays taken, whatever the server says to the good-bye.
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except smtplib.SMTPAuthenticationError as problem:
            raise MailAwayError(
                f"The mail server does not accept CAIRN_MAIL_USER and CAIRN_MAIL_PASSWORD (code {problem.smtp_code})."
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise MailAwayError(
                "The mail server offers no STARTTLS or no signing in: look at CAIRN_MAIL_TLS and CAIRN_MAIL_PORT."
            ) from None
        except ssl.SSLCertVerificationError:
            raise MailAwayError(
                "The certificate of the mail server is not trusted, or is for another name."
            ) from None
        except (smtplib.SMTPException, OSError) as problem:
            raise MailAwayError(
                f"The mail server {self.host}:{self.port} cannot be used ({type(problem).__name__})."
            ) from None

    def _connected(self) -> smtplib.SMTP:
        trusted = self.certificates or ssl.create_default_context()
        if self.security is Security.TLS:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=trusted)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.security is Security.STARTTLS:
            try:
                server.starttls(context=trusted)
            except BaseException:
                server.close()
                raise
        return server


def _told(code: int, what: str) -> Exception:
    if 500 <= code < 600:
        return MailRefusedError(f"The mail server refused {what} (code {code}).")
    return MailError(f"The mail server did not take {what} for now (code {code}).")
