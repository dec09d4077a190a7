"""What a device says while it streams, printed once as it comes."""

from nmr_emg.block import Block
from nmr_emg.cli.say import note

MOST = 20
"""Messages printed in one session; a board that repeats itself fills no screen."""


class Notices:
    """A sink that prints what `device` events say on stderr, each text once."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def write(self, block: Block) -> None:
        """Print what is new."""
        for event in block.events:
            text = str(event.data.get("text", ""))
            if event.kind == "device" and text and text not in self._said and len(self._said) < MOST:
                self._said.add(text)
                note(f"nmr-emg: {text}")

    def close(self) -> None:
        """Nothing to do."""
