"""Who may see what: link tokens, exchanged once for a cookie that scripts cannot read."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Sequence
from hashlib import sha256

TEAM = "*"  # the scope that sees every runner
LINK_HOURS = 24  # a link is for pairing: a photograph of yesterday's screen opens nothing
COOKIE_HOURS = 30 * 24  # renewed at every visit: a phone that was not seen for a month is let go
_HOUR_S = 3600.0
_HOUR_CHARS = 6  # hexadecimal hours since 1970: enough until the year 3883
_MAC_CHARS = 26  # of hexadecimal: 104 bits


class Access:
    """Tokens and cookies for a fixed set of scopes (runners, and the team), from one secret.

    Nothing is kept: a token or a cookie is right if it carries an hour that has not come yet and
    the keyed hash (HMAC-SHA-256) of its scope and that hour, compared in constant time. So links
    and paired phones outlive a restart with the same secret.

    Parameters
    ----------
    runners : sequence of str
        Who has a phone page.
    secret : bytes, optional
        A fresh one if none is given.
    now_s : callable
        Seconds since 1970.

    """

    def __init__(
        self,
        *,
        runners: Sequence[str],
        secret: bytes | None = None,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._secret = secrets.token_bytes(32) if secret is None else secret
        self._scopes = (TEAM, *runners)
        self._now_s = now_s

    def token(self, scope: str, *, hours: int = LINK_HOURS) -> str:
        """Return the link token of a runner's page, or of the coach's (scope `TEAM`)."""
        until = self._until(hours)
        return until + self._mac("token", scope, until)[:_MAC_CHARS]

    def scope_of_token(self, token: str) -> str | None:
        """Return the scope a token opens; every scope is compared, whichever fits."""
        until, found = token[:_HOUR_CHARS], None
        for scope in self._scopes:
            right = until + self._mac("token", scope, until)[:_MAC_CHARS]
            if hmac.compare_digest(right.encode(), token.encode()):
                found = scope
        return found if self._is_to_come(until) else None

    def cookie(self, scope: str) -> str:
        """Return the cookie value that carries a scope."""
        until = self._until(COOKIE_HOURS)
        return f"{scope}.{until}.{self._mac('cookie', scope, until)}"

    def scope_of_cookie(self, value: str) -> str | None:
        """Return the scope of a cookie of ours."""
        rest, _, mac = value.rpartition(".")
        scope, _, until = rest.rpartition(".")
        right = hmac.compare_digest(self._mac("cookie", scope, until).encode(), mac.encode())
        return scope if right and scope in self._scopes and self._is_to_come(until) else None

    def _until(self, hours: int) -> str:
        return f"{int(self._now_s() // _HOUR_S) + 1 + hours:0{_HOUR_CHARS}x}"

    def _is_to_come(self, until: str) -> bool:
        try:
            return self._now_s() < int(until, 16) * _HOUR_S
        except ValueError:
            return False

    def _mac(self, purpose: str, scope: str, until: str) -> str:
        said = f"{purpose}:{scope}:{until}".encode()
        return hmac.new(self._secret, said, sha256).hexdigest()


def cookie_name(scheme: str) -> str:
    """Return the cookie's name; a browser takes the one of HTTPS from HTTPS alone."""
    return "__Host-stridecue" if scheme == "https" else "stridecue"


def may_see(scope: str, runner: str) -> bool:
    """Say whether a scope opens a runner's page."""
    return scope in {TEAM, runner}
