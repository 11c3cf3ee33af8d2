"""What must hold after any simulated run, whatever went wrong in it."""
