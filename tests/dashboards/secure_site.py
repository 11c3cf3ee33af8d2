"""The real web server over HTTPS with the local authority, and a browser that trusts only it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from analytics.codec import Record
from dashboards.ports import listen, port_of
from dashboards.sharing import Sharing
from dashboards.store import Store
from dashboards.web.access import Access
from dashboards.web.app import create_app
from dashboards.web.certificates import Papers, local_papers
from dashboards.web.gate import Parts, Secure
from dashboards.web.hub import PhoneHub
from dashboards.web.server import serve
from dashboards.wishes import Wish
from tests.dashboards import people
from tests.dashboards.site import OTHER, timed

SECRET = b"the same after every start"


def trusted_key(papers: Papers) -> str:
    """What Chromium is told to trust: the authority's key, and nothing else."""
    assert papers.authority is not None
    found = x509.load_pem_x509_certificate(papers.authority.read_bytes()).public_key()
    spki = found.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(sha256(spki).digest()).decode()


@dataclass
class SecureSite:
    """A server that can be killed and started again on the same port."""

    store: Store
    papers: Papers
    port: int
    access: Access
    hub: PhoneHub = field(init=False)
    wishes: list[tuple[str, Wish]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def link(self, runner: str = people.RUNNER) -> str:
        return f"{self.address}/run/{runner}#{self.access.token(runner)}"

    async def deliver(self, *records: Record) -> None:
        await self.hub.deliver(timed(records))

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Serve with a hub that knows nothing yet, as after a start."""
        other = type(people.INFO)(id=OTHER, name="Noah", baseline="own baseline", simulated=False)
        self.hub = PhoneHub(
            runners=[people.INFO, other],
            on_wish=lambda runner, wish: self.wishes.append((runner, wish)),
        )
        app = create_app(
            Parts(
                hub=self.hub,
                access=self.access,
                store=self.store,
                sharing=Sharing(self.store),
                secure=Secure(address=self.address, authority=self.papers.authority),
            )
        )
        listener = listen(host="127.0.0.1", port=self.port, what="the pages", setting="web.port")
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(
                serve(app, listener=listener, papers=self.papers, on_stop=self.hub.close)
            )
            yield
            serving.cancel()


def secure_site(folder: Path, store: Store) -> SecureSite:
    """Return a site on a free port, not served yet."""
    free = listen(host="127.0.0.1", port=0, what="the pages", setting="web.port")
    port = port_of(free)
    free.close()
    return SecureSite(
        store=store,
        papers=local_papers(folder / "https", address="192.168.1.20"),
        port=port,
        access=Access(runners=[people.RUNNER, OTHER], secret=SECRET),
    )
