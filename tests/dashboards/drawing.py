"""Whether plotly would draw a picture."""

from __future__ import annotations

import json
from typing import Any

from plotly import graph_objects

from dashboards.plots.picture import TEMPLATES, Picture


def drawn_by_plotly(picture: Picture) -> dict[str, Any]:
    """Plotly refuses every property it does not know."""
    figure: dict[str, Any] | None = json.loads(json.dumps(picture.as_dict()))["figure"]
    assert figure is not None, picture.text
    for template in TEMPLATES.values():
        layout = {**figure["layout"], "template": template}
        graph_objects.Figure(data=figure["data"], layout=layout)
    return figure
