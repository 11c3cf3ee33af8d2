"""Where the pages are: over HTTP for a first look, over HTTPS for everything."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from analytics.errors import SettingsError
from dashboards.ports import listen, port_of
from dashboards.runner_state import RunnerInfo
from dashboards.sharing import Sharing
from dashboards.store import Store
from dashboards.web.access import TEAM, Access
from dashboards.web.app import create_app
from dashboards.web.certificates import Papers, fingerprint, local_papers
from dashboards.web.gate import Parts, Secure
from dashboards.web.hub import PhoneHub
from dashboards.web.server import serve
from stridecue.app import Service
from stridecue.lan import EVERYWHERE, LOOPBACK, lan_address
from stridecue.limits_desk import CoachsLimits
from stridecue.roster_desk import RosterBook
from stridecue.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The servers to run, and what people open.

    `addresses` has the phone page by runner and the team's page under `TEAM`; `secure` the same
    over HTTPS. Where phones trust the certificate anyway both are over HTTPS. `notes` are for
    people to read at the start.
    """

    services: dict[str, Service]
    addresses: dict[str, str]
    secure: dict[str, str]
    notes: list[str]


def pages(
    *,
    hub: PhoneHub,
    store: Store,
    sharing: Sharing,
    settings: Settings,
    runners: Sequence[RunnerInfo],
) -> Pages:
    """Bind both ports and return the pages.

    Raises
    ------
    ServiceError
        A port is taken.
    SettingsError
        The certificate in the settings cannot be used.

    """
    name = LOOPBACK if settings.web.local else lan_address()
    plain, sealed, papers = _listeners(settings, name)
    secret = kept_secret(settings.store_path().with_name("links.key"))
    access = Access(runners=[runner.id for runner in runners], secret=secret)
    secure = Secure(
        address=f"https://{settings.web.host or name}:{port_of(sealed)}", authority=papers.authority
    )
    app = create_app(
        Parts(
            hub=hub,
            access=access,
            store=store,
            sharing=sharing,
            limits=CoachsLimits(settings, store),
            roster=RosterBook(settings),
            secure=secure,
            zone=settings.team.zone,
        )
    )
    over_https = _links(secure.address, access, runners)
    own = papers.authority is None
    return Pages(
        services={
            "pages": partial(serve, app, listener=plain, on_stop=hub.close),
            "pages over HTTPS": partial(
                serve, app, listener=sealed, papers=papers, on_stop=hub.close
            ),
        },
        addresses=over_https if own else _links(_plain(name, plain), access, runners),
        secure=over_https,
        notes=[] if papers.authority is None else [_note(papers.authority)],
    )


def _listeners(settings: Settings, name: str) -> tuple[socket.socket, socket.socket, Papers]:
    """Bind the port of HTTP and that of HTTPS, both or none, and return its certificate too."""
    web = settings.web
    host = LOOPBACK if web.local else EVERYWHERE
    plain = listen(host=host, port=web.port, what="the pages", setting="web.port")
    try:
        papers = _papers(settings, name)
        sealed = listen(
            host=host, port=web.secure_port(), what="the pages", setting="web.https_port"
        )
    except BaseException:
        plain.close()
        raise
    return plain, sealed, papers


def kept_secret(path: Path) -> bytes:
    """Return the secret behind the pages' links; made once, so that links outlive a restart."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()


def _note(authority: Path) -> str:
    return f"Certificate of the pages over HTTPS, SHA-256: {fingerprint(authority)}"


def _plain(name: str, listener: socket.socket) -> str:
    return f"http://{name}:{port_of(listener)}"


def _links(base: str, access: Access, runners: Sequence[RunnerInfo]) -> dict[str, str]:
    links = {TEAM: f"{base}/#{access.token(TEAM)}"}
    for runner in runners:
        links[runner.id] = f"{base}/run/{runner.id}#{access.token(runner.id)}"
    return links


def _papers(settings: Settings, name: str) -> Papers:
    """Return the user's own certificate, or one of ours."""
    web = settings.web
    if web.certificate is None or web.key is None:
        return local_papers(settings.store_path().with_name("https"), address=name)
    for path, setting in ((web.certificate, "web.certificate"), (web.key, "web.key")):
        if not path.is_file():
            raise SettingsError("no such file", where=f"{setting} = {path}", mend="give its path")
    return Papers(certificate=web.certificate, key=web.key, authority=None)
