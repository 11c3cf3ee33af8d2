"""The pure core: samples in, records out."""
