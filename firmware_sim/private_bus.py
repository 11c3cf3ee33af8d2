"""A D-Bus of our own: a real dbus-daemon that only this program's BlueZ and its clients know."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import SensorNotFoundError

ADDRESS_VARIABLE = "DBUS_SYSTEM_BUS_ADDRESS"  # where programs look for the system's bus

# Everybody may own every name and say everything; what waits for a slow reader is kept.
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow receive_sender="*"/>
    <allow user="*"/>
  </policy>
  <limit name="max_outgoing_bytes">1000000000</limit>
  <limit name="max_connections_per_user">1000</limit>
  <limit name="max_match_rules_per_connection">10000</limit>
</busconfig>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateBus:
    """A bus under way: where it listens, and its process."""

    address: str
    pid: int

    def is_quiet(self) -> bool:
        """Tell whether the daemon sleeps: it has passed on all that it was given.

        What we write wakes it before our write returns; it sleeps again when all is written.
        """
        status = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        return status.rpartition(") ")[2].startswith("S")


@contextmanager
def private_bus() -> Iterator[PrivateBus]:
    """Run a bus; its address stands in the environment as the system bus' meanwhile."""
    program = shutil.which("dbus-daemon")
    if program is None:
        raise _cannot("dbus-daemon is not installed", mend="Debian: apt-get install dbus")
    with tempfile.TemporaryDirectory(prefix="stridecue-bus-") as folder:
        config = Path(folder) / "bus.conf"
        config.write_text(_CONFIG.format(socket=Path(folder) / "bus"), encoding="utf-8")
        with subprocess.Popen(  # noqa: S603 - a program of the system's, with our own settings
            [program, f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it complains of limits that only root may raise
            text=True,
        ) as daemon:
            assert daemon.stdout is not None  # noqa: S101 - it is a pipe
            address = daemon.stdout.readline().strip()  # once it listens
            try:
                if not address:
                    raise _cannot("dbus-daemon does not start", mend=f"run it: {program} --session")
                with _environment(ADDRESS_VARIABLE, address):
                    yield PrivateBus(address=address, pid=daemon.pid)
            finally:
                daemon.terminate()


def _cannot(what: str, *, mend: str) -> SensorNotFoundError:
    return SensorNotFoundError(what, where="private D-Bus", mend=mend)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
