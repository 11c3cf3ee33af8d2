"""The world: runners, sensors, radio, faults."""
