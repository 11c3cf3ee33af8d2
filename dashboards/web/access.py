"""Who may see what: link tokens, exchanged once for a cookie that scripts cannot read."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256

COOKIE = "stridecue"
TEAM = "*"  # the scope that sees every runner
_TOKEN_CHARS = 26  # of hexadecimal: 104 bits


class Access:
    """Tokens and cookies for a fixed set of scopes (runners, and the team), from one secret.

    Nothing is kept: a token or a cookie is right if it is the keyed hash (HMAC-SHA-256) of its
    scope, compared in constant time. The same secret gives the same links after a restart.

    Parameters
    ----------
    runners : sequence of str
        Who has a phone page.
    secret : bytes, optional
        A fresh one if none is given.

    """

    def __init__(self, *, runners: Sequence[str], secret: bytes | None = None) -> None:
        self._secret = secrets.token_bytes(32) if secret is None else secret
        self._scopes = (TEAM, *runners)

    def token(self, scope: str) -> str:
        """Return the link token of a runner's page, or of the coach's (scope `TEAM`)."""
        return self._mac("token", scope)[:_TOKEN_CHARS]

    def scope_of_token(self, token: str) -> str | None:
        """Return the scope a token opens; every scope is compared, whichever fits."""
        found = None
        for scope in self._scopes:
            if hmac.compare_digest(self.token(scope).encode(), token.encode()):
                found = scope
        return found

    def cookie(self, scope: str) -> str:
        """Return the cookie value that carries a scope."""
        return f"{scope}.{self._mac('cookie', scope)}"

    def scope_of_cookie(self, value: str) -> str | None:
        """Return the scope of a cookie of ours."""
        scope, _, mac = value.rpartition(".")
        right = hmac.compare_digest(self._mac("cookie", scope).encode(), mac.encode())
        return scope if right and scope in self._scopes else None

    def _mac(self, purpose: str, scope: str) -> str:
        return hmac.new(self._secret, f"{purpose}:{scope}".encode(), sha256).hexdigest()


def may_see(scope: str, runner: str) -> bool:
    """Say whether a scope opens a runner's page."""
    return scope in {TEAM, runner}
