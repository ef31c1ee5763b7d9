"""Setting a cookie of ours: what all of them have in common."""

from werkzeug.wrappers import Response


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
    """
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path=path,
        secure=secure,
        httponly=True,
        samesite="None" if framed else "Lax",
        partitioned=framed,
    )
