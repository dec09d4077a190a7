"""What the page of the league says in words."""

HEAD = """# League

How well the beginning and the end of a muscle's activity are found, and how fast, beside other libraries: the same
records, the same computer, one command (`python benchmarks/peers.py`). This page and its picture are written by that
command; no number on it was typed in."""

WORDS = """## What the words mean

The records are simulated, so what truly happened is known: noise shaped like EMG that rises and falls in bursts, on an
amplifier's noise, at 250, 1000 and 2000 samples a second. Bursts begin with a step, a straight ramp of 50 to 300 ms,
or an exponential of 20 to 80 ms. Hardly any method finds where a ramp *begins*: most of every error is there.

| word | |
|---|---|
| F1@50 | 2 · pairs / (bursts + detections), a pair being a burst and a detection whose times differ by at most 50 ms. 1 is perfect; a missed burst and a false one cost the same. F1@100 likewise |
| as declared, refined | two dates of the same onset, by this project: known when it is declared, and some tenths of a second later. Both entries run the chain at its defaults and are told neither rest nor mains frequency |
| default, tuned | a peer as its documentation has it, or with the best setting that a random search found on other records of the same kind. Where a method needs it, it is told the rest and the mains frequency |
| peer, textbook | a library that can be installed; a published method programmed for the league |
| limit | no competitor: it is told what nobody knows, the spectra and powers. `ml_exact` also knows the shape of the rise, and that it lies within 250 ms; it runs on a third of the records |
| false alarm | a detection that begins at rest, more than 250 ms from any burst |
| latency | from a burst's true beginning to the moment it is declared. Methods that need the whole recording have none |
| signal-to-noise ratio | power of the burst's plateau to power of the noise, in the band |"""

GOALS_WORDS = """What the detector was meant to reach, on the page's records and on others with a seed of their own, lest it
fit the first alone. Latencies are 1.3 times those of a CUSUM that is told both spectra and powers."""

LOSSES_WORDS = """Every figure above in which a peer or a textbook method, at its best setting, beats both dates. In false alarms and
latency only those compete that reach an F1@100 of 0.5: whoever finds little raises little."""

SPEED_WORDS = """The same work for all: offset, 20–450 Hz Butterworth of order 4, one notch at 50 Hz, RMS over 250 ms. What a library does
not have was added around it. Whether this project ran with its optional accelerator, Numba, stands among its versions,
at the top. By default it subtracts the mains and has no notch; here it has one like the others. `limit` rows are
compiled programs that do nothing else, in one pass."""

AGAIN = """## Do it again

```sh
python benchmarks/peers.py --league DIR
```

[Develop](develop.md#the-league) says what that needs. Speeds compare only within one run on one computer with nothing
else running."""
