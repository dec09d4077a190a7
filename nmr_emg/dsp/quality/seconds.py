"""Blocks gathered to seconds, however they are cut."""

from collections.abc import Iterator

from nmr_emg.block import Block


class Seconds:
    """Gathers blocks until `length` rows are there; nothing is copied."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._held: list[Block] = []
        self._rows = 0

    def add(self, block: Block) -> Iterator[tuple[int, list[Block]]]:
        """Take a block. For each second that it completes, give how many of its rows were used, and the second.

        The last pair carries no second: what is left waits.
        """
        rows, done = block.rows, 0
        while self._rows + rows - done >= self._length:
            last = done + self._length - self._rows
            held, self._held, self._rows = [*self._held, block.cut(done, last)], [], 0
            done = last
            yield last, held
        if done < rows:
            self._held.append(block.cut(done, rows) if done else block)
            self._rows += rows - done
        yield rows, []
