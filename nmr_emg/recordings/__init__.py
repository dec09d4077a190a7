"""Files: the crash-safe recorder, replay, recovery, and the formats we read."""
