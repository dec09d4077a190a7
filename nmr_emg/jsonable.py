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
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def plain(value: Any) -> Any:
    """A value as `json` takes it: what `as_json` writes, not yet as text.

    >>> plain({"a": float("nan"), "b": (1, np.int64(2))})
    {'a': None, 'b': [1, 2]}
    """
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, str | int) else str(value)
