"""The stridecue command and the wiring; nothing else."""
