"""Boards on a serial port, each described by a file of `drivers/`."""
