"""The settings of the pages: where they listen, and what they show for a certificate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from stridecue.roster import Section

_MOST_PORT = 65535
_HTTPS_ABOVE = 443  # 8000 and 8443
Port = Annotated[int, Field(ge=0, le=_MOST_PORT)]


class WebSettings(Section):
    """The pages: on the LAN behind a token, or on loopback only where `local`.

    `certificate` and `key` are your own for HTTPS under the name `host`; without them one of ours.
    """

    port: Port = 8000
    https_port: Port | None = None
    local: bool = False
    host: str | None = None
    certificate: Path | None = None
    key: Annotated[Path | None, Field(validate_default=True)] = None

    @field_validator("key")
    @classmethod
    def _certificate_has_a_key(cls, key: Path | None, info: ValidationInfo) -> Path | None:
        if (key is None) != (info.data.get("certificate") is None):
            raise ValueError("certificate and key come together")
        return key

    def secure_port(self) -> int:
        """Return the port of HTTPS: as far above that of HTTP as 443 is above nothing."""
        if self.https_port is not None:
            return self.https_port
        return self.port + _HTTPS_ABOVE if 0 < self.port <= _MOST_PORT - _HTTPS_ABOVE else 0
