"""Which network addresses may be asked when somebody else chose the name: nobody leads us into our own network."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address


class ForbiddenAddressError(OSError):
    """The name leads to an address that may not be asked; an OSError, because it ends a connection."""


@dataclass(frozen=True)
class AddressGuard:
    """Attributes: private: addresses of private networks may be asked. loopback: this machine may be."""

    private: bool = False
    loopback: bool = False

    def resolve(self, host: str, port: int) -> str:
        """The address to connect to, as text.

        Raises:
            ForbiddenAddressError: the name leads to an address that may not be asked; one such among several is
                enough, because the next look-up could give it alone.
            OSError: the name leads nowhere.
        """
        try:
            found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except UnicodeError as problem:
            raise OSError(str(problem)) from None
        if not all(self.allows(str(address)) for address in found):
            raise ForbiddenAddressError
        return str(found[0])

    def allows(self, address: str) -> bool:
        """Whether an address may be asked. Link-local ones (cloud metadata) and the like never may."""
        ip: IPv4Address | IPv6Address = ip_address(address.split("%", maxsplit=1)[0])
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        if ip.is_loopback:
            return self.loopback or self.private
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
            return False
        return self.private or ip.is_global
