"""A letter as RFC 5322 has it; pure. Nothing that came from outside can add a header to it."""

import hashlib
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from companion.mail.words import Words

LONGEST_SUBJECT = 200


class BadAddressError(ValueError):
    """No letter can be sent there."""


def address_of(text: str) -> Address:
    """One e-mail address, with a name before it or not; raises BadAddressError for anything else."""
    if not text.isprintable():
        raise BadAddressError("The e-mail address has a line break or a control character in it.")
    header: Any = HeaderRegistry()("to", text)
    if header.defects or len(header.addresses) != 1:
        raise BadAddressError("That is no e-mail address.")
    found: Address = header.addresses[0]
    if not found.username or not found.domain or any(c.isspace() for c in found.addr_spec):
        raise BadAddressError("That is no e-mail address.")
    return found


def compose(words: Words, *, to: str, sender: str, key: str, now: datetime) -> EmailMessage:
    """A letter.

    Args:
        to: one address.
        sender: one address, with a name or not.
        key: names the letter. The same key makes the same Message-ID, by which mail systems drop what comes twice.

    Raises BadAddressError where `to` or `sender` is none.
    """
    origin = address_of(sender)
    letter = EmailMessage(policy=SMTP)
    letter["From"] = origin
    letter["To"] = address_of(to)
    letter["Subject"] = " ".join("".join(c if c.isprintable() else " " for c in words.subject).split())[
        :LONGEST_SUBJECT
    ]
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_ascii(origin.domain)}>"
    letter["Auto-Submitted"] = "auto-generated"
    if words.stop is not None:
        # RFC 8058: the mail program shows a button and posts to the address by itself.
        letter["List-Unsubscribe"] = f"<{words.stop}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(words.as_text())
    letter.add_alternative(f"<!doctype html><html><body>{words.as_html()}</body></html>", subtype="html")
    return letter


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        raise BadAddressError("That is no e-mail address.") from None
