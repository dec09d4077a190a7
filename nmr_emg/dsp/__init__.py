"""The signal chain: one stage a file, settings frozen, state in the function that `start` returns."""
