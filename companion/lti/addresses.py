"""Web addresses: what may be registered or fetched, and whether two belong together. Pure."""

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

MAX_LENGTH = 1000
_UNWANTED = re.compile(r"[^\x21-\x7e]|[\\<>\"']")
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=512)
def split(url: str) -> SplitResult | None:
    """The parts of an http or https address that names a host and nobody's password; else None."""
    if len(url) > MAX_LENGTH or _UNWANTED.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return None
    sound = parts.scheme in {"http", "https"} and host and _HOST.fullmatch(host)
    return parts if sound and "@" not in parts.netloc and not parts.fragment else None


def is_safe(url: str) -> bool:
    """Whether the address is https, or on this machine."""
    parts = split(url)
    return parts is not None and (parts.scheme == "https" or is_loopback(parts.hostname or ""))


def origin(url: str) -> str | None:
    """Scheme, host and, where it is not the usual one, port (`https://lms.example.org:8443`); None if unsound."""
    parts = split(url)
    if parts is None:
        return None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in {None, usual} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def same_origin(one: str, other: str) -> bool:
    """Whether two sound addresses share scheme, host and port."""
    return origin(one) is not None and origin(one) == origin(other)


def same_host(one: str, other: str) -> bool:
    """Whether two sound addresses share the host, on whatever port."""
    first, second = split(one), split(other)
    return first is not None and second is not None and first.hostname == second.hostname
