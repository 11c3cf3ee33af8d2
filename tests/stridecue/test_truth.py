from dataclasses import dataclass, replace

from analytics.records import Placement, Side, Stride, Worn
from stridecue.truth import compare

STRIDE_S = 0.7


@dataclass(frozen=True)
class Landing:
    side: Side
    contact_s: float
    stride_time_s: float = STRIDE_S
    activity: str = "running"


def stride(side: Side, contact_s: float) -> Stride:
    return Stride(
        worn=Worn(runner="r", session="s", side=side, placement=Placement.SHIN),
        contact_index=round(contact_s * 200),
        contact_s=contact_s,
        toe_off_s=None,
        stride_time_s=STRIDE_S,
        contact_time_s=None,
        flight_time_s=None,
        cadence_spm=120 / STRIDE_S,
        peak_accel_axial_g=None,
        peak_accel_resultant_g=8.0,
        loading_rate_gps=None,
        time_to_peak_s=None,
        stride_length_m=None,
        speed_mps=None,
        strike_angle_deg=None,
        pronation_velocity_dps=None,
        clipped=False,
        quality=1.0,
    )


TRUE = [
    Landing(side, i * STRIDE_S + (0.35 if side == Side.RIGHT else 0.0))
    for side in Side
    for i in range(100)
]


def test_the_same_strides_are_all_found_and_none_is_false() -> None:
    result = compare([stride(t.side, t.contact_s + 0.004) for t in TRUE], TRUE)
    assert (result.n_found, result.n_false) == (200, 0)
    assert abs(result.contact_bias_ms - 4) < 1e-6


def test_a_missed_and_an_invented_stride_are_counted() -> None:
    found = [stride(t.side, t.contact_s) for t in TRUE[1:]]
    result = compare([*found, stride(Side.LEFT, 10.25)], TRUE)
    assert (result.n_found, result.n_false) == (199, 1)


def test_a_landing_of_the_other_leg_is_not_taken_for_this_one() -> None:
    other = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT}
    result = compare([stride(other[t.side], t.contact_s) for t in TRUE], TRUE)
    assert result.n_found == 0


def test_strides_that_ended_after_the_session_need_not_be_found() -> None:
    heard = [stride(t.side, t.contact_s) for t in TRUE if t.contact_s < 40.0]
    result = compare(heard, TRUE, until_s=40.0)
    assert result.n_found == len(heard)
    assert result.n_true == len(heard)
    assert result.n_false == 0
    assert compare(heard[2:], TRUE, until_s=40.0).n_true == len(heard)


def test_walking_strides_are_not_to_be_found_and_those_of_turns_may_be() -> None:
    walked = [replace(one, activity="walking") for one in TRUE[:10]]
    turned = [replace(one, activity="turn") for one in TRUE[10:20]]
    compared = compare([stride(s.side, s.contact_s) for s in TRUE], [*walked, *turned, *TRUE[20:]])
    assert (compared.n_true, compared.n_found, compared.n_false) == (190, 190, 10)
    fewer = compare([stride(s.side, s.contact_s) for s in TRUE[20:]], [*turned, *TRUE[20:]])
    assert fewer.n_true == fewer.n_found == 180
