"""One value of a reply to one of Python's; pure. All raise ValueError, TypeError or KeyError for what is unfit."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from lms_client.params import well_formed


def markup(value: object) -> str:
    """Text as it came (HTML, settings); null is empty."""
    if type(value) is str and value.isascii():
        return value  # nearly all there is, with nothing in it to mend
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError
    return well_formed(str(value))


def text(value: object) -> str:
    """Plain text. Moodle writes names for HTML pages: `&amp;` stands for `&`."""
    if type(value) is str and value.isascii() and "&" not in value:
        return value
    told = markup(value)
    return html.unescape(told) if "&" in told else told


def some_text(value: object) -> str | None:
    return text(value) or None


def words(value: object) -> tuple[str, ...]:
    """Interests, which come as one text with commas."""
    told = markup(value)
    if not told:
        return ()
    return tuple([word for part in told.split(",") if (word := html.unescape(part).strip())])


def whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError
    return int(value)


def whole_or_none(value: object) -> int | None:
    """A number or id where 0, null and nothing mean that there is none."""
    return None if value in (None, "") else whole(value) or None


def flag(value: object) -> bool:
    if value in (None, "", "0", 0):
        return False
    if value in ("1", 1):
        return True
    raise ValueError


def flag_or_none(value: object) -> bool | None:
    return None if value is None else flag(value)


def visible(value: object) -> bool:
    """Moodle leaves this out for those who would see nothing hidden anyway."""
    return True if value is None else flag(value)


def moment(value: object) -> datetime | None:
    """Seconds since 1970 as an aware datetime in UTC; 0, null, and years beyond 9999 are None."""
    seconds = value if type(value) is int else whole_or_none(value)
    if not seconds or seconds < 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def time_zone(value: object) -> str | None:
    """An IANA name; None for "99" (the server's own), old numeric offsets and names unknown here."""
    return _time_zone(markup(value))


@lru_cache(maxsize=1024)
def _time_zone(name: str) -> str | None:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, LookupError):
        return None


def custom_fields(value: object) -> Mapping[str, str]:
    """`[{shortname, value}, …]` by short name."""
    return MappingProxyType({text(each["shortname"]): text(each["value"]) for each in _objects(value)})


def custom_parameters(value: object) -> Mapping[str, str]:
    """Lines of `name=value`, as the form of an external tool takes them; other lines mean nothing there."""
    pairs = (line.partition("=") for line in re.split(r"[\r\n]", markup(value)))
    return MappingProxyType(
        {name.strip(): rest.strip() for name, sign, rest in pairs if sign and name.strip()}
    )


def role_names(value: object) -> tuple[str, ...]:
    return tuple([text(role["shortname"]) for role in _objects(value)])


def group_ids(value: object) -> tuple[int, ...]:
    return tuple(whole(group["id"]) for group in _objects(value))


def function_names(value: object) -> frozenset[str]:
    return frozenset(text(function["name"]) for function in _objects(value))


def numbers(value: object) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(whole(number) for number in value)


def texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    try:
        if "".join(value).isascii():
            return tuple(value)  # nearly all there are, with nothing in them to mend
    except TypeError:
        pass  # one is no text, and may be null
    return tuple([markup(cell) for cell in value])


def _objects(value: object) -> list[Mapping[str, object]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError
    for each in value:
        if not isinstance(each, dict):
            raise TypeError
    return value
