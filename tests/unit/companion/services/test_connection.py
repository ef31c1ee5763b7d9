"""The way to the LMS: the stored site and a client for it."""

import pytest

from companion.errors import NotReadyError
from companion.services.connection import Connection
from companion.services.registry import Services
from companion.store import Cipher, Database
from lms_client import MoodleClient
from tests.sites import Lms, connect
from tests.watched import WatchedClients

KEY = "ZW5jcnlwdGlvbi1rZXktb2YtdGhlLXRlc3RzLTMyISE="
OTHER_KEY = "b3RoZXIta2V5LW9mLXRoZS10ZXN0cy0zMi1ieXRlcyE="


def test_without_a_site_it_says_how_to_connect_one(db: Database) -> None:
    connection = Connection(db, Cipher(KEY), WatchedClients())
    for ask in (connection.site, connection.client):
        with pytest.raises(NotReadyError, match="python -m companion connect"):
            ask()


def test_the_client_has_the_address_and_the_token_that_were_connected(services: Services, lms: Lms) -> None:
    given: list[tuple[str, str]] = []

    def new_client(address: str, token: str) -> MoodleClient:
        given.append((address, token))
        return WatchedClients()(address, token)

    connect(services, lms)
    client = Connection(services.db, Cipher(KEY), new_client).client()
    assert given == [(lms.url, lms.sandbox.token)]
    assert client.site_info().url == lms.url


def test_a_token_stored_with_another_key_is_told_without_showing_it(services: Services, lms: Lms) -> None:
    connect(services, lms)
    connection = Connection(services.db, Cipher(OTHER_KEY), WatchedClients())
    with pytest.raises(NotReadyError, match="connect the LMS again") as raised:
        connection.client()
    assert lms.sandbox.token not in str(raised.value)
