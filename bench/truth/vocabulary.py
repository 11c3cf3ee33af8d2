"""What each metric of a stride and of a window was checked against, or why it was not.

`errors` names figures of the force plate's score; `laps` those of the laps'. A metric without any
stands with the reason; the page's test holds that every field of the records is here.
"""

from __future__ import annotations

from dataclasses import dataclass

PLATE = "force plate (25 N)"
NONE = "**not validated**"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric: what it is, the truth it met, and where the figures are."""

    what: str
    truth: str
    errors: tuple[str, ...] = ()
    laps: tuple[str, ...] = ()


_RANK = (
    f"{NONE} in absolute terms: no recording here has real shock and truth together. Simulated "
    "peaks, and the order of a runner's two legs against the plate's loading rate"
)

STRIDE: dict[str, Metric] = {
    "contact_s": Metric(what="initial contact", truth=PLATE, errors=("contact_ms",)),
    "toe_off_s": Metric(what="toe-off", truth=PLATE, errors=("toe_off_ms",)),
    "stride_time_s": Metric(
        what="contact to contact",
        truth=f"{PLATE}; marker on the shoe",
        errors=("stride_time_ms",),
        laps=("stride_time_ms", "landing_time_ms", "mean_stride_time_pct"),
    ),
    "contact_time_s": Metric(what="contact to toe-off", truth=PLATE, errors=("contact_time_ms",)),
    "flight_time_s": Metric(
        what="half the stride less the contact",
        truth=f"{PLATE}: toe-off to the other foot's contact",
        errors=("flight_ms",),
    ),
    "cadence_spm": Metric(
        what="120 / stride time, steps/min",
        truth=f"{PLATE}; marker on the shoe; a device at the hip",
        errors=("cadence_spm",),
        laps=("cadence_spm",),
    ),
    "duty_factor": Metric(what="contact time / stride time", truth=PLATE, errors=("duty_pct",)),
    "peak_accel_axial_g": Metric(what="axial peak less 1 g", truth=_RANK),
    "peak_accel_resultant_g": Metric(what="peak of the resultant", truth=_RANK),
    "loading_rate_gps": Metric(what="largest jerk below 60 Hz", truth=_RANK),
    "average_loading_rate_gps": Metric(what="slope from 20 to 80 % of the peak", truth=_RANK),
    "time_to_peak_s": Metric(what="contact to peak", truth=f"{NONE}: virtual peaks are blunted"),
    "impulse_gs": Metric(what="resultant less 1 g over 100 ms", truth=NONE),
    "impact_band_ratio": Metric(what="power 10-20 Hz over 4-8 Hz", truth=NONE),
    "stride_length_m": Metric(
        what="way of the shoe in a stride",
        truth="belt speed x time + the foot's shift; marker on the shoe",
        errors=("length_pct",),
        laps=("length_cm", "length_pct"),
    ),
    "speed_mps": Metric(
        what="stride length / stride time",
        truth="the same",
        errors=("speed_pct",),
        laps=("speed_mps",),
    ),
    "speed_source": Metric(what="what speed comes from", truth="a name, not a measurement"),
    "strike_angle_deg": Metric(
        what="foot's pitch at contact against flat; where a ball lands first, once it has sunk",
        truth="markers: pitch at contact less pitch at 30-40 % of stance",
        errors=("strike_angle_deg",),
    ),
    "strike_class": Metric(
        what="rearfoot, midfoot, forefoot", truth="the authors' class, from video (rows above)"
    ),
    "pronation_velocity_dps": Metric(what="peak eversion velocity", truth=NONE),
    "pronation_excursion_deg": Metric(what="eversion from contact to its largest", truth=NONE),
    "tibia_angle_deg": Metric(what="shank's inclination at contact", truth=NONE),
    "braking_g": Metric(what="largest backward acceleration", truth=NONE),
    "clipped": Metric(
        what="a sample at the end of the accelerometer's or the gyroscope's range",
        truth="the files' own samples (accelerometer: rows above; gyroscope: plateaus, in a test)",
    ),
    "quality": Metric(what="how much was seen whole", truth=f"{NONE}: a mark, not a measurement"),
}

WINDOW: dict[str, Metric] = {
    "activity": Metric(
        what="running, walking, still, other, gap",
        truth="recordings without running, and calm time at the hip (strides in the rows above)",
    ),
    "cadence_spm": Metric(what="120 / median stride time", truth="as the stride's"),
    "peak_accel_g": Metric(what="median resultant peak", truth="as the stride's"),
    "contact_time_s": Metric(what="median contact time", truth="as the stride's"),
    "asymmetry_pct": Metric(
        what="200 (L - R) / (L + R) of peaks",
        truth=f"{NONE}: order of the legs only (ranking, below)",
    ),
    "contact_asymmetry_pct": Metric(
        what="200 (L - R) / (L + R) of contact time",
        truth=f"{PLATE}: its sign where it is above 3 % (rows above)",
    ),
    "stride_time_cv_pct": Metric(
        what="SD of stride time over its mean",
        truth=f"{NONE}: inherits the spread of stride time",
    ),
    "speed_mps": Metric(what="median speed", truth="as the stride's"),
    "speed_source": Metric(what="what speed comes from", truth="a name, not a measurement"),
    "pace_variability_pct": Metric(
        what="SD of speed over its mean", truth=f"{NONE}: no recording of varying known pace"
    ),
    "flight_time_s": Metric(what="median flight time", truth="as the stride's"),
    "strike_angle_deg": Metric(what="median strike angle", truth="as the stride's"),
    "tibia_angle_deg": Metric(what="median tibia angle", truth="as the stride's"),
    "pronation_velocity_dps": Metric(what="median pronation velocity", truth="as the stride's"),
    "surface": Metric(what="surface, said or guessed", truth=f"{NONE}: a hint"),
    "surface_probability": Metric(what="how sure the guess is", truth=NONE),
    "n_strides": Metric(what="strides that ended in the window", truth="recall, rows above"),
    "coverage": Metric(what="share of the window seen", truth="a count of samples"),
    "quality": Metric(what="mean quality of its strides", truth=f"{NONE}: a mark"),
}

NOT_MEASUREMENTS = frozenset(
    {"worn", "contact_index", "reasons", "revision", "runner", "session", "end_s", "length_s"}
)
