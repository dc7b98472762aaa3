"""Arrays in, arrays out: no I/O, no clock, no global randomness."""
