import numpy as np
import pytest

BANDS = {250: (20, 115), 1000: (20, 450), 2000: (20, 450)}


def _in_band(shape, rate, band, rows, rng):
    frequency = np.fft.rfftfreq(rows, 1 / rate)
    gain = np.where((frequency >= band[0]) & (frequency <= band[1]), shape(frequency), 0.0)
    x = np.fft.irfft(gain * np.fft.rfft(rng.standard_normal(rows)), rows)
    return x / x.std()


def _emg(frequency):
    """Stulen & De Luca 1981 with 60 and 120 Hz: the amplitude spectrum of synthetic EMG."""
    return frequency / np.sqrt((frequency**2 + 60**2) * (frequency**2 + 120**2) ** 2)


def _trial(rng, rate, snr_db, seconds=2.8, bursts=((1.8, 2.8),), rise=0.0):
    """White noise of power 1 in the band, and EMG of a signal-to-noise ratio from and to given times."""
    rows = round(seconds * rate)
    noise = _in_band(np.ones_like, rate, BANDS[rate], rows, rng)
    emg = _in_band(_emg, rate, BANDS[rate], rows, rng)
    at = np.arange(rows) / rate
    gain = np.zeros(rows)
    for onset, offset in bursts:
        gain += np.where(
            (at >= onset) & (at < offset), np.clip((at - onset) / rise, 0, 1) if rise else 1.0, 0
        )
    return noise + 10 ** (snr_db / 20) * gain * emg


@pytest.fixture
def trial():
    """Make synthetic EMG: `trial(rng, rate, snr_db, seconds, bursts, rise)`."""
    return _trial
