"""How fast lines of text are read, and what damage costs.

    python benchmarks/lines.py [--quick]

Prints the throughput in reads of 4096 bytes and the time of a read of one line, for the usual ways to write lines and for
damage and garbage (best of the repeats); what listening to 1.5 s costs; and for streams of which one or ten lines in a
hundred have a byte flipped, dropped or put in: the part of intact lines that is read, and of the damaged ones the part
that is read as values never sent (a digit that became another one can't be seen in a text).
"""

import sys
import time

import numpy as np

from nmr_emg.framing.frames import Wire
from nmr_emg.framing.lines.guess import guess
from nmr_emg.framing.lines.line import Line

READ = 4096
SEEDS = 20


def line(*labels: str, **settings: float | str) -> Line:
    """The framing that reads some columns."""
    return Line(tuple(Wire(label=label) for label in labels), **settings)  # type: ignore[arg-type]


def text(form: str, lines: int) -> bytes:
    """Lines of a counting time and two values of ten bits."""
    values = np.random.default_rng(0).integers(0, 1024, (lines, 2))
    return "".join(form.format(t=4 * i, a=a, b=b) for i, (a, b) in enumerate(values)).encode()


def seconds_a_read(framing: Line, stream: bytes, size: int, repeats: int) -> float:
    """Mean time of a read (s), the best of the repeats."""
    best = float("inf")
    for _ in range(repeats):
        parse = framing.start()
        parse(stream[: 4 * READ])
        began = time.perf_counter()
        for at in range(0, len(stream), size):
            parse(stream[at : at + size])
        best = min(best, (time.perf_counter() - began) / (len(stream) / size))
    return best


def speeds(lines: int, repeats: int) -> None:
    """Print the speed of each way to write lines."""
    plain = text("{a},{b}\r\n", lines)
    hit = np.frombuffer(plain, np.uint8).copy()
    hit[np.random.default_rng(1).integers(0, len(hit), lines // 100)] = 7
    cases = {
        "512,498": (line("0", "1"), plain),
        "512.25,498.25": (line("0", "1"), text("{a}.25,{b}.25\r\n", lines)),
        "EMG:512 ENV:498": (line("EMG", "ENV"), text("EMG:{a} ENV:{b}\r\n", lines)),
        "A0:512,A1:498": (line("A0", "A1"), text("A0:{a},A1:{b}\r\n", lines)),
        "4000,512,498 (ms)": (line("1", "2", time="ms", rate=250.0), text("{t},{a},{b}\r\n", lines)),
        "1 % damaged": (line("0", "1"), hit.tobytes()),
        "garbage": (line("0", "1"), np.random.default_rng(2).bytes(len(plain))),
    }
    print(f"{'lines':<20}{'MB/s':>8}{'µs a line alone':>18}")
    for name, (framing, stream) in cases.items():
        fast = READ / seconds_a_read(framing, stream, READ, repeats) / 1e6
        size = round(len(stream) / lines)
        alone = seconds_a_read(framing, stream[: 2000 * size], size, repeats) * 1e6
        print(f"{name:<20}{fast:>8.1f}{alone:>18.1f}")
    heard = plain[: 750 * 9]
    began = time.perf_counter()
    guess(heard, 1.5)
    print(f"guessing from 750 lines takes {(time.perf_counter() - began) * 1e3:.1f} ms")


def damage(share: float, lines: int) -> None:
    """Print what is read of damaged streams."""
    intact = read = false = hurt = 0
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        sent = rng.integers(0, 1024, (lines, 2))
        hit = rng.random(lines) < share
        pieces = []
        for values, broken in zip(sent, hit, strict=True):
            one = bytearray(b"%d,%d\r\n" % tuple(values))
            at = int(rng.integers(0, len(one)))
            match int(rng.integers(0, 3)) if broken else -1:
                case 0:
                    one[at] ^= 1 << int(rng.integers(0, 8))
                case 1:
                    del one[at]
                case 2:
                    one[at:at] = rng.bytes(1)
            pieces.append(bytes(one))
        framing = line("0", "1", low=0.0, high=1023.0)
        rows = framing.start()(b"\n" + b"".join(pieces), final=True).values.astype(int)
        known = {tuple(row) for row in sent.tolist()}
        got = {tuple(row) for row in rows.tolist()}
        intact += int((~hit).sum())
        read += sum(tuple(row) in got for row in sent[~hit].tolist())
        hurt += int(hit.sum())
        false += sum(tuple(row) not in known for row in rows.tolist())
    print(
        f"{share:>4.0%} of lines damaged: {read / intact:.6f} of the intact ones read, {false / hurt:.2f} false a damaged one"
    )


def main() -> None:
    """Print all of it."""
    quick = "--quick" in sys.argv
    speeds(5_000 if quick else 100_000, 1 if quick else 5)
    for share in (0.01, 0.1):
        damage(share, 500 if quick else 5000)


if __name__ == "__main__":
    main()
