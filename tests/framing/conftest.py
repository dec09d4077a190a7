import numpy as np
import pytest


@pytest.fixture(scope="session")
def read_in_pieces():
    """Reads a stream in pieces of some sizes, repeated: all values, all ids, all notes with their row in the stream."""

    def read(framing, data, *sizes):
        parse = framing.start()
        values, ids, notes = [], [], []
        rows = at = turn = 0
        while at <= len(data):
            final = at == len(data)
            size = max(1, sizes[turn % len(sizes)]) if sizes else len(data) or 1
            frames = parse(data[at : at + size], final=final)
            assert frames.values.dtype == np.dtype(framing.dtype)
            assert frames.values.shape[1] == len(framing.columns)
            assert (frames.ids is None) == (framing.counting is None)
            assert all(0 <= note.row <= len(frames.values) for note in frames.notes)
            notes += [(note.kind, rows + note.row, dict(note.data)) for note in frames.notes]
            values.append(frames.values)
            ids.append(frames.ids)
            rows += len(frames.values)
            if final:
                break
            at, turn = min(at + size, len(data)), turn + 1
        counted = None if framing.counting is None else np.concatenate(ids)
        assert counted is None or len(counted) == rows
        return np.concatenate(values), counted, notes

    return read
