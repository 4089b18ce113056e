"""Speed and memory: `python -m benchmarks.speed start|tree|changes|files|history …`, each with a peer in the same run.

All times are CPU seconds of the whole process tree from start to exit, so that a busy machine does not tell; the figure is the
median. `tree FOLDER…` measures on copies that share the objects of these repositories; `tree --fetch REQUIREMENT` on a wheel,
unpacked and committed. `changes FOLDER` grows the change, `files` the tree, and `history` has a long past: that of FOLDER, or 100,000 commits made up.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import msgspec
from scripts.write_status import Row

from benchmarks.measuring import WEIGHBRIDGE, Figures, Used, keep, used_by
from benchmarks.trees import Borrowed, fetched, git, packages, synthetic, with_past

_YARDSTICK = 2.3
"""CPU seconds that grimp took for its graph of an unchanged Home Assistant, where the goals for it were set."""

_GRAPH = "import grimp, sys; grimp.build_graph(*sys.argv[2:], cache_dir=sys.argv[1])"


def start(repeat: int) -> Iterator[Row]:
    """The start alone, as a multiple of the interpreter's own."""
    bare = Figures("the interpreter alone", runs=[used_by([sys.executable, "-c", "pass"]) for _ in range(repeat)])
    version = Figures("weighbridge --version", runs=[used_by([*WEIGHBRIDGE, "--version"]) for _ in range(repeat)])
    least = [min(run.cpu for run in figures.runs) for figures in (bare, version)]
    yield version.row()
    yield bare.row("peer")
    yield Row(
        item="weighbridge --version, times the interpreter alone",
        figure=round(least[1] / least[0], 2),
        unit="x",
        goal=5,
    )


class Bench:
    """One repository, measured in a folder of its own with a cache of its own."""

    def __init__(self, source: Path, folder: Path, *, repeat: int) -> None:
        self.tree = Borrowed(source, folder / "tree")
        self._folder = folder
        self._repeat = repeat
        self._seed = 0
        self._cache = folder / "cache"

    def first(self, runs: int, *, goal: float | None = None, most: float | None = None) -> Iterator[Row]:
        """A review with nothing kept, each time with a new cache; the last one's stays."""
        figures = Figures("first review, nothing kept", goal)
        for number in range(runs):
            self._cache = self._folder / f"cache{number}"
            figures.runs.append(self._review(10))
        yield figures.row(f"{self.tree.count():,} files")
        yield from figures.memory(most)

    def next(self, count: int = 10) -> Iterator[Row]:
        """A review of a change that was not seen before, everything else kept."""
        figures = Figures(f"next review, {count:,} files changed")
        figures.runs += [self._review(count) for _ in range(self._repeat)]
        yield figures.row()
        yield from figures.memory() if count >= 100 else ()

    def rounds(self, *, has_yardstick: bool) -> Iterator[Row]:
        """Next reviews, `check` and peers by turns, so that a machine that is now fast and now slow is so for all of them.

        What grimp takes where nothing changed can be the yardstick: it took 2.3 s where the goals were set, on the same tree.
        """
        review, check = Figures("next review, 10 files changed", 1.5), Figures("check of one staged file", 0.5)
        linter, difference = Figures("ruff's security rules on that file, peer"), Figures("git diff of 10 files, peer")
        cold, warm = (Figures(f"grimp's import graph, nothing {what}, peer") for what in ("kept", "changed"))
        files = self._folder / "files"
        if self.tree.touched(1, seed=0)[0].path.endswith(".py"):
            self.tree.export(files)
        for number in range(self._repeat):
            review.runs.append(self._review(10))
            self._check(check, linter)
            difference.runs.append(used_by(["git", "diff", self.tree.base, self._change(10)], cwd=self.tree.folder))
            if files.is_dir() and packages(files):
                graph = [sys.executable, "-c", _GRAPH, str(self._folder / f"grimp{number}"), *packages(files)]
                cold.runs.append(used_by(graph, cwd=files))
                warm.runs.append(used_by(graph, cwd=files))
        yield from (figures.row() for figures in (review, check, linter, difference, cold, warm) if figures.runs)
        for figures in (review, check) if warm.runs and has_yardstick else ():
            times = median(one.cpu / peer.cpu for one, peer in zip(figures.runs, warm.runs, strict=True))
            item = f"{figures.item}, times grimp's unchanged graph in the same round"
            yield Row(item=item, figure=round(times, 3), unit="x", goal=round((figures.goal or 0) / _YARDSTICK, 3))

    def _check(self, ours: Figures, linter: Figures) -> None:
        """`check` of one staged file, and what a linter takes for that file."""
        self._seed += 1
        files = self.tree.touched(1, seed=self._seed)
        self.tree.stage(files)
        ours.runs.append(used_by([*WEIGHBRIDGE, "check"], cwd=self.tree.folder, env=self._env()))
        if files[0].path.endswith(".py"):
            alone = self._folder / "alone.py"
            alone.write_bytes(files[0].content)
            ruff: list[str | Path] = [
                sys.executable,
                "-m",
                "ruff",
                "check",
                "--isolated",
                "--no-cache",
                "--select",
                "S",
                alone,
            ]
            linter.runs.append(used_by(ruff))

    def _review(self, count: int) -> Used:
        command = [*WEIGHBRIDGE, "review", f"{self.tree.base}..{self._change(count)}", "--report-only", "--quiet"]
        return used_by(command, cwd=self.tree.folder, env=self._env())

    def _change(self, count: int) -> str:
        self._seed += 1
        return self.tree.commit(self.tree.touched(count, seed=self._seed))

    def _env(self) -> dict[str, str]:
        return {"WEIGHBRIDGE_CACHE": str(self._cache)}


