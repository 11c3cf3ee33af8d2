"""Two gateways on one adapter take each other's sensors: the second is told, and stops."""

from __future__ import annotations

import subprocess
import sys

import pytest

from analytics.errors import SensorNotFoundError
from firmware_sim.bleak_backend import VirtualClient, VirtualScanner
from sensor_gateway.bluetooth import Radio

HOLD = """
from sensor_gateway.bluetooth import Radio
with Radio(adapter="hci7").held():
    print("held", flush=True)
    input()
"""


def test_an_adapter_that_another_process_has_is_refused_in_one_line_until_that_ends() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(SensorNotFoundError) as caught, Radio(adapter="hci7").held():
            pass
        assert str(caught.value) == (
            "Bluetooth adapter hci7: another stridecue gateway is using it; "
            "end that one, or give this one an adapter of its own with --radio"
        )
        with Radio(adapter="hci8").held():
            pass
        other.kill()
    with Radio(adapter="hci7").held():
        pass


def test_virtual_radios_are_nobodys() -> None:
    radio = Radio(scanner_backend=VirtualScanner, client_backend=VirtualClient)
    with radio.held(), radio.held():
        pass
