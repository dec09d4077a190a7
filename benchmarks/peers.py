"""This project beside the libraries that can be installed: accuracy of onsets, and speed.

    python benchmarks/peers.py [--league DIR] [--quick] [--only NAME …] [--part accuracy|speed] [--page]

Sets up the league's environments the first time (2.5 GB), measures everybody, and writes `docs/league.md` and
`docs/league.svg`. About a quarter of an hour on two cores with nothing else running. `--only nmr_emg` measures this
project anew and keeps the others' rows; `--page` only writes. `--quick` is a rehearsal of three minutes on few records;
its page stays in the league's folder of results.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from standings import machine
from standings.goals import Ours
from standings.methods import ONLINE, REFINED, methods
from standings.page import Results, page
from standings.picture import picture
from standings.runs import ROOT, Run, environments, league_folder, only

SPEEDS = ("offline", "stream", "growth")


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--league", help="the league's folder; else NMR_EMG_LEAGUE, else ../shared/league")
    parser.add_argument(
        "--quick", action="store_true", help="few records, short recordings; docs stay as they are"
    )
    parser.add_argument("--seed", type=int, help="all methods on records of this seed instead of the dev set")
    parser.add_argument("--fresh", type=int, help="seed of the second set for our entries; default: the date")
    parser.add_argument("--only", nargs="+", default=[], help="adapters whose name contains one of these")
    parser.add_argument("--part", choices=["accuracy", "speed"], nargs="+", default=["accuracy", "speed"])
    parser.add_argument("--page", action="store_true", help="measure nothing, write the page again")
    return parser.parse_args()


def measure_accuracy(run: Run, fresh: Run, names: list[str], *, quick: bool) -> None:
    """Score everybody on one set, and our entries on a second one."""
    budget = ["--budget", "3"] if quick else []
    run.play("accuracy", "--set", run.which, *budget, *only(names))
    if ours(names):
        for one in (run, fresh):
            one.keep("ours.json", {entry: one.rows(entry) for entry in (ONLINE, REFINED)})


def measure_speed(run: Run, names: list[str], *, quick: bool) -> None:
    """Time everybody."""
    for part in SPEEDS:
        run.play("throughput", "--part", part, *(["--quick"] if quick else []), *only(names))


def ours(names: list[str]) -> bool:
    """Whether this project is among those that are measured."""
    return not names or any(name in ONLINE or name in REFINED for name in names)


def remember(run: Run, fresh: Run, names: list[str]) -> None:
    """Keep when, where and with which versions it was measured; what was not measured now keeps its date."""
    mine, *theirs = [machine.versions(python) for python in environments()]
    about = run.kept("about.json")
    if not names or "peers" not in about:
        about |= {"date": machine.today(), "computer": machine.processor(), "peers": machine.told(theirs)}
    if ours(names):
        about |= {"ours_date": machine.today(), "ours": machine.told([mine]), "fresh": fresh.seed}
    run.keep("about.json", about)


def results(run: Run) -> Results:
    """Everything that was measured on one set.

    Raises:
        SystemExit: nothing was, or one of our entries failed on a record.
    """
    about, accuracy = run.kept("about.json"), run.kept(f"accuracy_{run.which}.json")
    if not {"peers", "ours"} <= set(about) or not accuracy:
        raise SystemExit(f"nothing was measured yet in {run.folder}")
    for one in accuracy.values():
        if one["peer"] == "nmr-emg" and (one.get("failed") or one.get("errors")):
            raise SystemExit(f"{one['name']}: {one.get('failed') or one['error_sample']}")
    fresh = Run(run.league, "other", about["fresh"])
    rows: dict[str, Ours] = {one.name: one.kept("ours.json") for one in (run, fresh)}
    total = max(one["total"] for one in accuracy.values() if "total" in one)
    return Results(
        about["date"]
        if about["ours_date"] == about["date"]
        else f"{about['date']}; this project {about['ours_date']}",
        about["computer"],
        f"{about['ours']}; {about['peers']}",
        f"the league's set `{run.name}`, {total} records; {fresh.name} for the second column of the goals",
        accuracy,
        rows,
        *(run.kept(f"throughput_{part}.json") for part in SPEEDS),
    )


def write(run: Run, folder: Path) -> None:
    """Write the page and the picture."""
    found = results(run)
    (folder / "league.md").write_text(page(found), encoding="utf-8")
    (folder / "league.svg").write_text(
        picture(methods(found.accuracy), found.stream) + "\n", encoding="utf-8"
    )
    print(f"wrote {folder / 'league.md'} and league.svg")


def main() -> None:
    """Do what was asked."""
    told = asked()
    league = league_folder(told.league)
    which = "smoke" if told.quick else "dev" if told.seed is None else "other"
    run = Run(league, which, told.seed)
    fresh = Run(league, "other", told.fresh or int(datetime.now(UTC).strftime("%Y%m%d")))
    if not told.page:
        run.prepare(peers=True)
        fresh.prepare(peers=False)
        if "accuracy" in told.part:
            measure_accuracy(run, fresh, told.only, quick=told.quick)
        if "speed" in told.part:
            measure_speed(run, told.only, quick=told.quick)
        remember(run, fresh, told.only)
    write(run, run.folder / "results" if told.quick else ROOT / "docs")


if __name__ == "__main__":
    main()
