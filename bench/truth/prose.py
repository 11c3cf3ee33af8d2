"""The words of docs/validation.md: what stays the same from run to run."""

from __future__ import annotations

HEAD = """
# Validation

Made by `scripts/bench validation --write`; edit `bench/truth/`, not this page. Figures come from
the recordings in `../shared/data` (not part of the project) and from simulated runners. Synthetic
accuracy is not field validity: no figure of a simulated runner stands for a real one.
"""

TITLES = {
    "fukuchi_shank": "Shank pair on a treadmill with a force plate (9 runners, 2.5-4.5 m/s)",
    "fukuchi_shoe": "Shoe pair on the same treadmill",
    "laps": "One shoe in tight indoor laps with motion capture (10 trials, 0.8-2.3 m/s)",
    "outdoors": "One shoe outdoors beside a device at the hip (13 min, accelerometer only)",
    "quiet_shoe": "Recordings without running: shoes",
    "quiet_shin": "Recordings without running: shin",
    "clipping": "Saturated samples",
    "simulated_shank": "Simulated shanks with exact truth",
    "simulated_shoe": "Simulated shoes with exact truth",
}

TRUTHS = """
## What the truth itself is worth

A figure below these cannot be told from the truth's own noise.

| truth | its own noise or bias |
| --- | --- |
| mid-stance to mid-stance stride time of the laps | about 40 ms a stride (where a slow foot is slowest is vague) |
| landing to landing of the laps (foot slower than 1 m/s) | about 25 ms a stride; means of a trial differ by 0.6 % between the two readings |
| force plate contacts at 25 N | at 50 N contact time is 9.7 ± 2.3 ms shorter, nearly all at toe-off; no absolute contact time means more than ± 10 ms |
| plate against markers | one marker frame, 6.7 ms; measured lag 4.8 ± 1.7 ms over 78 trials |
| stride length on the treadmill | belt speed (0.08 m/s at worst) x time, plus the foot's shift from markers |
| virtual sensors (computed from markers) | no bias, drift, strap resonance, clipping or jitter; band-limited to 30-50 Hz: impact peaks are underestimated, 0.5 g of ripple |
| strike angle | shoe bends: the foot's markers are rigid to 0.5-1.5 mm; the authors' class is from video: the markers' own angle against standing gives that class in 38 of the 54 feet (70 %), against mid-stance in 32 |
| cadence at the hip | autocorrelation over 20 s of an independent device: 0.25 steps/min (mean) off the steps that the same device counts in the same 20 s, so no shoe can be within 0.2 of it. In the one row more than 1 step/min off (at 200 s) the runner slows down: the autocorrelation is 1.5 above the hip's own count, which agrees with the shoe. `counted` rows are against that count |
"""

ROWS = """
`recall`: true strides found, both contacts on the plate. `within` is the spread inside a leg of
one trial, `between` the spread of legs' means: a personal correction could take out the second, not
the first. "Best peer" is the best of all published methods that give this figure for at least half
of their strides, a different one in each row if need be.

Simulated cells: three families of landings, 100-1600 Hz, 2-6 m/s, a random mounting, 50 mg of
noise, and one cell each with 2 % of 100 ms blocks frozen, a strap slipped by 15 degrees, and a
range of 16 g. Contact figures are of cells at 200 Hz and more unless they say 100 Hz; peaks of
families with shocks of 12-15 Hz. The forefoot family is held out of choosing constants and reported
by itself. Peers are told the mounting.
"""

METRICS = """
Fields as in `strides.jsonl` and `windows.jsonl` ([definitions](recordings.md)).
"""

ERRORS = """
Ours less truth, all runners and speeds together; no peer's bias is taken out, none of ours either.
"""

UNITS = {"ms": "ms", "pct": "%", "deg": "degrees", "spm": "steps/min", "cm": "cm", "mps": "m/s"}

AGREEMENT = """
Difference over mean (Bland and Altman 1986). Each dot is a stride, each disc the mean of a leg in
one trial (treadmill) or of a trial (laps); dashed lines hold 95 % of strides.
"""

PICTURES = {
    "validation-contact-time.png": "Contact time against the force plate, shin and shoe",
    "validation-stride-length.png": "Stride length against belt and markers",
}

LEFT_OUT = """
Corrections that shift or stretch a figure were derived on the treadmill's runners. Here each
runner's figures are judged with a correction from the other runners alone: a shift for contact and
toe-off, a line for contact time and stride length, both fitted on top of what is shipped. What
gets worse from the second to the third column is what the shipped correction owes to these runners.
"""

