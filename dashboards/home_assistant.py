"""Introduces a runner to Home Assistant over MQTT; pure.

Device discovery (Home Assistant 2024.11 and later): one retained message a runner, from which it
makes a device with sensors that read our own topics.
"""

from __future__ import annotations

from typing import Any

import msgspec

from transport.mqtt_link import Message

PREFIX = "homeassistant"  # its default discovery prefix
_QOS = 1


def introduction(*, root: str, team: str, gateway: str, runner: str, name: str) -> Message:
    """Return the message that makes Home Assistant show a runner.

    Parameters
    ----------
    root : str
        What our topics begin with.

    """
    key = f"stridecue_{team}_{runner}".replace(".", "_")
    told: dict[str, Any] = {
        "device": {
            "identifiers": [key],
            "name": f"{name} (stridecue)",
            "manufacturer": "stridecue",
        },
        "origin": {"name": "stridecue"},
        "availability": [
            {
                "topic": f"{root}/{team}/gateway/{gateway}/status",
                "value_template": "{{ value_json.status }}",
                "payload_available": "online",
                "payload_not_available": "offline",
            }
        ],
        "qos": _QOS,
        "components": _components(f"{root}/{team}/{runner}", key),
    }
    return Message(
        topic=f"{PREFIX}/device/{key}/config",
        payload=msgspec.json.encode(told),
        qos=_QOS,
        retain=True,
    )


def _components(base: str, key: str) -> dict[str, dict[str, Any]]:
    return {
        "form": _sensor(key, "form", "Form", f"{base}/state", "word", icon="mdi:run"),
        "running": {
            **_sensor(key, "running", "Running", f"{base}/state", "running"),
            "platform": "binary_sensor",
            "payload_on": "True",
            "payload_off": "False",
        },
        "cue": _sensor(key, "cue", "Last cue", f"{base}/cue", "text", icon="mdi:bullhorn"),
        "cadence": {
            **_sensor(
                key, "cadence", "Cadence", f"{base}/form", "cadence_spm | round(0, default=none)"
            ),
            "unit_of_measurement": "spm",
            "state_class": "measurement",
            "expire_after": 60,  # seconds; a window comes every five
        },
    }


def _sensor(key: str, which: str, name: str, topic: str, value: str, **more: str) -> dict[str, Any]:
    return {
        "platform": "sensor",
        "unique_id": f"{key}_{which}",
        "name": name,
        "state_topic": topic,
        "value_template": f"{{{{ value_json.{value} }}}}",
        **more,
    }
