"""HTTPS on a LAN: a certificate authority of our own, which phones are asked to trust once.

Theory of operation. Wake lock, installing and geolocation need HTTPS, and nobody certifies a
machine on a home network. So a key is made here, kept beside the store, and signs a certificate
for this machine's names and addresses. The authority can sign for nothing but machines on private
networks (name constraints, RFC 5280): whoever steals its key can impersonate no site elsewhere.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# RFC 1918, 6598, 3927, 1122, 4193, 4291: no machine there is anybody else's site.
_PRIVATE = [
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
]
_DOMAINS = ("local", "lan", "home.arpa", "localhost")  # RFC 6762, 8375, 6761; lan by custom
_AUTHORITY_DAYS = 3650
_DAYS = 397  # browsers take none that is valid for longer than 398 (CA/Browser Forum SC31)
_RENEW_DAYS = 30
_EARLIER = timedelta(days=1)  # a phone's clock may be behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What a server shows: its certificate with the chain, and the key.

    `authority` is the certificate that phones are asked to install; None where the certificate
    is the user's own.
    """

    certificate: Path
    key: Path
    authority: Path | None


def local_papers(folder: Path, *, address: str, now: datetime | None = None) -> Papers:
    """Return papers of our own for this machine; made, renewed or kept as needed.

    The authority stays until it expires, or until this machine has an address it may not sign
    for: phones must then trust a new one.
    """
    now = now or datetime.now(UTC)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ca_file, ca_key_file = folder / "authority.pem", folder / "authority-key.pem"
    file, key_file = folder / "server.pem", folder / "server-key.pem"
    ca = _read(ca_file)
    names = _names(address)
    if ca is None or not ca_key_file.exists() or _ends(ca, now) or not _permits(ca, address):
        ca_key = ec.generate_private_key(ec.SECP256R1())
        ca = _authority(ca_key, address=address, now=now)
        _write(ca_key_file, _private(ca_key))
        _write(ca_file, _pem(ca))
    found = _read(file)
    if (
        found is None
        or not key_file.exists()
        or found.issuer != ca.subject
        or _ends(found, now)
        or set(_names_of(found)) != set(names)
    ):
        signer = serialization.load_pem_private_key(ca_key_file.read_bytes(), password=None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)  # noqa: S101 - made above
        key = ec.generate_private_key(ec.SECP256R1())
        _write(key_file, _private(key))
        _write(file, _pem(_server(key, names=names, ca=ca, signer=signer, now=now)) + _pem(ca))
    return Papers(certificate=file, key=key_file, authority=ca_file)


def fingerprint(certificate: Path) -> str:
    """Return a certificate's SHA-256 fingerprint as phones show it."""
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    return found.fingerprint(hashes.SHA256()).hex(":").upper()


def der(certificate: Path) -> bytes:
    """Return a certificate in the form that Android and iOS install."""
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    return found.public_bytes(serialization.Encoding.DER)


def _authority(key: ec.EllipticCurvePrivateKey, *, address: str, now: datetime) -> x509.Certificate:
    serial = x509.random_serial_number()
    name = _named(f"stridecue on {socket.gethostname()[:32]} {serial & 0xFFFF:04x}")
    networks: list[IPv4Network | IPv6Network] = [*_PRIVATE]
    if not _is_private(address):
        networks.append(ip_network(address))
    permitted: list[x509.GeneralName] = [x509.IPAddress(network) for network in networks]
    permitted += [x509.DNSName(domain) for domain in (*_DOMAINS, socket.gethostname())]
    public = key.public_key()
    return (
        _builder(name, name, now=now, days=_AUTHORITY_DAYS, serial=serial)
        .public_key(public)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted, excluded_subtrees=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def _server(
    key: ec.EllipticCurvePrivateKey,
    *,
    names: Sequence[x509.GeneralName],
    ca: x509.Certificate,
    signer: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    serial = x509.random_serial_number()
    issuer_id = x509.SubjectKeyIdentifier.from_public_key(signer.public_key())
    return (
        _builder(_named("stridecue pages"), ca.subject, now=now, days=_DAYS, serial=serial)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id),
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, *, now: datetime, days: int, serial: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .serial_number(serial)
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now - _EARLIER + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _names(address: str) -> list[x509.GeneralName]:
    """Return everything this machine is called."""
    host = socket.gethostname()
    addresses = dict.fromkeys([ip_address(address), IPv4Address("127.0.0.1")])
    hosts = dict.fromkeys([host, f"{host.split('.')[0]}.local", "localhost"])
    return [*(x509.IPAddress(one) for one in addresses), *(x509.DNSName(one) for one in hosts)]


def _names_of(certificate: x509.Certificate) -> list[x509.GeneralName]:
    return list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def _permits(ca: x509.Certificate, address: str) -> bool:
    permitted = ca.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    networks = [one.value for one in permitted or () if isinstance(one, x509.IPAddress)]
    return any(ip_address(address) in ip_network(network) for network in networks)


def _is_private(address: str) -> bool:
    return any(ip_address(address) in network for network in _PRIVATE)


def _ends(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_after_utc - now < timedelta(days=_RENEW_DAYS)


def _read(path: Path) -> x509.Certificate | None:
    return x509.load_pem_x509_certificate(path.read_bytes()) if path.exists() else None


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    """Replace a file whole: never half a key, and nobody else may read it."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)
