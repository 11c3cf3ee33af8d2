"""Per-sample state machines, compiled by numba, over struct-of-arrays state."""
