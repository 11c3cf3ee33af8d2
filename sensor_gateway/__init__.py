"""From a shoe to a SampleBlock: radio, profiles, clocks, gaps, recording."""
