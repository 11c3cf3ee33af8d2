"""Ideal motion of a shank or a shoe with exact truth."""
