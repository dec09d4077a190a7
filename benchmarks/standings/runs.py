"""Running the league: its folder, its environments, a place of its own for every set of records."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ADAPTER = ROOT / "benchmarks" / "league_adapter.py"
ENVIRONMENTS = ("venv", "venv-libemg", "venv-timeflux")


def league_folder(named: str | None) -> Path:
    """The league's folder: as named, as `NMR_EMG_LEAGUE` says, or `shared/league` beside the project.

    Raises:
        SystemExit: it is not there.
    """
    folder = Path(named or os.environ.get("NMR_EMG_LEAGUE") or ROOT.parent / "shared" / "league")
    if not (folder / "league" / "sim.py").exists():
        raise SystemExit(
            f"the league is not in {folder}; name its folder with --league, or in NMR_EMG_LEAGUE"
        )
    return folder.resolve()


def home() -> Path:
    """Where the league keeps its environments."""
    told = os.environ.get("LEAGUE_HOME")
    return Path(told) if told else Path.home() / ".cache" / "nmr-emg-league"


@dataclass(frozen=True, slots=True)
class Run:
    """One set of records: its cache and its results lie in a folder of their own.

    Args:
        league: the league's folder.
        which: "dev", "smoke" or "other".
        seed: of the records of "other".
    """

    league: Path
    which: str
    seed: int | None = None

    @property
    def name(self) -> str:
        """In words."""
        return self.which if self.seed is None else f"seed {self.seed}"

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return home() / "runs" / self.name.replace(" ", "-")

    def prepare(self, *, peers: bool) -> None:
        """Make the folder and, the first time that `peers` are wanted, the peers' environments (2.5 GB)."""
        if peers and not all((home() / name / "bin" / "python").exists() for name in ENVIRONMENTS):
            told = {**os.environ, "LEAGUE_HOME": str(home())}
            done = subprocess.run(["sh", str(self.league / "setup.sh")], env=told, check=False)  # noqa: S603, S607
            if done.returncode:
                print("not every peer could be installed; going on with those that could")
        (self.folder / "results").mkdir(parents=True, exist_ok=True)
        for name in ENVIRONMENTS:
            link = self.folder / name
            if (home() / name).exists() and not link.exists():
                link.symlink_to(home() / name)

    def play(self, *words: str) -> None:
        """Run a part of the league.

        Raises:
            SystemExit: it failed.
        """
        command = [sys.executable, "-m", "league", *words]
        done = subprocess.run(command, cwd=self.league, env=self._environment(), check=False)  # noqa: S603
        if done.returncode:
            raise SystemExit(f"the league ended with code {done.returncode}: {' '.join(words)}")

    def rows(self, entry: str) -> list[Any]:
        """What one of our entries scores on every record.

        Raises:
            SystemExit: it failed on a record.
        """
        job = {"fn": "accuracy", "name": entry, "which": self.which, "mode": "default", "budget": 1e9}
        with tempfile.NamedTemporaryFile(suffix=".json") as out:
            told = {**self._environment(), "LEAGUE_OUT": out.name}
            command = [sys.executable, "-m", "league.worker"]
            done = subprocess.run(  # noqa: S603
                command, input=json.dumps(job), text=True, cwd=self.league, env=told, check=False
            )
            if done.returncode:
                raise SystemExit(f"{entry} ended with code {done.returncode}")
            found = json.loads(Path(out.name).read_text(encoding="utf-8"))
        if found["errors"]:
            raise SystemExit(f"{entry} failed on {found['errors']} records: {found['error_sample'][0]}")
        rows: list[Any] = found["rows"]
        return rows

    def keep(self, name: str, what: object) -> None:
        """Write a JSON file among the results."""
        (self.folder / "results" / name).write_text(json.dumps(what), encoding="utf-8")

    def kept(self, name: str) -> Any:
        """What a JSON file among the results holds; nothing if it is not there."""
        path = self.folder / "results" / name
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LEAGUE_HOME": str(self.folder),
            "LEAGUE_EXTRA": str(ADAPTER),
            "NMR_EMG_VENV": sys.prefix,
            "PYTHONPATH": os.pathsep.join([str(self.league), os.environ.get("PYTHONPATH", "")]).rstrip(
                os.pathsep
            ),
            "PYTHONDONTWRITEBYTECODE": "1",
            **({} if self.seed is None else {"LEAGUE_SEEDS": str(self.seed)}),
        }


def environments() -> list[Path]:
    """The interpreters that take part: this one, and each peer environment's that is there."""
    pythons = [home() / name / "bin" / "python" for name in ENVIRONMENTS]
    return [Path(sys.executable), *(python for python in pythons if python.exists())]


def only(names: Sequence[str]) -> list[str]:
    """The league's option for some adapters alone."""
    return ["--only", *names] if names else []
