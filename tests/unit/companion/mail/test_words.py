"""What a message says, in both forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.mail.words import Words

LINK = 'https://moodle.example.org/course/view.php?id=4&x="1"'


def test_both_forms_say_the_same_and_carry_the_link() -> None:
    words = Words(
        "Hello",
        "Hello Nia,\n\nR&D <b>Sales</b>\nbegins.",
        LINK,
        "Open",
        "https://c.example.org/stop/x",
        "Stop",
    )
    assert words.as_html() == (
        "<p>Hello Nia,</p><p>R&amp;D &lt;b&gt;Sales&lt;/b&gt;<br>begins.</p>"
        '<p><a href="https://moodle.example.org/course/view.php?id=4&amp;x=&quot;1&quot;">Open</a></p>'
        '<p><a href="https://c.example.org/stop/x">Stop</a></p>'
    )
    assert words.as_text() == (
        f"Hello Nia,\n\nR&D <b>Sales</b>\nbegins.\n\nOpen:\n{LINK}\n\nStop:\nhttps://c.example.org/stop/x\n"
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "/course", ""])
def test_no_address_that_a_browser_should_not_follow(address: str) -> None:
    with pytest.raises(ValueError, match="http"):
        Words("Hello", "Hello", address)


def test_what_it_says_is_kept_out_of_logs() -> None:
    assert "secret" not in repr(Words("secret", "secret", "https://secret.example.org"))


@given(st.text())
def test_no_text_makes_markup_of_its_own(text: str) -> None:
    html = Words("s", text).as_html().replace("<p>", "").replace("</p>", "").replace("<br>", "")
    assert "<" not in html
    assert ">" not in html
