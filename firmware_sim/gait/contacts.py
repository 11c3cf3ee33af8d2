"""One leg's landings in order: all that decides how its shank and shoe move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from analytics.records import FloatArray

USUAL_PRONATION_DEG = 12.0  # eversion of a shod foot (Fukuchi 2017: gyroscope about x, 40 ms)
_USUAL = {
    "pronation_deg": USUAL_PRONATION_DEG,
    "walks": 0.0,
    "rise_m": 0.0,
    "turn_rad": 0.0,
    "tone": 1.0,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contacts:
    """Landings 0..m-1 of one foot; stride k runs from landing k to landing k + 1.

    Attributes
    ----------
    contact_s : array, shape (m,)
        Times of initial contact, strictly increasing; any zero.
    contact_time_s : array, shape (m,)
        How long the foot stays on the ground.
    peak_accel_g : array, shape (m,)
        Axial peak drawn for this landing, gravity subtracted.
    stride_length_m : array, shape (m,)
        Way from this landing to the next; the last one is not used.
    strike_angle_deg : array, shape (m,)
        Foot pitch at initial contact, toes up positive.
    pronation_deg : array, shape (m,), optional
        How far the foot everts after each landing.
    walks : array, shape (m,), optional
        How much of the stride from this landing on is a walk: 0 runs, 1 walks.
    rise_m : array, shape (m,), optional
        How much higher the next landing is.
    turn_rad : array, shape (m,), optional
        By how much the runner turns to the left until the next landing.
    tone : array, shape (m,), optional
        How much higher than on the usual ground the landing's shock sounds: 1 for asphalt.
    lateral : float
        Which way eversion turns about the forward axis: +1 for a left foot, -1 for a right one.

    """

    contact_s: FloatArray
    contact_time_s: FloatArray
    peak_accel_g: FloatArray
    stride_length_m: FloatArray
    strike_angle_deg: FloatArray
    pronation_deg: FloatArray = field(default_factory=lambda: np.zeros(0))
    walks: FloatArray = field(default_factory=lambda: np.zeros(0))
    rise_m: FloatArray = field(default_factory=lambda: np.zeros(0))
    turn_rad: FloatArray = field(default_factory=lambda: np.zeros(0))
    tone: FloatArray = field(default_factory=lambda: np.zeros(0))
    lateral: float = 1.0

    def __post_init__(self) -> None:
        """Let what was not told be the usual: a runner straight on, on level asphalt."""
        for name, usual in _USUAL.items():
            if not len(getattr(self, name)):
                object.__setattr__(self, name, np.full(len(self.contact_s), usual))

    def __len__(self) -> int:
        """Return the number of landings."""
        return len(self.contact_s)

    @property
    def toe_off_s(self) -> FloatArray:
        """When the foot leaves the ground after each landing."""
        return self.contact_s + self.contact_time_s

    @property
    def stride_time_s(self) -> FloatArray:
        """Length of the stride after each landing; the last landing repeats the one before."""
        stride = np.diff(self.contact_s)
        return np.append(stride, stride[-1:])

    def led_in(self) -> Contacts:
        """Return the landings with one more before the first: where the first swing begins."""

        def first_twice(values: FloatArray) -> FloatArray:
            return np.concatenate([values[:1], values])

        before = self.contact_s[:1] - self.stride_time_s[:1]
        return Contacts(
            contact_s=np.concatenate([before, self.contact_s]),
            contact_time_s=first_twice(self.contact_time_s),
            peak_accel_g=first_twice(self.peak_accel_g),
            stride_length_m=first_twice(self.stride_length_m),
            strike_angle_deg=first_twice(self.strike_angle_deg),
            pronation_deg=first_twice(self.pronation_deg),
            walks=first_twice(self.walks),
            rise_m=np.concatenate([[0.0], self.rise_m]),
            turn_rad=np.concatenate([[0.0], self.turn_rad]),
            tone=first_twice(self.tone),
            lateral=self.lateral,
        )


def pieces(starts_s: FloatArray, time_s: FloatArray) -> Iterator[tuple[int, slice]]:
    """Cut increasing times at the starts; give each piece with the index of its start.

    What lies before the first start goes with it.

    Examples
    --------
    >>> list(pieces(np.array([0.0, 1.0, 2.0]), np.array([-0.5, 0.5, 1.0, 1.5])))
    [(0, slice(0, 2, None)), (1, slice(2, 4, None))]

    """
    first = max(int(starts_s.searchsorted(time_s[0], side="right")) - 1, 0)
    last = max(int(starts_s.searchsorted(time_s[-1], side="right")) - 1, 0)
    edges = time_s.searchsorted(starts_s[first + 1 : last + 1]).tolist()
    for k, begin, end in zip(
        range(first, last + 1), [0, *edges], [*edges, len(time_s)], strict=True
    ):
        if end > begin:
            yield k, slice(begin, end)
