"""Setting a cookie of ours: made of letters that need no quoting, so that it can be written as it is."""

import re
from urllib.parse import quote

from werkzeug.wrappers import Response

_PLAIN = re.compile(r"[A-Za-z0-9_.=-]*")
"""What our names and values are made of; none of it means anything in a header."""


def set_cookie(
    response: Response,
    name: str,
    value: str,
    *,
    path: str = "/",
    max_age: int | None = None,
    secure: bool = True,
    framed: bool = True,
) -> None:
    """Set a cookie that no script can read.

    Args:
        max_age: seconds; 0 removes it, and without it ends with the browser.
        secure: whether it is sent over https alone.
        framed: sent in a frame of another site, and kept apart by that site: only such a partitioned cookie comes
            back where third-party cookies are blocked. Otherwise it stays on our site.

    Raises:
        ValueError: the name or the value would need quoting.
    """
    if not _PLAIN.fullmatch(name) or not _PLAIN.fullmatch(value):
        raise ValueError("a cookie of ours needs no quoting")
    lasting = "" if max_age is None else f"; Max-Age={max_age}"
    safe = "; Secure" if secure else ""
    site = "None; Partitioned" if framed else "Lax"
    response.headers.add(
        "Set-Cookie", f"{name}={value}{lasting}{safe}; HttpOnly; Path={quote(path)}; SameSite={site}"
    )