RANKING = """
Trials where the plate's mean loading rate differs by more than 10 % between the legs, and whether
ours puts the legs in the same order. The sensors are virtual and blunted, and the plate's is
another quantity: a hint, not a validation.
At the shoe the order is near chance, and that is the signal's, not the processing's: peaks read
straight from the raw virtual signals, with the plate's contacts and the true axes, do no better.
"""

LIMITS = """
## What these metrics cannot mean

* **Peak acceleration is not bone load.** Step by step it correlates with ankle contact force at
  r = 0.12-0.18 (Tu 2024). It says how hard the shank or the shoe is shaken.
* **Loading rate in g/s is not body weights per second.** Accelerometer estimates of the plate's
  loading rate have limits of agreement beyond ± 65 % (Kiernan 2023b).
* **Speed explains a part only**: 19 % of the variance of the resultant peak between runners
  (Sheerin 2020); coefficients are very personal (Zandbergen 2023).
* **Toe-off from an accelerometer alone** is not given: on the resultant it fails.
* **Rates under 200 Hz** blunt sharp shocks: -19 to -24 % for 25 Hz shocks at 100 Hz.
* **A clipped peak is not repaired.** Restoring one errs by -1.4 ± 4.5 g. What a gyroscope at the end
  of its range lost of a turn is put back, as the area of a parabola; both are marked.
* **Asymmetry of contact time under 3 %** has no sign that the plate itself could vouch for.
* Treadmill runners were young, mostly men, at steady speed on level ground in laboratory shoes.
"""

NOT_VALIDATED = """
## Not validated

No recording with truth was at hand for these; they are given as defined, unchecked:

* absolute shock: axial and resultant peak, loading rates, impulse, time to peak on a real shank or
  shoe (simulated peaks only);
* the impact band ratio, braking, the tibia's angle;
* pronation velocity and excursion;
* the surface hint and its probability;
* pace variability, and speed from the shin without a foot sensor;
* speed and distance after personal correction against GNSS, a foot pod or a treadmill's display;
* drift on a really tiring runner (simulated runners only: [drift](drift.md));
* hills, turns at speed, trail, snow, sand, barefoot, children, prostheses, running beyond 4.5 m/s;
* real sensors on a real shin while running: the shank's recordings are virtual sensors.
"""

PEERS = """
## The published methods

Re-implemented in `bench/peers/` from the papers, with the best parameters known, and run over whole
files, forward and backward; all are given the sensor's axes. They have no test of whether anybody
runs: what they find in recordings without running counts as found. A shoe without a gyroscope goes
to the shank's accelerometer methods.
"""

OWN_DATA = """
## Your own recordings

`scripts/bench validation --data DIR`. Either the layouts of the public sets, or for each session a
folder anywhere under `DIR` with

* `shin_left.csv`, `shin_right.csv`, `shoe_left.csv`, `shoe_right.csv` (those there are, also
  `.csv.gz`): `t_s, ax_g, ay_g, az_g, gx_dps, gy_dps, gz_dps` as `stridecue analyze` reads them; x
  forward, y left, z up, which only the published methods need;
* `truth_contacts.csv`: a line a contact in order, on the same clock:

```
side,contact_s,toe_off_s,stride_length_m,speed_mps
left,12.412,12.655,2.31,3.20
right,12.781,13.020,,
```

`toe_off_s`, `stride_length_m` and `speed_mps` may be empty; length and speed belong to the stride
that the contact opens. One folder is one runner. Rows for these have no target.
"""

SOURCES = """
## Sources of the recordings

No recording is part of this project; figures derived from them are.

* Laps: University of Toronto foot-mounted inertial navigation data ("PyShoe"; Wagstaff, Peretroukhin, Kelly 2019-20), doi 10.21227/v1z6-9z84; IEEE DataPort open access (normally CC BY 4.0, not verified), as converted in a public repository under MIT.
* Outdoors: `adeptdata` (M. Karas), GPL-3: two ActiGraph devices, one runner.
* Treadmill with force plate: Fukuchi, Fukuchi, Duarte 2017, PeerJ 5:e3298; data figshare doi 10.6084/m9.figshare.4543435, Creative Commons Attribution. Virtual sensors were computed from its markers.
* Walking, both shoes: example data of gaitmap (Küderle et al. 2024), MIT.
* Walking, shin: `imuf` package, MIT; from the RealWorld data set (Sztyler and Stuckenschmidt 2016, University of Mannheim).
"""
