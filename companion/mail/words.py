"""What a message says, as HTML for Moodle and as plain text for e-mail; pure."""

import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Words:
    """A message in the language of who gets it.

    Attributes:
        subject: one line; Moodle shows none, a letter does.
        text: plain text; an empty line parts paragraphs.
        link: address of the page that does the job, http or https.
        link_text: what the link is called.
        stop: address that stops messages of this kind, with `stop_text`.

    Raises ValueError for an address that no browser should follow.
    """

    subject: str = field(repr=False)
    text: str = field(repr=False)
    link: str | None = field(default=None, repr=False)
    link_text: str = "Open the page"
    stop: str | None = field(default=None, repr=False)
    stop_text: str = "Stop these reminders"

    def __post_init__(self) -> None:
        for address in (self.link, self.stop):
            if address is not None and urlsplit(address).scheme not in {"http", "https"}:
                raise ValueError("The link of a message must begin with http:// or https://.")

    def as_html(self) -> str:
        """Paragraphs of HTML: everything that came from outside is escaped."""
        found = [escape(each).replace("\n", "<br>") for each in paragraphs(self.text)]
        found += [
            f'<a href="{escape(address)}">{escape(name)}</a>'
            for address, name in ((self.link, self.link_text), (self.stop, self.stop_text))
            if address is not None
        ]
        return "".join(f"<p>{each}</p>" for each in found)

    def as_text(self) -> str:
        """Plain text, each address on a line of its own."""
        found = list(paragraphs(self.text))
        found += [
            f"{name}:\n{address}"
            for address, name in ((self.link, self.link_text), (self.stop, self.stop_text))
            if address is not None
        ]
        return "\n\n".join(found) + "\n"


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, without what cannot be printed."""
    clean = "".join(c for c in text.replace("\r\n", "\n") if c == "\n" or c.isprintable())
    return [each.strip() for each in re.split(r"\n\s*\n", clean) if each.strip()]
