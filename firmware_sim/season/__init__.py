"""Simulated seasons: weeks of runs, stride by stride, with all that happens to runners."""
