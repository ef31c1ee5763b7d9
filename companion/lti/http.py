"""The one place of LTI that sends requests: reading a platform's key set."""

import time
from collections.abc import Callable
from typing import Final

import requests

from companion.lti import addresses
from companion.lti.errors import KeysUnreachableError

LIMIT: Final = 100_000
"""Bytes a key set may have; Moodle's has about 500."""


class HttpKeySetFetcher:
    """Reads key sets: https outside this machine, no redirects, bounded in time and size."""

    def __init__(self, *, timeout: float = 5.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Args: timeout: seconds to connect, for each answer of the peer, and for the whole body."""
        self._timeout = timeout
        self._monotonic = monotonic

    def __call__(self, url: str) -> bytes:
        """The body of the key set; raises KeysUnreachableError."""
        if not addresses.is_safe(url):
            raise KeysUnreachableError
        try:
            with requests.get(
                url,
                headers={"Accept": "application/json"},
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                auth=_no_credentials,
            ) as response:
                return self._body(response)
        except requests.RequestException:
            raise KeysUnreachableError from None

    def _body(self, response: requests.Response) -> bytes:
        if response.status_code != requests.codes.ok:
            raise KeysUnreachableError
        deadline = self._monotonic() + self._timeout
        body = b""
        for chunk in response.iter_content(8192):
            body += chunk
            if len(body) > LIMIT or self._monotonic() > deadline:
                raise KeysUnreachableError
        return body


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    # Without it requests would look for a password of this host in ~/.netrc.
    return request
