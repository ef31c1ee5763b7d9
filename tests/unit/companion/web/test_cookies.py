"""Cookies as browsers read them."""

from http.cookies import SimpleCookie

from werkzeug.wrappers import Response

from companion.web.cookies import set_cookie


def test_a_browser_reads_what_was_set() -> None:
    response = Response()
    set_cookie(response, "__Host-cairn-login-0a", "a_b-C.d=", max_age=600)
    set_cookie(response, "cairn_admin", "", path="/w/a", max_age=0, secure=False, framed=False)
    in_frame, on_site = response.headers.getlist("Set-Cookie")
    assert "; Partitioned" in in_frame
    login = SimpleCookie(in_frame.replace("; Partitioned", ""))["__Host-cairn-login-0a"]
    assert (login.value, login["max-age"], login["path"]) == ("a_b-C.d=", "600", "/")
    assert (login["samesite"], login["secure"], login["httponly"]) == ("None", True, True)
    admin = SimpleCookie(on_site)["cairn_admin"]
    assert (admin.value, admin["max-age"], admin["samesite"]) == ("", "0", "Lax")
    assert (admin["path"], admin["secure"], admin["httponly"]) == ("/w/a", "", True)
