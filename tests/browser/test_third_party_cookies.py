"""The ground the other tests stand on: this browser really blocks third-party cookies."""

from flask import Flask, Response, request
from playwright.sync_api import BrowserContext, expect

from demo.servers import serving
from tests.sites import free_port


def test_a_plain_third_party_cookie_does_not_come_back(browser: BrowserContext) -> None:
    assert _cookies_that_came_back(browser) == "partitioned"


def test_with_third_party_cookies_allowed_it_does(lenient_browser: BrowserContext) -> None:
    assert _cookies_that_came_back(lenient_browser) == "partitioned plain"


def _cookies_that_came_back(context: BrowserContext) -> str:
    inner_port, outer_port = free_port(), free_port()
    inner, outer = Flask("inner"), Flask("outer")

    @inner.get("/")
    def read() -> Response:
        response = Response(f"<p>came back: {' '.join(sorted(request.cookies))}.</p><a href='/'>again</a>")
        flags = {"secure": True, "httponly": True, "samesite": "None"}
        response.set_cookie("plain", "1", **flags)  # type: ignore[arg-type]
        response.set_cookie("partitioned", "1", partitioned=True, **flags)  # type: ignore[arg-type]
        response.mimetype = "text/html"
        return response

    @outer.get("/")
    def frame() -> str:
        return f"<iframe src='http://127.0.0.1:{inner_port}/'></iframe>"

    with serving(inner, inner_port), serving(outer, outer_port):
        page = context.new_page()
        page.goto(f"http://localhost:{outer_port}/")
        shown = page.frame_locator("iframe")
        expect(shown.get_by_text("came back: .")).to_be_visible()
        shown.get_by_role("link", name="again").click()
        expect(shown.get_by_text("partitioned")).to_be_visible()
        return shown.get_by_text("came back").inner_text().removeprefix("came back: ").removesuffix(".")
