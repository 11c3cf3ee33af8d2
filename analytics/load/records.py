"""The vocabulary of load: what runs add up to, shoe by shoe and day by day (docs/load.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.records import PeakKind, Placement, SpeedSource, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactDose:
    """What the landings of one leg in one run add up to, by one kind of peak.

    Attributes
    ----------
    dose_g, dose_g4 : float
        Sums of the peaks and of their fourth powers; a clipped peak counts as what was seen of
        it, so with any clipped stride both are lower bounds.
    n_low, n_medium, n_high : int
        Strides with a peak below 6 g, of 6-21 g, above 21 g (the bands of IMU Step).
    mean_peak_g, mean_log_peak : float or None
        Means of the unclipped peaks in g, and of their natural logarithms.

    """

    dose_g: float
    dose_g4: float
    n_low: int
    n_medium: int
    n_high: int
    mean_peak_g: float | None
    mean_log_peak: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegLoad:
    """One leg's share in a run's load.

    `coverage` is the share of the run in which the leg's sensor gave samples. `axial` is None
    where a single stride of the leg has no axial peak.
    """

    n_strides: int
    n_clipped: int
    coverage: float
    resultant: ImpactDose
    axial: ImpactDose | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadEntry:
    """One run in the load history.

    Attributes
    ----------
    start_utc_ns, day : int, str
        When session second 0 was, and the day that was in the team's zone (ISO 8601).
    duration_s, running_s : float
        The whole session; and the run in it, holes in the data included, pauses not.
    left, right : LegLoad or None
        None for a leg without a stride.
    distance_m, source : float or None, SpeedSource or None
        None: unknown. `parts_m` has the metres by source; where `covered` (the share of
        `running_s`) is less than 1 the distance is a lower bound.
    speed_mps : float or None
        Mean over what is covered.
    exertion : float or None
        Rating of perceived exertion, 0-10, if the runner gave one.
    imported : str or None
        The file that the run was taken from; None: our own sensors saw it.

    """

    runner: str
    session: str
    start_utc_ns: int
    day: str
    duration_s: float
    running_s: float
    placement: Placement | None
    left: LegLoad | None
    right: LegLoad | None
    distance_m: float | None
    source: SpeedSource | None
    covered: float
    parts_m: Mapping[SpeedSource, float]
    speed_mps: float | None
    shoe: str | None = None
    surface: Surface | None = None
    exertion: float | None = None
    imported: str | None = None

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        return f"{self.runner}/{self.session}/load"

    @property
    def end_utc_ns(self) -> int:
        """When the session ended."""
        return self.start_utc_ns + round(self.duration_s * 1e9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shoe:
    """A pair of shoes: `before_m` were run in it before the history begins."""

    id: str
    name: str
    runner: str
    before_m: float = 0.0
    retire_from_m: float
    retire_to_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFacts:
    """Where a runner stands by the load rules, told as a run begins and when it ends.

    None is unknown; `n_runs` is how many runs before this one are kept.

    Attributes
    ----------
    moment : str
        `start` or `end`.
    longest_m, spike : float or None, bool or None
        The longest run of the 30 days before; whether this one is over 110 % of it.
    week_m, last_week_m, week_change_pct : float or None
        The 7 days up to this run, the 7 before, and the change: the traditional 5-10 % rule,
        which warns of nothing.
    rest_days, rest_of_days : float or None, int
        Days without a run among the last `rest_of_days`.
    shoe_state : str
        `ok|due|over|unknown` against the traditional band in which shoes are retired.

    """

    runner: str
    session: str
    time_s: float
    moment: str
    n_runs: int
    distance_m: float | None
    longest_m: float | None
    spike: bool | None
    week_m: float | None
    last_week_m: float | None
    week_change_pct: float | None
    rest_days: float | None
    rest_of_days: int
    shoe: str | None
    shoe_distance_m: float | None
    shoe_state: str

    @property
    def id(self) -> str:
        """Name that replay reproduces."""
        return f"{self.runner}/{self.session}/facts-{self.moment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadHistory:
    """What a run's load is told by: its day, what it is run in and on, and the runs before."""

    start_utc_ns: int
    day: str
    entries: tuple[LoadEntry, ...] = ()
    shoe: str | None = None
    surface: Surface | None = None
    shoes: tuple[Shoe, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value with what it rests on.

    `value` None: unknown. It is made of `n` of the `of` runs (or days) that it is about;
    `at_least`: a lower bound.
    """

    value: float | None
    n: int
    of: int
    source: str
    at_least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegReport:
    """One leg's impact in a run and before it, all by the report's kind of peak.

    Attributes
    ----------
    dose_g, dose_g4, dls_g : Figure
        The run's dose for b = 1 and b = 4, and the fourth root of the latter.
    day_g, week_g : Figure
        `dose_g` of all runs of the day, and of the 7 days, up to this one.
    acute_g, chronic_g : Figure
        Decayed sums of `dose_g` with 7 and 28 days, this run included.
    equivalent_m, equivalent4_m : Figure
        The distance of the runner's usual running with the same dose, for b = 1 and b = 4.

    """

    dose_g: Figure
    dose_g4: Figure
    dls_g: Figure
    day_g: Figure
    week_g: Figure
    acute_g: Figure
    chronic_g: Figure
    equivalent_m: Figure
    equivalent4_m: Figure
    n_low: int
    n_medium: int
    n_high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """How much higher a runner's impact is with one shoe, or on one surface, than with another.

    Both at the same speed, `speed_mps`. `low_pct` to `high_pct` hold the truth with 90 %; all are
    None with a `reason` where the runs do not say. `peak_g` is the impact expected there.
    """

    runner: str
    what: str
    reference: str
    n_runs: int
    n_reference: int
    peak: PeakKind
    speed_mps: float | None
    change_pct: float | None = None
    low_pct: float | None = None
    high_pct: float | None = None
    peak_g: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShoeReport:
    """One pair of shoes: what it has run, how it stands, and its impact at matched speed."""

    shoe: Shoe
    distance_m: Figure
    state: str
    effect: Effect | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """A runner's load as a page shows it, seen from one run; docs/load.md has every rule.

    Attributes
    ----------
    longest_m, over_longest_pct : Figure
        The longest run of the 30 days before, and how far this one goes beyond it.
    spike : bool or None
        Whether this run is over 110 % of the longest; None where that is unknown.
    week_m, last_week_m, week_change_pct : Figure
        The 7 days up to this run, the 7 days before those, and the change ("traditional" rule).
    rest_days : Figure
        Days without a run among the 7 up to this one.
    shoe_m : Figure or None
        What this run's shoes have run; None without shoes. `shoe_state` is
        `ok|due|over|unknown` against the band in which shoes are retired.
    unknown_pct : Figure
        Share of the last 30 days' running of which the distance is unknown.
    dose_g4_error_pct : float
        The error of a dose with b = 4 at an error of 10 % in every peak.

    """

    runner: str
    session: str
    day: str
    peak: PeakKind
    placement: Placement | None
    distance_m: Figure
    longest_m: Figure
    over_longest_pct: Figure
    spike: bool | None
    week_m: Figure
    last_week_m: Figure
    week_change_pct: Figure
    rest_days: Figure
    unknown_pct: Figure
    left: LegReport | None
    right: LegReport | None
    shoe: str | None
    shoe_m: Figure | None
    shoe_state: str
    dose_g4_error_pct: float
