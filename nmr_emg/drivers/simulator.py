"""A board that does not exist: surface EMG of named muscles from a stated model, with the truth known."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from math import inf
from pathlib import Path

from nmr_emg.block import Block, StreamInfo
from nmr_emg.driver import Driver
from nmr_emg.drivers.simulation.disturbances import Disturbance
from nmr_emg.drivers.simulation.frames import frames, in_rows
from nmr_emg.drivers.simulation.options import arguments
from nmr_emg.drivers.simulation.plan import plan
from nmr_emg.drivers.simulation.scene import Scene
from nmr_emg.drivers.simulation.scenes import load_scene, scenes
from nmr_emg.drivers.simulation.truth import truth
from nmr_emg.errors import ConfigError, DriverError
from nmr_emg.event import Event

__all__ = ["Simulator", "load_scene", "open_simulator", "scenes"]

BLOCK_SECONDS = 0.02


class Simulator(Driver):
    """Simulate a scene, as fast as it is read; `Paced(Simulator(…))` runs in real time.

    **Muscles.** `gaussian`: white noise through the filter whose power spectrum is that of Stulen & De Luca 1981
    (see `simulation.gaussian`), times the activity that the scene asks for. `motor-units`: the sum of motor-unit
    action-potential trains of Fuglevand, Winter & Patla 1993 (see `simulation.motor_units`). Levels are µV RMS
    between the electrodes in 20–450 Hz; a Cyton at 250 samples a second shows 0.54 of that in 20–115 Hz. Muscles
    are computed at 8 kHz or more.

    **Converter.** With `cyton` the sinc³ decimator of the ADS1299, else a clean anti-alias filter; then white noise,
    rails, and whole counts as a Cyton at gain 24 sends them. Its delay is taken out: sample n is centred on
    n / rate seconds of the scene.

    **Truth.** Input events of kind "truth" tell what really happened: `data["what"]` is "onset", "level", "offset",
    "tremor", "mains", "drift", "ecg", "motion", "pop", "lead_off", "clipping" or "clock_drift"; `index` is the
    first sample at or after the moment `time_s`, `stop` one past the last sample, `label` the channel. An onset is
    where activity begins to rise, an offset where it is over, and `level_uV` holds from a "level" to its `stop`. If
    the sample was lost, the event comes with the next one that exists. Losses are left for the session to
    announce; `truth()` has them as `{"what": "loss", "start", "samples"}`.

    The same seed gives the same samples (with the same NumPy), however they are read and whatever else is
    simulated beside them.

    Args:
        scene: a scene, its name or its file.
        seed: of all random numbers; the scene's unless given.
        seconds: how much signal there is; without it the scene is repeated until the driver is closed.
        rate: samples a second (Hz); the scene's unless given.
        model: "gaussian" or "motor-units"; the scene's unless given.
        disturbances: exactly these, by name or as settings; those that the scene enables unless given.
        cyton: whether to decimate as an ADS1299 does; as the scene says unless given.
        rows: samples a block; 20 ms unless given.

    Raises:
        ConfigError: there is no such scene, or a setting is impossible.

    >>> with Simulator("bridge", seconds=1) as driver:
    ...     block = driver.read()
    >>> block.start, block.rows, str(block["raw"].dtype), block.events[0].data["name"]
    (0, 5, 'int32', 'rest')
    """

    def __init__(
        self,
        scene: Scene | str | Path = "bridge",
        *,
        seed: int | None = None,
        seconds: float | None = None,
        rate: float | None = None,
        model: str | None = None,
        disturbances: Iterable[str | Disturbance] | None = None,
        cyton: bool | None = None,
        rows: int | None = None,
    ) -> None:
        loaded = scene if isinstance(scene, Scene) else load_scene(scene)
        self._plan = plan(loaded, disturbances, seed=seed, rate=rate, model=model, cyton=cyton)
        self._info = self._plan.info
        self._rows = max(1, round(BLOCK_SECONDS * self._info.rate)) if rows is None else rows
        if self._rows < 1:
            raise ConfigError(f"rows is {rows}; a block holds at least 1 sample")
        if seconds is not None and not 0 < seconds < inf:
            raise ConfigError(
                f"seconds is {seconds:g}; it must be above 0, or left out for a signal without end"
            )
        self._total = None if seconds is None else round(seconds * self._info.rate)
        self._blocks: Iterator[Block] | None = None
        self._stop = 0

    @property
    def scene(self) -> Scene:
        """The scene, with the rate, seed, model and converter that are used."""
        return self._plan.scene

    @property
    def info(self) -> StreamInfo:
        """What it sends."""
        return self._info

    def open(self) -> None:
        """Begin with the first sample."""
        self._stop = 0
        self._blocks = in_rows(frames(self._plan, self._total), self._rows)

    def read(self) -> Block | None:
        """The next block, at once; `None` at the end.

        Raises:
            DriverError: it is not open.
        """
        if self._blocks is None:
            raise DriverError("the simulator is not open; open it before reading")
        block = next(self._blocks, None)
        self._stop = self._stop if block is None else block.stop
        return block

    def close(self) -> None:
        """Let go of it; opening it again begins anew."""
        self._blocks = None

    def truth(self) -> list[Event]:
        """All truth events with their true index, losses included.

        Of the whole signal where its length was given, else of what has been read so far.
        """
        stop = self._stop if self._total is None else self._total
        return list(takewhile(lambda event: event.index < stop, truth(self._plan)))


def open_simulator(options: Mapping[str, str]) -> Simulator:
    """A simulator from options as text, the way `--set KEY=VALUE` gives them; the caller opens it.

    Args:
        options: any of scene, seed, seconds, rate, model, cyton, disturb. `disturb` is a list such as
            "mains,ecg"; "none" switches all disturbances off.

    Raises:
        ConfigError: a key or a value is wrong; the text lists what there is.

    >>> open_simulator({"scene": "clamshell", "rate": "500", "disturb": "mains,ecg"}).info.rate
    500.0
    """
    return Simulator(**arguments(options))
