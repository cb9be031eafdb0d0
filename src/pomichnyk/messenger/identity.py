"""Who a computer is: its own certificate, and the fingerprints of the computers it has met.

There is no authority to ask in a house. A computer makes its certificate itself; whoever meets it
the first time notes its fingerprint, and from then on talks to nobody else under that address.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pomichnyk.errors import DriverMissingError, UnavailableError
from pomichnyk.files import sync_folder, told
from pomichnyk.messenger.errors import ChangedIdentityError, UndeliveredError
from pomichnyk.text import Text

if TYPE_CHECKING:
    import ssl

FILE = "messenger.pem"
OWNER_ONLY = 0o600


class Identity:
    """This computer's certificate and its key, made on first use in a folder of its owner's.

    Attributes:
        path: the file of both, which nobody else may read.
        fingerprint: SHA-256 of the certificate, as ``openssl x509 -fingerprint`` writes it.

    Raises:
        DriverMissingError: it is to be made, and the package for that is not installed.
        UnavailableError: the file cannot be made or read, or holds something else.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        with told(self.path):
            if not self.path.exists():
                _make(self.path)
            pem = self.path.read_text(encoding="ascii", errors="replace")
        self.fingerprint = fingerprint(_certificate(self.path, pem))

    def context(self) -> ssl.SSLContext:
        """Return what a server speaks TLS with.

        Raises:
            UnavailableError: the key is not the certificate's.
        """
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.num_tickets = 0
        try:
            context.load_cert_chain(self.path)
        except ssl.SSLError as error:
            raise _broken(self.path) from error
        return context


class KnownHosts:
    """The computers that were met, in a file: a line for each, its address and fingerprint.

    Whoever trusts a computer's new certificate removes its line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def fingerprint(self, peer: str) -> str | None:
        """Return the fingerprint noted for an address, None if it was never met.

        Raises:
            UnavailableError: the file cannot be read.
        """
        with told(self.path):
            if not self.path.exists():
                return None
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((noted for name, _, noted in map(_split, lines) if name == peer.lower()), None)

    def meet(self, peer: str, shown: str) -> None:
        """Note the fingerprint that a computer shows, if it is met the first time.

        Raises:
            ChangedIdentityError: another was noted for that address.
            UnavailableError: the file cannot be read or written.
        """
        noted = self.fingerprint(peer)
        if noted is None:
            self._note(f"{peer.lower()} {shown}\n")
        elif noted != shown:
            raise ChangedIdentityError(
                peer,
                Text(
                    "its certificate is not the one noted when it was first met; nothing was"
                    " sent. If that is right, remove its line from {path}",
                    path=self.path,
                ),
            )

    @contextmanager
    def secured(self, connection: socket.socket, peer: str) -> Iterator[ssl.SSLSocket]:
        """Speak TLS over a connection, once it is known whose it is.

        Raises:
            ChangedIdentityError: it is not the computer that was met under that address.
            UndeliveredError: the other side speaks no TLS.
        """
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        with context.wrap_socket(connection, do_handshake_on_connect=False) as inside:
            try:
                inside.do_handshake()
            except ssl.SSLError as error:
                raise UndeliveredError(peer, Text("it speaks no TLS")) from error
            self.meet(peer, fingerprint(inside.getpeercert(binary_form=True) or b""))
            yield inside

    def _note(self, line: str) -> None:
        with told(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, OWNER_ONLY)
            try:
                os.write(file, line.encode())
                os.fsync(file)
            finally:
                os.close(file)


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate in DER, two digits a byte with colons between."""
    return sha256(certificate).digest().hex(":").upper()


def _split(line: str) -> tuple[str, str, str]:
    return line.partition(" ")


def _certificate(path: Path, pem: str) -> bytes:
    import ssl

    start = pem.find("-----BEGIN CERTIFICATE-----")
    try:
        return ssl.PEM_cert_to_DER_cert(pem[start:])
    except ValueError as error:
        raise _broken(path) from error


def _broken(path: Path) -> UnavailableError:
    return UnavailableError(Text("{path} holds no certificate with its key", path=path))


def _make(path: Path) -> None:
    """Make a certificate, unless another process has made it first."""
    content = _self_made()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    file = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        _place(draft, path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _place(draft: Path, path: Path) -> None:
    """Give a draft its name, unless something has it."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        draft.replace(path)


def _self_made() -> bytes:
    """Return a new key and its certificate, in PEM; a hundred years are as long as it lives."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ModuleNotFoundError as missing:
        raise DriverMissingError("cryptography", "tls") from missing
    from datetime import UTC, datetime, timedelta

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Pomichnyk")])
    start = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
