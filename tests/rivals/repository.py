"""Builds the repository the lessons are pinned on: some 330 files in four languages, with a hundred commits behind them."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template

SOURCES = Path(__file__).resolve().parents[2] / "examples" / "parcels"
PEOPLE = (
    "Amina Diallo <amina@parcels.example>",
    "Bo Lindqvist <bo@parcels.example>",
    "Chiara Rossi <chiara@parcels.example>",
    "Dmitri Volkov <dmitri@parcels.example>",
)
ENTITIES: Mapping[str, str] = {
    "address": "floor",
    "agreement": "months",
    "barcode": "digits",
    "broker": "rank",
    "bundle": "count",
    "carrier": "capacity",
    "claim": "cents",
    "complaint": "urgency",
    "container": "litres",
    "contract": "years",
    "country": "zone",
    "courier": "stops",
    "customer": "discount",
    "declaration": "pages",
    "delay": "minutes",
    "depot": "gates",
    "device": "battery",
    "driver": "hours",
    "duty": "per_mille",
    "flight": "holds",
    "hub": "lanes",
    "insurance": "limit_cents",
    "label": "copies",
    "locker": "doors",
    "manifest": "lines",
    "package_type": "max_grams",
    "pallet": "layers",
    "pickup": "window",
    "printer": "trays",
    "rate": "per_kilogram",
    "receipt": "entries",
    "region": "depots",
    "route": "stops",
    "scanner": "reads",
    "seal": "serial",
    "shift": "hours",
    "sorter": "chutes",
    "stamp": "cents",
    "terminal": "docks",
    "trailer": "axles",
    "vehicle": "kilometres",
    "voucher": "cents",
}
_EPOCH = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One commit to be: what it says, who by, and the files it writes (None removes one)."""

    says: str
    by: str
    files: Mapping[str, str | None]


def sources() -> dict[str, str]:
    """The hand-written files, by path."""
    root = SOURCES / "main"
    found = (path for path in sorted(root.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in found}


def entity(name: str, field: str) -> dict[str, str]:
    """The files of one kind of thing the service keeps, made from the templates."""
    words = {"name": name, "Class": name.title().replace("_", ""), "field": field}
    places = {
        "model.py": f"parcels/entities/{name}/model.py",
        "repository.py": f"parcels/entities/{name}/repository.py",
        "service.py": f"parcels/entities/{name}/service.py",
        "routes.py": f"parcels/entities/{name}/routes.py",
        "test_service.py": f"tests/entities/test_{name}_service.py",
        "migration.sql": f"db/migrations/{100 + list(ENTITIES).index(name):04}_{name}s.sql",
    }
    files = {
        place: Template((SOURCES / "entity" / f"{template}.txt").read_text("utf-8")).substitute(words)
        for template, place in places.items()
    }
    return {f"parcels/entities/{name}/__init__.py": f'"""Everything about a {name}."""\n', **files}


def _entities_module(names: list[str]) -> str:
    imports = "".join(f"from parcels.entities.{name} import routes as {name}\n" for name in names)
    listed = "".join(f"        {name}.blueprint,\n" for name in names)
    return (
        f'"""Everything the service keeps."""\n\nfrom flask import Blueprint\n\n{imports}\n\n'
        f'def blueprints() -> list[Blueprint]:\n    """The routes of each."""\n    return [\n{listed}    ]\n'
    )


def past() -> Iterator[Snapshot]:
    """The commits that led to the tip of main, oldest first."""
    now: dict[str, str] = {}

    def snapshot(says: str, files: Mapping[str, str]) -> Snapshot:
        now.update(files)
        return Snapshot(says=says, by=PEOPLE[len(says) % len(PEOPLE)], files=files)

    yield snapshot(
        "Labels, routing, tracking and billing", {**sources(), "parcels/entities/__init__.py": _entities_module([])}
    )
    for position, (name, field) in enumerate(ENTITIES.items(), 1):
        known = {"parcels/entities/__init__.py": _entities_module(list(ENTITIES)[:position])}
        yield snapshot(f"Keep each {name}", {**entity(name, field), **known})
    for name, field in ENTITIES.items():
        path = f"parcels/entities/{name}/service.py"
        yield snapshot(
            f"Say which {name} has a negative {field}",
            {
                path: now[path].replace(
                    f'"{field} must not be negative"', f'f"{field} of {{number}} must not be negative"'
                )
            },
        )
    for name in list(ENTITIES)[::3]:
        path = f"db/migrations/{200 + list(ENTITIES).index(name):04}_{name}s_by_change.sql"
        yield snapshot(
            f"Find a changed {name} faster",
            {path: f"CREATE INDEX CONCURRENTLY {name}s_by_change ON {name}s (changed_at);\n"},
        )


@dataclass(frozen=True, slots=True)
class Parcels:
    """The repository, and how a test proposes a change to it."""

    path: Path

    def read(self, file: str, revision: str = "main") -> str:
        """A file's text at a revision."""
        return run_git(self.path, "show", f"{revision}:{file}").decode()

    def propose(self, branch: str, files: Mapping[str, str | None], *, says: str = "Change something") -> str:
        """Commit `files` on a new branch off main; the range to review."""
        change = Snapshot(says=says, by=PEOPLE[0], files=files)
        _import(self.path, [change], branch=branch, start="refs/heads/main^0", first=1000)
        return f"main..{branch}"

    def edit(self, branch: str, *edits: tuple[str, str, str], says: str = "Change something") -> str:
        """Replace passages, each `(file, was, is)` exactly once, on a new branch; the range to review."""
        files: dict[str, str | None] = {}
        for file, was, now in edits:
            text = files.get(file) or (self.read(file) if was else "")
            assert not was or text.count(was) == 1, f"{was!r} stands {text.count(was)} times in {file}"
            files[file] = text.replace(was, now) if was else text + now
        return self.propose(branch, files, says=says)


def build(target: Path) -> Parcels:
    """Make the repository at `target`, with its work tree on main."""
    target.mkdir(parents=True)
    run_git(target, "init", "--quiet", "--initial-branch=main")
    _import(target, list(past()), branch="main", start="", first=0)
    run_git(target, "reset", "--quiet", "--hard", "main")
    return Parcels(target)


def copy(parcels: Parcels, target: Path) -> Parcels:
    """A repository of one's own, for a test that writes to the work tree or the index."""
    shutil.copytree(parcels.path, target)
    return Parcels(target)


def run_git(repository: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints, without anybody's own configuration."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    isolated = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *arguments], cwd=repository, env={**inherited, **isolated}, input=stdin, check=True, capture_output=True
    )
    return done.stdout


def _import(repository: Path, snapshots: list[Snapshot], *, branch: str, start: str, first: int) -> None:
    stream = bytearray()
    for position, snapshot in enumerate(snapshots):
        at = int((_EPOCH + timedelta(hours=31 * (first + position))).timestamp())
        stream += f"commit refs/heads/{branch}\n".encode()
        stream += f"author {snapshot.by} {at} +0000\ncommitter {snapshot.by} {at} +0000\n".encode()
        stream += _data(snapshot.says)
        if position == 0 and start:
            stream += f"from {start}\n".encode()
        for path, text in snapshot.files.items():
            if text is None:
                stream += f"D {path}\n".encode()
            else:
                stream += f"M 100644 inline {path}\n".encode() + _data(text)
    run_git(repository, "fast-import", "--quiet", "--force", stdin=bytes(stream))


def _data(text: str) -> bytes:
    encoded = text.encode()
    return f"data {len(encoded)}\n".encode() + encoded + b"\n"
