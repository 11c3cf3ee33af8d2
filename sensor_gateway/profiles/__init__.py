"""One module per device family: pure decoders and their start and stop scripts."""
