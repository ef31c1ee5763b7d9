"""Letters: complete, and never with a header that somebody else wrote."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.mail.letter import BadAddressError, address_of, compose
from companion.mail.words import Words

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SENDER = "Mentoring <mentoring@example.org>"


def letter(words: Words, to: str = "nia@example.com", key: str = "begin-1-2") -> EmailMessage:
    """As it arrives."""
    sent = compose(words, to=to, sender=SENDER, key=key, now=NOW).as_bytes()
    read: EmailMessage = message_from_bytes(sent, policy=policy.default)
    return read


def test_a_letter_has_both_forms_and_all_that_mail_systems_ask_for() -> None:
    found = letter(Words("It begins", "Hello Zoë.", "https://moodle.example.org/"))
    assert (found["From"], found["To"], found["Subject"]) == (SENDER, "nia@example.com", "It begins")
    assert found["Date"].datetime == NOW
    assert found["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in found
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert (
        plain.get_content().replace("\r\n", "\n")
        == "Hello Zoë.\n\nOpen the page:\nhttps://moodle.example.org/\n"
    )
    assert '<a href="https://moodle.example.org/">' in html.get_content()


def test_a_reminder_can_be_stopped_from_the_mail_program() -> None:
    stop = "https://cairn.example.org/stop/" + "a" * 150
    found = letter(Words("Reminder", "Hello", stop=stop))
    assert found["List-Unsubscribe"].replace(" ", "") == f"<{stop}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_same_letter_twice_has_the_same_number() -> None:
    words = Words("Hello", "Hello")
    assert letter(words)["Message-ID"] == letter(words)["Message-ID"]
    assert letter(words)["Message-ID"] != letter(words, key="begin-1-3")["Message-ID"]


ATTACKS = [
    "\r\nBcc: all@example.com",
    "\nBcc: all@example.com",
    "\r\n\r\nBody",
    "\x0bBcc: a@b",
    "\u2028Bcc: a@b",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_subject_adds_no_header(attack: str) -> None:
    found = letter(Words(f"Hello{attack}", "Text"))
    assert "Bcc" not in found
    assert found["Subject"].startswith("Hello ")
    assert "Text" in str(found.get_body(("plain",)))


@pytest.mark.parametrize("attack", [*ATTACKS, ", all@example.com", " all@example.com", "", "@", ">"])
def test_an_address_adds_neither_header_nor_recipient(attack: str) -> None:
    address = f"nia@example.com{attack}" if attack else ""
    with pytest.raises(BadAddressError):
        compose(Words("Hello", "Hello"), to=address, sender=SENDER, key="k", now=NOW)


@settings(max_examples=40)
@given(st.text())
def test_whatever_the_subject_there_is_one_of_it(subject: str) -> None:
    found = letter(Words(subject, "Text"))
    assert len(found.get_all("Subject", [])) == 1
    assert set(found.keys()) == set(letter(Words("x", "Text")).keys())


def test_an_address_with_a_name_and_one_beyond_ascii() -> None:
    assert address_of('"Ó, Nia" <nia@example.com>').addr_spec == "nia@example.com"
    assert address_of("nia@bücher.example").domain == "bücher.example"
