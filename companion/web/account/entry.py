"""From a right password, or a linked launch, to a session: by the second factor where the account has one."""

from datetime import datetime, timedelta
from typing import Final

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from companion.models.staff import Administrator
from companion.web.account.users import load
from companion.web.context import services

TIME_FOR_CODE: Final = timedelta(minutes=5)
BROWSERS: Final = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS: Final = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
"""By a sign in what a browser says of itself; the more particular first."""


def let_in(account: Administrator, then: str = "") -> ResponseReturnValue:
    """Open a session, or ask for the code first."""
    session.clear()
    if account.totp_since is None:
        return open_session(account, then)
    until = services().clock() + TIME_FOR_CODE
    session["halfway"] = [account.id, until.isoformat(), then]
    return redirect(url_for("account.code"), 303)


def halfway() -> tuple[int, str] | None:
    """Whose password was right in this browser a moment ago, and where they wanted to go."""
    number, until, then = session.get("halfway") or (0, "", "")
    if not until or services().clock() >= datetime.fromisoformat(until):
        return None
    return int(number), str(then)


def open_session(account: Administrator, then: str = "") -> ResponseReturnValue:
    """Sign somebody in, in this browser."""
    session.clear()
    token = services().sign_ins.open(account, _device())
    login_user(load(token))
    return redirect(own(then), 303)


def own(address: str) -> str:
    """Where to go on: only ever an address of our own admin."""
    return address if address.startswith("/admin/") and "\\" not in address else url_for("admin.home")


def _device() -> str:
    """What the browser says of itself, in few words: it is shown in the list of sessions."""
    said = request.user_agent.string
    browser = next((name for sign, name in BROWSERS.items() if sign in said), "A browser")
    system = next((name for sign, name in SYSTEMS.items() if sign in said), "a device of another kind")
    return f"{browser} on {system}"
