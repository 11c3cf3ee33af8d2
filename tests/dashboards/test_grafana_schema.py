"""The dashboards against Grafana's own types, by the TypeScript compiler."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards import grafana_queries as asked

pytestmark = pytest.mark.node
PACKAGES = Path(sys.prefix) / "schema" / "node_modules"  # scripts/test puts them there
JUDGE = Path(__file__).parent / "schema" / "judge.ts"
_CONFIGURED = "@grafana/schema/dist/esm/raw/composable/{}/panelcfg/x/{}PanelCfg_types.gen"
_KINDS = {
    "timeseries": ("timeseries", "TimeSeries"),
    "table": ("table", "Table"),
    "barchart": ("barchart", "BarChart"),
    "stat": ("stat", "Stat"),
    "status-history": ("statushistory", "StatusHistory"),
    "state-timeline": ("statetimeline", "StateTimeline"),
    "xychart": ("xychart", "XYChart"),
}
_NO_FIELDS_OF_ITS_OWN = {"stat"}
_CONFIG = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "target": "es2022",
        "module": "esnext",
        "moduleResolution": "bundler",
        "skipLibCheck": True,
        "types": [],
    },
    "include": ["*.ts"],
}


def compiled(folder: Path, boards: list[dict[str, Any]]) -> subprocess.CompletedProcess[str]:
    """Let the compiler read the dashboards as what Grafana's types say they are."""
    (folder / "node_modules").symlink_to(PACKAGES)
    (folder / "judge.ts").write_text(JUDGE.read_text())
    (folder / "tsconfig.json").write_text(json.dumps(_CONFIG))
    for number, board in enumerate(boards):
        (folder / f"board{number}.ts").write_text("\n".join(_module(board)))
    tsc = [str(PACKAGES / ".bin" / "tsc"), "-p", str(folder)]
    return subprocess.run(tsc, capture_output=True, text=True, check=False)


def _module(board: dict[str, Any]) -> Iterator[str]:
    yield 'import type { Dashboard } from "@grafana/schema";'
    yield 'import type { Written } from "./judge";'
    kinds = sorted({panel["type"] for panel in board["panels"]})
    for kind in kinds:
        package, name = _KINDS[kind]
        yield f'import type * as {package} from "{_CONFIGURED.format(package, name)}";'
    # What a query may say is its data source's to know: as a variable it may say more.
    marks = board["annotations"].get("list", [])
    targets = [mark["target"] for mark in marks]
    named = [{**mark, "target": f"@{number}"} for number, mark in enumerate(marks)]
    text = json.dumps({**board, "annotations": {"list": named}})
    for number, target in enumerate(targets):
        yield f"const target{number} = {json.dumps(target)};"
        text = text.replace(f'"@{number}"', f"target{number}")
    yield f"export const board: Written<Dashboard> = {text};"
    for panel in board["panels"]:
        package, number = _KINDS[panel["type"]][0], panel["id"]
        options = json.dumps(panel["options"])
        yield f"export const options{number}: Written<{package}.Options> = {options};"
        if package not in _NO_FIELDS_OF_ITS_OWN:
            custom = json.dumps(panel["fieldConfig"]["defaults"]["custom"])
            yield f"export const custom{number}: Written<{package}.FieldConfig> = {custom};"


def test_grafanas_types_take_every_dashboard(tmp_path: Path) -> None:
    result = compiled(tmp_path, asked.boards())
    assert result.returncode == 0, result.stdout


def _misspelt(board: dict[str, Any]) -> None:
    board["panels"][0]["tittle"] = board["panels"][0].pop("title")


def _of_no_kind(board: dict[str, Any]) -> None:
    board["graphTooltip"] = 7


def _stray_option(board: dict[str, Any]) -> None:
    board["panels"][0]["options"]["auto"] = True


@pytest.mark.parametrize("spoil", [_misspelt, _of_no_kind, _stray_option])
def test_a_word_that_grafana_does_not_know_is_refused(tmp_path: Path, spoil: Any) -> None:  # noqa: ANN401 - any way to spoil it
    board = copy.deepcopy(asked.boards()[0])
    spoil(board)
    result = compiled(tmp_path, [board])
    assert result.returncode != 0
    assert "board0.ts" in result.stdout
