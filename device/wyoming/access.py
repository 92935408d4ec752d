"""Who may connect: the protocol has no passwords, so it is known by the address. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
_MOST_NOTED = 100
"""Addresses that are remembered as refused, so that each is logged once."""


class Guests:
    """Those on the list, and those who were refused."""

    def __init__(self, allow: Sequence[str]) -> None:
        """`allow`: addresses or networks ("192.168.1.20", "192.168.1.0/24"). Raises ValueError."""
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(each, strict=False) for each in allow]
        self._refused: set[Address] = set()

    def admits(self, peer: str) -> bool:
        """Whether the list has this address, as a socket tells it."""
        address = plain_address(peer)
        return any(address in network for network in self._networks)

    def news(self, peer: str) -> bool:
        """Whether it is refused for the first time: somebody who knocks all day fills no log."""
        address = plain_address(peer)
        if address in self._refused or len(self._refused) >= _MOST_NOTED:
            return False
        self._refused.add(address)
        return True


def plain_address(peer: str) -> Address:
    """Without a scope ("%eth0"), and as IPv4 where an IPv6 socket wraps one."""
    address = ip_address(peer.partition("%")[0])
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
