"""Ideal motion of shank and shoe with exact truth."""
