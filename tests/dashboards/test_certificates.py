"""Phones that trust our authority reach this machine over HTTPS, and it can vouch for no other."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from dashboards.web.certificates import Papers, fingerprint, local_papers

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def shake_hands(papers: Papers, name: str) -> None:
    """Connect as a phone that trusts the authority alone; `ssl.SSLError` where it does not."""
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(papers.certificate, papers.key)
    here = ssl.create_default_context(cafile=str(papers.authority))
    to_here, to_there = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = here.wrap_bio(to_here, to_there, server_hostname=name)
    server = there.wrap_bio(to_there, to_here, server_side=True)
    for _ in range(3):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert client.version() is not None


@pytest.mark.parametrize("name", ["192.168.1.20", "127.0.0.1", "localhost"])
def test_a_phone_that_trusts_the_authority_trusts_this_machine(tmp_path: Path, name: str) -> None:
    shake_hands(local_papers(tmp_path, address="192.168.1.20"), name)


def test_another_machines_name_is_not_ours(tmp_path: Path) -> None:
    papers = local_papers(tmp_path, address="192.168.1.20")
    with pytest.raises(ssl.SSLCertVerificationError, match=r"192\.168\.1\.21"):
        shake_hands(papers, "192.168.1.21")


def test_papers_stay_and_a_new_address_keeps_the_authority(tmp_path: Path) -> None:
    first = local_papers(tmp_path, address="192.168.1.20")
    assert first.authority is not None
    authority, server = fingerprint(first.authority), fingerprint(first.certificate)
    again = local_papers(tmp_path, address="192.168.1.20")
    assert fingerprint(again.certificate) == server
    moved = local_papers(tmp_path, address="10.0.0.7")
    assert moved.authority is not None
    assert fingerprint(moved.authority) == authority
    assert fingerprint(moved.certificate) != server
    shake_hands(moved, "10.0.0.7")


def test_a_certificate_is_renewed_before_it_ends_and_lasts_as_long_as_browsers_take(
    tmp_path: Path,
) -> None:
    papers = local_papers(tmp_path, address="192.168.1.20", now=NOW)
    first = x509.load_pem_x509_certificate(papers.certificate.read_bytes())
    assert first.not_valid_after_utc - first.not_valid_before_utc <= timedelta(days=398)
    later = first.not_valid_after_utc - timedelta(days=20)
    local_papers(tmp_path, address="192.168.1.20", now=later)
    second = x509.load_pem_x509_certificate(papers.certificate.read_bytes())
    assert second.not_valid_after_utc > later + timedelta(days=300)


def test_the_authority_vouches_for_private_networks_only(tmp_path: Path) -> None:
    papers = local_papers(tmp_path, address="192.168.1.20")
    assert papers.authority is not None
    authority = x509.load_pem_x509_certificate(papers.authority.read_bytes())
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    permitted = [str(one.value) for one in limits.value.permitted_subtrees or ()]
    assert "192.168.0.0/16" in permitted
    assert not any(name.startswith("0.0.0.0") for name in permitted)  # noqa: S104 - an address


def test_nobody_else_may_read_the_keys(tmp_path: Path) -> None:
    local_papers(tmp_path / "https", address="192.168.1.20")
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "https").iterdir()}
    assert modes["authority-key.pem"] == modes["server-key.pem"] == 0o600
