"""Who else is on the network: names said and heard by multicast DNS."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from pomichnyk.errors import DriverMissingError

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

SERVICE = "_pomichnyk._tcp.local."
FINGERPRINT = "fingerprint"
_LABEL_BYTES = 58
"""DNS has 63; the rest is for a number behind a name that is taken."""
_ANSWERING_MS = 500
_FINGERPRINT = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){31}")


@dataclass(frozen=True, slots=True, order=True)
class Peer:
    """A computer that says that it takes messages; whether it is who it says, TLS has to prove.

    Attributes:
        name: what it calls itself.
        host: its address.
        port: where it listens.
        fingerprint: of its certificate, empty if it speaks no TLS.
    """

    name: str
    host: str
    port: int
    fingerprint: str = ""


@contextmanager
def announce(
    name: str, port: int, fingerprint: str = "", *, addresses: Sequence[str] = ()
) -> Iterator[bool]:
    """Let others on the network find this computer, as long as the block lasts.

    Beginning takes a second or two: others are asked whether they have that name, and if so a
    number is put behind it. It gives False where no network carries multicast: nobody will know.

    Args:
        name: what this computer calls itself.
        port: where it listens.
        fingerprint: of its certificate, if it speaks TLS.
        addresses: those of this computer to tell, and to tell them by; all, if nothing is said.

    Raises:
        DriverMissingError: the package for that is not installed.
    """
    with _listening(addresses) as network:
        if network is None:
            yield False
            return
        info = _info(name, port, fingerprint, addresses or _own_addresses())
        announced = _registered(network, info)
        try:
            yield announced
        finally:
            if announced:
                network.unregister_service(info)


def around(seconds: float = 2.0, *, addresses: Sequence[str] = ()) -> list[Peer]:
    """Return the computers that announce themselves, by name; none where there is no multicast.

    Args:
        seconds: how long to listen; most answer within half of one.
        addresses: those of this computer to ask by; all, if nothing is said.

    Raises:
        DriverMissingError: the package for that is not installed.
    """
    with _listening(addresses) as network:
        if network is None:
            return []
        names = _heard(network, seconds)
        found = [network.get_service_info(SERVICE, name, _ANSWERING_MS) for name in names]
    return sorted(peer for info in found if info and (peer := _peer(info)))


@contextmanager
def _listening(addresses: Sequence[str]) -> Iterator[Zeroconf | None]:
    """Give the network, None if it carries no multicast."""
    try:
        from zeroconf import InterfaceChoice, Zeroconf
    except ModuleNotFoundError as missing:
        raise DriverMissingError("zeroconf", "discovery") from missing
    if not (addresses or _own_addresses()):
        yield None
        return
    try:
        network = Zeroconf(interfaces=[*addresses] or InterfaceChoice.All)
    except (OSError, RuntimeError):
        yield None
        return
    try:
        yield network
    finally:
        network.close()


def _registered(network: Zeroconf, info: ServiceInfo) -> bool:
    from zeroconf import Error

    try:
        network.register_service(info, allow_name_change=True)
    except (OSError, RuntimeError, Error):
        return False
    return True


def _heard(network: Zeroconf, seconds: float) -> list[str]:
    """Return the full names of the services that answer."""
    from zeroconf import ServiceBrowser, ServiceStateChange

    names: dict[str, None] = {}

    def hear(*, name: str, state_change: ServiceStateChange, **_: object) -> None:
        if state_change is ServiceStateChange.Removed:
            names.pop(name, None)
        else:
            names[name] = None

    browser = ServiceBrowser(network, SERVICE, handlers=[hear])
    time.sleep(seconds)
    browser.cancel()
    return [*names]


def _info(name: str, port: int, fingerprint: str, addresses: Sequence[str]) -> ServiceInfo:
    from zeroconf import ServiceInfo

    label = _label(name)
    return ServiceInfo(
        SERVICE,
        f"{label}.{SERVICE}",
        port=port,
        properties={FINGERPRINT: fingerprint} if fingerprint else {},
        parsed_addresses=[*addresses],
    )


def _label(name: str) -> str:
    """Return a name as one label of DNS, which has no room for a long one."""
    label = (
        _readable(name).replace(".", " ").encode()[:_LABEL_BYTES].decode(errors="ignore").strip()
    )
    return label or "Pomichnyk"


def _peer(info: ServiceInfo) -> Peer | None:
    hosts = info.parsed_scoped_addresses()
    if not hosts or not info.port:
        return None
    name = _readable(info.name.removesuffix(f".{SERVICE}"))
    shown = info.decoded_properties.get(FINGERPRINT) or ""
    return Peer(name, hosts[0], info.port, shown if _FINGERPRINT.fullmatch(shown) else "")


def _readable(name: str) -> str:
    """Return a name without what could play tricks on a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in name)


def _own_addresses() -> list[str]:
    """Return the addresses by which others reach this computer."""
    from ifaddr import get_adapters  # zeroconf finds them by it

    found = (ip.ip for adapter in get_adapters() for ip in adapter.ips)
    plain = (ip if isinstance(ip, str) else ip[0] for ip in found)
    return [ip for ip in plain if not (ip_address(ip).is_loopback or ip_address(ip).is_link_local)]
