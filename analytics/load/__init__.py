"""How much a runner runs: impact dose, distances, shoes and surfaces over runs and weeks."""
