"""Cookies as browsers read them."""

from http.cookies import SimpleCookie

import pytest
from werkzeug.wrappers import Response

from companion.web.cookies import set_cookie


def test_a_browser_reads_what_was_set() -> None:
    response = Response()
    set_cookie(response, "__Host-cairn-login-0a", "a_b-C.d=", max_age=600)
    set_cookie(response, "cairn_admin", "", path="/w/\u00e4; Domain=x", max_age=0, secure=False, framed=False)
    in_frame, on_site = response.headers.getlist("Set-Cookie")
    assert in_frame.endswith("; SameSite=None; Partitioned")
    login = SimpleCookie(in_frame.removesuffix("; Partitioned"))["__Host-cairn-login-0a"]
    assert (login.value, login["max-age"], login["path"]) == ("a_b-C.d=", "600", "/")
    assert login["secure"]
    assert login["httponly"]
    admin = SimpleCookie(on_site)["cairn_admin"]
    assert (admin.value, admin["max-age"], admin["samesite"]) == ("", "0", "Lax")
    assert (admin["path"], admin["domain"], admin["secure"]) == ("/w/%C3%A4%3B%20Domain%3Dx", "", "")


@pytest.mark.parametrize(
    "sent", [("a", "b; Domain=x"), ("a;", "b"), ("a", "b\r\nc: d"), ("a", '"b"'), ("a", "b,")]
)
def test_what_would_mean_something_is_refused(sent: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="quoting"):
        set_cookie(Response(), *sent)
