"""Which addresses are sound, safe and of one origin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.lti import addresses


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://LMS.example.org/path?x=1", "https://lms.example.org"),
        ("https://lms.example.org:443/", "https://lms.example.org"),
        ("http://localhost:80", "http://localhost"),
        ("https://lms.example.org:8443", "https://lms.example.org:8443"),
        ("http://[::1]:5000/a", "http://[::1]:5000"),
        ("https://user@lms.example.org/", None),
        ("https://lms.example.org/#top", None),
        ("https://lms.example.org;script-src/", None),
        ("https://*.example.org/", None),
        ("https://lms.example.org\\@evil.example/", None),
        ("https://lms.example.org /", None),
        ("https://lms.example.org:port/", None),
        ("https://münchen.example/", None),
        ("https:///path", None),
        ("javascript:alert(1)", None),
        ("lms.example.org", None),
        ("https://lms.example.org/" + "x" * 1000, None),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str | None) -> None:
    assert addresses.origin(url) == origin


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://lms.example.org/", True),
        ("http://lms.example.org/", False),
        ("http://127.0.0.1:8081/", True),
        ("http://127.9.9.9/", True),
        ("http://localhost/", True),
        ("http://lms.localhost/", True),
        ("http://[::1]/", True),
        ("http://localhost.evil.example/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://10.0.0.1/", False),
    ],
)
def test_only_this_machine_may_do_without_https(url: str, safe: bool) -> None:
    assert addresses.is_safe(url) is safe


@pytest.mark.parametrize(
    ("one", "other", "origin", "host"),
    [
        ("https://a.example/x", "https://a.example/y", True, True),
        ("https://a.example", "https://a.example:8443", False, True),
        ("https://a.example", "http://a.example", False, True),
        ("https://a.example", "https://b.example", False, False),
        ("nothing", "nothing", False, False),
    ],
)
def test_two_addresses(one: str, other: str, origin: bool, host: bool) -> None:
    assert (addresses.same_origin(one, other), addresses.same_host(one, other)) == (origin, host)


@given(st.text() | st.text().map("https://{}".format))
def test_whatever_the_text_an_origin_is_fit_for_a_header(text: str) -> None:
    found = addresses.origin(text)
    if found is not None:
        assert not set(found) & set(" ;,'\"\\<>*\r\n\t")
        assert addresses.origin(found) == found
