"""What lies where in a recording; `docs/format.md` tells the same to people."""

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from math import nan
from typing import Any

import h5py
import numpy as np

from nmr_emg.block import StreamInfo
from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.jsonable import as_json
from nmr_emg.recordings.clock import Clock
from nmr_emg.recordings.packing import EVENT

FORMAT = "nmr-emg"
SCHEMA_VERSION = 1
LIBVER = ("v110", "v110")
"""Bounds of HDF5's own format: the oldest that knows SWMR, so that any reader since 2016 can open it."""

RUN = np.dtype([("row", "<i8"), ("start", "<i8"), ("rows", "<i4"), ("arrived", "<f8"), ("time", "<f8")])
"""One record of `/blocks`: rows that came in together, without a sample missing between them."""
LATER_FIELDS = frozenset({"time"})
"""Fields that older recordings lack."""

SUMMARY_BYTES = 1000
LEDGER = np.dtype([("closed", "u1"), ("summary", h5py.string_dtype("utf-8", SUMMARY_BYTES))])
"""The one record of `/ledger`."""

DATASETS = ("raw", "blocks", "events", "ledger")
ATTRIBUTES = ("schema_version", "info", "settings", "versions", "clock_unix", "clock_monotonic")
"""Without these a file can't be played; the other attributes are for people."""

RUNS_A_CHUNK = 256
EVENTS_A_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Header:
    """What a recording says before its first sample.

    Args:
        info: the stream.
        settings: the chain's settings, the profile, the pairs, the command: whatever was given to the recorder.
        clock: the moment at which it began, on two clocks.
        versions: of the software and the libraries that wrote it.
        schema_version: of the layout.
        recovered: what `recover` did to it and why, or nothing.
    """

    info: StreamInfo
    settings: Mapping[str, Any]
    clock: Clock
    versions: Mapping[str, str] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION
    recovered: Mapping[str, Any] | None = None

    @property
    def start_time(self) -> datetime:
        """Date (UTC) at which the recording began."""
        return self.clock.date(self.clock.monotonic)


def versions() -> dict[str, str]:
    """Of this package, of Python and of the libraries that decide what a file holds."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in ("nmr-emg", "numpy", "scipy", "h5py"):
        try:
            found[package.replace("-", "_")] = version(package)
        except PackageNotFoundError:
            found[package.replace("-", "_")] = "not installed"
    return {**found, "hdf5": h5py.version.hdf5_version}


def write_header(file: h5py.File, header: Header) -> None:
    """Write everything about the stream as attributes of the root."""
    attributes: dict[str, Any] = {
        "format": FORMAT,
        "schema_version": header.schema_version,
        "rate": header.info.rate,
        "device": header.info.device,
        "profile": header.info.profile,
        "start_time": header.start_time.isoformat(),
        "clock_unix": header.clock.unix,
        "clock_monotonic": header.clock.monotonic,
        "info": as_json(header.info.as_json()),
        "settings": as_json(header.settings),
        "versions": as_json(header.versions),
    }
    if header.recovered is not None:
        attributes["recovered"] = as_json(header.recovered)
    file.attrs.update({**attributes, **_columns(header.info)})


def make_datasets(file: h5py.File, info: StreamInfo, rows: int) -> None:
    """Create every dataset, empty; a chunk of `/raw` holds `rows` rows. After SWMR starts nothing can be added."""
    columns = len(info.channels)
    file.create_dataset(
        "raw",
        (0, columns),
        info.dtype,
        maxshape=(None, columns),
        chunks=(rows, columns),
        shuffle=True,
        compression="gzip",
        compression_opts=1,
        fletcher32=True,
    )
    file.create_dataset("blocks", (0,), RUN, maxshape=(None,), chunks=(RUNS_A_CHUNK,))
    file.create_dataset("events", (0,), EVENT, maxshape=(None,), chunks=(EVENTS_A_CHUNK,))
    file.create_dataset("ledger", data=ledger(closed=False, summary=None))


def ledger(*, closed: bool, summary: Mapping[str, Any] | None) -> np.ndarray[Any, Any]:
    """The record of `/ledger`; a summary too long for it is left out."""
    text = as_json(summary).encode()
    return np.array([(closed, text if len(text) <= SUMMARY_BYTES else b"null")], LEDGER)


def read_header(file: h5py.File) -> Header:
    """The header of a file, whatever version of this package wrote it.

    Raises:
        RecordingError: another program wrote it, or a newer version, or a part of it is missing.
    """
    if _text(file.attrs.get("format")) != FORMAT:
        raise RecordingError("an HDF5 file, but not one recorded by nmr-emg (it has no attribute 'format')")
    schema = int(file.attrs.get("schema_version", 0))
    if schema > SCHEMA_VERSION:
        raise RecordingError(
            f"recorded by a newer nmr-emg (schema {schema}; this one reads up to {SCHEMA_VERSION}); "
            "update with: pip install -U nmr-emg"
        )
    for kind, names, have in (("dataset", DATASETS, file), ("attribute", ATTRIBUTES, file.attrs)):
        missing = [name for name in names if name not in have]
        if missing:
            raise RecordingError(f"damaged: the {kind} {missing[0]!r} is missing")
    return _header(file)


def _header(file: h5py.File) -> Header:
    attributes = file.attrs
    try:
        return Header(
            StreamInfo.from_json(json.loads(_text(attributes["info"]))),
            json.loads(_text(attributes["settings"])),
            Clock(float(attributes["clock_unix"]), float(attributes["clock_monotonic"])),
            json.loads(_text(attributes["versions"])),
            int(attributes["schema_version"]),
            json.loads(_text(attributes["recovered"])) if "recovered" in attributes else None,
        )
    except (KeyError, TypeError, ValueError, ConfigError) as error:
        raise RecordingError(f"damaged: its attributes can't be understood ({error})") from error


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _columns(info: StreamInfo) -> dict[str, Any]:
    """One array an attribute, one entry a channel, for whoever has only HDF5 and no JSON."""
    text = h5py.string_dtype()
    words = {
        name: np.array([getattr(channel, name) for channel in info.channels], text)
        for name in ("label", "muscle", "side", "role", "unit", "kind")
    }
    numbers = {
        name: np.array([getattr(channel, name) for channel in info.channels], np.float64)
        for name in ("scale", "offset")
    }
    rails = np.array([nan if c.full_scale is None else c.full_scale for c in info.channels])
    named = {**words, **numbers, "full_scale": rails}
    return {f"channel_{name}": value for name, value in named.items()}
