"""The commands of `nmr-emg`."""
