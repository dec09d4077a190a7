"""Settings and event data as strict JSON."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np


def as_json(value: Any) -> str:
    """JSON of anything like JSON: NumPy becomes plain numbers, NaN and infinity null, what is left its text.

    >>> as_json({"rms": np.float32(1.5), "snr": float("nan"), "at": np.int64(3), 2: ("a", True)})
    '{"rms":1.5,"snr":null,"at":3,"2":["a",true]}'
    """
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int) else str(value)
