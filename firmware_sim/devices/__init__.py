"""Simulated sensors of other makers: one sensor model behind each maker's protocol."""