def one_tree(source: Path, *, repeat: int, cold: int, has_yardstick: bool = False) -> Iterator[Row]:
    """Everything that is measured on one repository."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(source, Path(folder), repeat=repeat)
        yield from bench.first(cold, goal=40, most=600)
        yield from bench.rounds(has_yardstick=has_yardstick)


def changes(source: Path, *, repeat: int, counts: Sequence[int] = (10, 100, 1_000)) -> Iterator[Row]:
    """How the next review grows with the change."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(source, Path(folder), repeat=repeat)
        list(bench.first(1))
        for count in counts:
            yield from bench.next(count)


def files(*, repeat: int, counts: Sequence[int] = (1_000, 10_000, 50_000)) -> Iterator[Row]:
    """How the reviews grow with the tree."""
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(synthetic(count, Path(folder) / "made"), Path(folder), repeat=repeat)
            rows = [*bench.first(1), *bench.next()]
            yield from (msgspec.structs.replace(row, item=f"{count:,} files: {row.item}") for row in rows)


def history(source: Path | None, *, repeat: int, most: int = 100_000) -> Iterator[Row]:
    """A tree with a long past, one of `most` commits made up where none is given: what it adds to the first and next review."""
    with tempfile.TemporaryDirectory() as folder:
        source = source or with_past(most, Path(folder) / "made")
        bench = Bench(source, Path(folder), repeat=repeat)
        commits = int(git(source, "rev-list", "--count", "HEAD"))
        first = Figures("git log of the last 5,000 commits with files, peer")
        log = ["git", "log", "-5000", "--numstat", "--format=%H"]
        first.runs += [used_by(log, cwd=source) for _ in range(repeat)]
        rows = [*bench.first(repeat), *bench.next(), first.row()]
        yield from (msgspec.structs.replace(row, item=f"{commits:,} commits: {row.item}") for row in rows)


def _files(repeat: int) -> Iterator[Row]:
    return files(repeat=repeat)


def _history(repeat: int) -> Iterator[Row]:
    return history(None, repeat=repeat)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked, show it and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("start", "tree", "changes", "files", "history"))
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--fetch", action="append", default=[], metavar="REQUIREMENT")
    parser.add_argument("--name", help="what the one tree is called; the folder's name if not given")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--cold", type=int, help="runs of the first review; as many as of the others if not given")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        named = [(asked.name or folder.name, folder.resolve()) for folder in asked.folders]
        named += [(what.partition("==")[0], fetched(what, Path(place) / what)) for what in asked.fetch]
        if asked.what in ("start", "files") or (asked.what == "history" and not named):
            rows = {"start": start, "files": _files, "history": _history}[asked.what](asked.repeat)
            keep(f"speed-{asked.what}", rows, command=f"python -m benchmarks.speed {asked.what}")
        for name, folder in named:
            kept = f"speed-{name}" if asked.what == "tree" else f"speed-{asked.what}"
            keep(
                kept,
                _measured(asked, folder, name=name),
                command=f"python -m benchmarks.speed {asked.what} {name.upper()}",
            )


def _measured(asked: argparse.Namespace, folder: Path, *, name: str) -> Iterator[Row]:
    if asked.what == "tree":
        is_measured_with = name == "homeassistant"
        return one_tree(folder, repeat=asked.repeat, cold=asked.cold or asked.repeat, has_yardstick=is_measured_with)
    return (changes if asked.what == "changes" else history)(folder, repeat=asked.repeat)


if __name__ == "__main__":
    main()
