"""Which network addresses may be asked when somebody else chose the name."""

import socket

import pytest

from companion.lti.guard import AddressGuard, ForbiddenAddressError

NOWHERE, LOOPBACK, PRIVATE = AddressGuard(), AddressGuard(loopback=True), AddressGuard(private=True)


@pytest.mark.parametrize(
    ("address", "kinds"),
    [
        ("93.184.216.34", "nlp"),
        ("2606:2800:220:1::1", "nlp"),
        ("127.0.0.1", "lp"),
        ("127.9.9.9", "lp"),
        ("::1", "lp"),
        ("::ffff:127.0.0.1", "lp"),
        ("10.0.0.7", "p"),
        ("172.16.0.1", "p"),
        ("192.168.1.1", "p"),
        ("100.64.0.1", "p"),
        ("fd00::1", "p"),
        ("::ffff:10.0.0.7", "p"),
        ("169.254.169.254", ""),
        ("::ffff:169.254.169.254", ""),
        ("fe80::1%eth0", ""),
        ("0.0.0.0", ""),
        ("::", ""),
        ("224.0.0.1", ""),
        ("255.255.255.255", ""),
        ("240.0.0.1", ""),
    ],
)
def test_each_kind_of_address(address: str, kinds: str) -> None:
    allowed = {"n": NOWHERE, "l": LOOPBACK, "p": PRIVATE}
    assert {k for k, guard in allowed.items() if guard.allows(address)} == set(kinds)


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)


def test_the_first_address_is_the_one_to_connect_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "93.184.216.34", "93.184.216.35")
    assert NOWHERE.resolve("lms.example.org", 443) == "93.184.216.34"


def test_one_private_address_among_several_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """The attack: the next look-up gives the private one alone."""
    answering(monkeypatch, "93.184.216.34", "10.0.0.7")
    with pytest.raises(ForbiddenAddressError):
        NOWHERE.resolve("lms.example.org", 443)


def test_a_name_that_cannot_be_is_a_name_that_leads_nowhere() -> None:
    with pytest.raises(OSError, match="label"):
        NOWHERE.resolve(f"{'x' * 64}.example.org", 443)
