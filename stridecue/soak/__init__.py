"""Many simulated runs with everything that can go wrong, each held against the truth."""
