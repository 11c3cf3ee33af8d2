"""On a machine without machine code a command decides whether to compile before it loads numba."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# What `be_ready` says of the process it is called in: the compiler is asked once, as it is loaded,
# whether to compile, so nothing may have loaded it by then.
_LOOK = """
import sys
from stridecue import compiling
compiling.be_ready = lambda *_, **__: sys.exit(41 if "numba" in sys.modules else 40)
from stridecue.cli import main
sys.argv = ["stridecue", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(
    "command",
    [
        ["demo"],
        ["demo", "--history", "2w"],
        ["season"],
        ["run", "--radio", "virtual"],
        ["replay", "run.scue"],
        ["worker"],
    ],
    ids=" ".join,
)
def test_no_command_loads_the_compiler_before_it_is_known_whether_to_compile(
    command: list[str], tmp_path: Path
) -> None:
    (tmp_path / "run.scue").touch()
    found = subprocess.run([sys.executable, "-c", _LOOK, *command], cwd=tmp_path, check=False)
    assert found.returncode == 40
