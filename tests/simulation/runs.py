"""Two short runs with faults, held by the real service and kept as evidence."""

from __future__ import annotations

from analytics.records import Placement, Side
from firmware_sim.checkers.evidence import Evidence
from firmware_sim.faults import (
    BitFlips,
    BrokerOutage,
    DatabaseOutage,
    Duplicates,
    OutOfReach,
    Overflow,
)
from firmware_sim.scenario import Scenario
from firmware_sim.tired import Tiring
from stridecue.soak.run import evidence_of

TROUBLED = Scenario(
    name="troubled",
    about="Half a minute of running, and what goes wrong with sensors, links, broker and store.",
    placement=Placement.SHOE,
    minutes=0.75,
    warm_up_s=15.0,
    has_baseline=False,
    interval_s=0.03,
    faults=(
        OutOfReach(side=Side.LEFT, at_s=12.0, lasts_s=3.0),
        BitFlips(side=Side.RIGHT, at_s=11.0, lasts_s=4.0, share=0.4),
        Overflow(side=Side.RIGHT, at_s=17.0, lasts_s=3.0, share=0.4),
        Duplicates(side=Side.LEFT, at_s=9.0, lasts_s=2.5, share=0.5),
        BrokerOutage(at_s=15.0, lasts_s=5.0),
        DatabaseOutage(at_s=16.0, lasts_s=8.0),
    ),
)
CUED = Scenario(
    name="cued",
    about="Steps slow down early, form goes after them; the broker is away when that is told.",
    placement=Placement.SHOE,
    minutes=2.4,
    warm_up_s=55.0,
    tiring=(
        Tiring(
            from_s=12.0,
            until_s=25.0,
            cadence=(-0.09, -0.09),
            contact_time=(0.10, 0.10),
            peak_accel=(0.30, 0.30),
        ),
    ),
    faults=(BrokerOutage(at_s=20.0, lasts_s=60.0),),
)


def held(scenario: Scenario, *, sends: bool = False) -> Evidence:
    """Return what the run left behind; `sends`: a worker took part."""
    evidence, _ = evidence_of(scenario, seed=7, sends=sends)
    return evidence
