"""What a command takes, and where runs are kept."""

import os
import platform
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

import msgspec
from scripts.write_status import RESULTS, ROOT, Result, Row

WEIGHBRIDGE: Final = (sys.executable, "-P", "-m", "weighbridge.entrypoints.cli")
_LOOK_EVERY = 0.05
_USUAL_ENDS = (0, 1, 3)


class Silence:
    """Progress that nobody watches."""

    def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What one run took: CPU seconds and peaks in bytes, of the process itself, of its largest child, of all at once.

    What several processes share counts once in the last.
    """

    cpu: float
    parent: int = 0
    child: int = 0
    together: int = 0


class _Watch(threading.Thread):
    """Looks at a process and its children until told to stop; sees nothing where there is no /proc."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self.parent = self.child = self.together = 0

    def run(self) -> None:
        """Look, and look again."""
        while not self._over.wait(_LOOK_EVERY):
            family = _family(self._pid)
            sizes = [_resident(pid) for pid in family]
            if sizes:
                self.parent = max(self.parent, sizes[0])
                self.child = max([self.child, *sizes[1:]])
                self.together = max(self.together, sum(map(_share, family)))

    def stop(self) -> None:
        """End, and wait for it."""
        self._over.set()
        self.join()


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            for listed in list(Path(f"/proc/{one}/task").glob("*/children")):
                found += [int(child) for child in listed.read_text("ascii").split()]
        except OSError:
            continue  # it ended while we looked
    return found


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _share(pid: int) -> int:
    """The bytes a process holds, each page divided by the number of processes that share it (`Pss` of proc(5))."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def used_by(command: Sequence[str | Path], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Used:
    """What a command and all its children take. Raises `RuntimeError` when it ends as only a failure does."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=_environment() | dict(env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        watch = _Watch(process.pid)
        watch.start()
        said = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop()
    if process.returncode not in _USUAL_ENDS:
        raise RuntimeError(f"{command} ended with {process.returncode}: {said[-800:].decode(errors='replace')}")
    cpu = usage.ru_utime + usage.ru_stime
    return Used(cpu=cpu, parent=watch.parent, child=watch.child, together=watch.together)


def _environment() -> dict[str, str]:
    """Modules are compiled once and kept, as an installer does it; a setting against that would be measured with each start."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}


@dataclass(slots=True)
class Figures:
    """The runs of one thing."""

    item: str
    goal: float | None = None
    runs: list[Used] = field(default_factory=list)

    def row(self, note: str = "") -> Row:
        """The median; the note tells the least and how often it was run."""
        seconds = [run.cpu for run in self.runs]
        told = f"least {min(seconds):.2f}, {len(seconds)} runs"
        figure = round(median(seconds), 3)
        return Row(
            item=self.item, figure=figure, unit="CPU s", goal=self.goal, note=f"{told}; {note}" if note else told
        )

    def memory(self, goal: float | None = None) -> list[Row]:
        """The highest peaks in megabytes; none where they could not be seen."""
        peaks = {
            "all processes together": (max(run.together for run in self.runs), goal),
            "the parent": (max(run.parent for run in self.runs), None),
            "the largest worker": (max(run.child for run in self.runs), None),
        }
        return [
            Row(item=f"{self.item}, memory of {who}", figure=round(size / 1e6), unit="MB", goal=most)
            for who, (size, most) in peaks.items()
            if size
        ]


def keep(name: str, rows: Iterable[Row], *, command: str, folder: Path = RESULTS, cases: Iterable[str] = ()) -> Result:
    """Show a run and keep it in a file of its own, dated to the minute."""
    now = datetime.now(UTC)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    when = now.strftime("%Y-%m-%d %H:%M")
    result = Result(name=name, measured_on=when, command=command, machine=machine, rows=tuple(rows), cases=tuple(cases))
    show(result)
    folder.mkdir(exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n"
    (folder / f"{name}-{now.strftime('%Y%m%dT%H%M')}.json").write_bytes(text)
    return result


def show(result: Result) -> None:
    """The run as a table."""
    print(f"\n{result.name}: {result.command}")
    for row in result.rows:
        goal = "" if row.goal is None else f"{'>=' if row.more_is_better else '<='} {row.goal:g}"
        standing = "" if row.goal is None else row.standing.strip("*")
        print(f"  {row.item:<62}{row.figure:>9g} {row.unit:<6} {goal:<8}{standing:<8}{row.note}", flush=True)
    for case in result.cases:
        print(f"  - {case}", flush=True)
