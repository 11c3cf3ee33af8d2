"""Any bytes on any channel of any profile: a value or PacketError, nothing else, and soon."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.decoding.packets import CHANNELS, SEEDS, mutated
from sensor_gateway.profiles.known import PROFILES
from sensor_gateway.wire import PacketError

CASES = [(name, channel) for name in PROFILES for channel in CHANNELS[name]]


def outcome(profile: str, channel: str, data: bytes) -> object:
    """Return what a decoder makes of bytes: its value, or that it refused them."""
    try:
        return PROFILES[profile].decode(channel, data)
    except PacketError as error:
        return error


@given(case=st.sampled_from(CASES), data=st.binary(max_size=512))
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_read_or_refused(case: tuple[str, str], data: bytes) -> None:
    assert outcome(*case, data) is not None


def test_a_signalling_nan_is_refused_without_a_warning() -> None:
    """Seed 10835 of the spoilt packets below once made numpy warn."""
    spoilt = mutated(SEEDS["dot", "motion"][0], 10835)
    assert isinstance(outcome("dot", "motion", spoilt), PacketError)


@given(case=st.sampled_from(sorted(SEEDS)), which=st.integers(0, 99), seed=st.integers(0, 2**32))
@settings(max_examples=400, deadline=None)
def test_real_packets_with_faults_are_read_or_refused(
    case: tuple[str, str], which: int, seed: int
) -> None:
    packets = SEEDS[case]
    assert outcome(*case, mutated(packets[which % len(packets)], seed)) is not None


def test_every_channel_has_a_real_packet_that_is_read() -> None:
    for (profile, channel), packets in SEEDS.items():
        for packet in packets:
            assert not isinstance(outcome(profile, channel, packet), PacketError)
    assert {case for case in CASES if case in SEEDS} == set(SEEDS)
