"""How often the verdicts on documents are right: `python -m benchmarks.documents_freshness FOLDER`.

`documents_freshness.toml` beside this names repositories and revisions; the folder holds them as OWNER+NAME. A hundred verdicts are drawn, on
statements and on whole documents, of each kind as many as there are up to a number. `--sheet FILE` writes them for a reader who must not know
what was said: what is to be read stands open, the verdict and its reasons under `hidden`. What was said, and what readers found, is kept in
`truth/documents_freshness.jsonl`; `--readings FILE` takes a reader's lines (`{"id": …, "read": …, "why": …}`) in. Without them nothing counts.
"""

import argparse
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec
from scripts.write_status import ROOT, Row

from benchmarks.measuring import Silence, keep
from weighbridge.adapters.git.repository import open_repository
from weighbridge.app.document_ground import ground_of
from weighbridge.domain.ids import ObjectId, content_hex
from weighbridge.landscape.freshness.judging import judge
from weighbridge.landscape.freshness.verdicts import Judged, Resolved, Truth, Verdict
from weighbridge.landscape.prose.mentions import MentionKind
from weighbridge.landscape.prose.standing import is_document

NAME: Final = "documents_freshness"
_SOURCES: Final = ROOT / "benchmarks" / f"{NAME}.toml"
_TRUTH: Final = ROOT / "benchmarks" / "truth" / f"{NAME}.jsonl"
_ALL: Final = 100
_STATEMENTS: Final = {Truth.BROKEN: 30, Truth.CHANGED: 14, Truth.TRUE: 14, Truth.UNKNOWN: 12}
_DOCUMENTS: Final = {Verdict.STALE: 12, Verdict.DOUBTFUL: 8, Verdict.FRESH: 6, Verdict.UNKNOWN: 4}


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repository at a revision."""

    repository: str
    revision: str


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict that is read, and what a reader found; `read` is empty until one did."""

    id: str
    level: str
    repository: str
    revision: str
    path: str
    verdict: str
    line: int = 0
    statement: str = ""
    names: str = ""
    reasons: tuple[str, ...] = ()
    read: str = ""
    why: str = ""

    @property
    def question(self) -> Mapping[str, object]:
        """What a reader is shown; the verdict stands apart."""
        shown = {
            key: getattr(self, key)
            for key in ("id", "level", "repository", "revision", "path", "line", "statement", "names")
        }
        answers = [*(Truth if self.level == "statement" else Verdict)]
        return {**shown, "answers": answers, "hidden": {"verdict": self.verdict, "reasons": self.reasons}}


def judged_in(folder: Path, source: Source) -> list[Judged]:
    """The documents of one repository, judged."""
    place = folder / source.repository.replace("/", "+")
    with open_repository(place / "repo" if (place / "repo").is_dir() else place) as repository:
        commit = ObjectId(source.revision)
        blobs = repository.entries(repository.tree_of(commit))
        ground = ground_of(repository, blobs, until=commit, progress=Silence())
        return judge([blob for path, blob in blobs.items() if is_document(path)], ground)


def drawn(found: Mapping[Source, Sequence[Judged]], *, seed: int) -> list[Drawn]:
    """As many verdicts of each kind as are asked for; what some kinds lack is made up for by statements that are true."""
    statements: dict[str, list[Drawn]] = {}
    documents: dict[str, list[Drawn]] = {}
    for source, judged in found.items():
        for document in judged:
            documents.setdefault(document.verdict, []).append(_of_document(source, document))
            for resolved in document.resolved:
                if resolved.mention.kind is not MentionKind.HOST:
                    statements.setdefault(resolved.truth, []).append(_of_statement(source, document, resolved=resolved))
    taken = [*_some(statements, _STATEMENTS, seed=seed), *_some(documents, _DOCUMENTS, seed=seed)]
    known = {each.id for each in taken}
    spare = [each for kind in (Truth.TRUE, Truth.CHANGED) for each in statements.get(kind, ()) if each.id not in known]
    return [*taken, *_shuffled(spare, seed)[: max(0, _ALL - len(taken))]]


def _some(
    found: Mapping[str, list[Drawn]], wanted: Mapping[Truth, int] | Mapping[Verdict, int], *, seed: int
) -> Iterator[Drawn]:
    for kind, most in wanted.items():
        yield from _shuffled(found.get(kind, ()), seed)[:most]


def _shuffled(those: Iterable[Drawn], seed: int) -> list[Drawn]:
    """Each once, in an order that nothing but the seed decides; the repositories take turns."""
    mixed = sorted(
        {each.id: each for each in those}.values(), key=lambda each: content_hex(str(seed), each.id, length=16)
    )
    turns: Counter[str] = Counter()
    ranked: list[tuple[int, int, Drawn]] = []
    for place, each in enumerate(mixed):
        ranked.append((turns[each.repository], place, each))
        turns[each.repository] += 1
    return [each for _, _, each in sorted(ranked, key=lambda one: one[:2])]


def _of_document(source: Source, judged: Judged) -> Drawn:
    return Drawn(
        id=content_hex(source.repository, judged.path, length=12),
        level="document",
        repository=source.repository,
        revision=source.revision,
        path=judged.path,
        verdict=judged.verdict,
        reasons=judged.reasons,
    )


def _of_statement(source: Source, judged: Judged, *, resolved: Resolved) -> Drawn:
    mention = resolved.mention
    return Drawn(
        id=content_hex(source.repository, judged.path, str(mention.line), mention.name, length=12),
        level="statement",
        repository=source.repository,
        revision=source.revision,
        path=judged.path,
        verdict=resolved.truth,
        line=mention.line,
        statement=mention.statement,
        names=f"{mention.kind} {mention.name}",
        reasons=(resolved.reason,) if resolved.reason else (),
    )


def with_readings(rows: Iterable[Drawn], readings: Mapping[str, Mapping[str, str]]) -> list[Drawn]:
    """The verdicts with what a reader found of them."""
    return [
        msgspec.structs.replace(each, read=readings[each.id]["read"], why=readings[each.id].get("why", ""))
        if each.id in readings
        else each
        for each in rows
    ]


def rows(verdicts: Sequence[Drawn]) -> Iterator[Row]:
    """How many are right, by verdict."""
    read = [each for each in verdicts if each.read]
    right = Counter((each.level, each.verdict) for each in read if each.read == each.verdict)
    every = Counter((each.level, each.verdict) for each in read)
    for (level, verdict), number in sorted(every.items()):
        yield Row(f"{level}s judged {verdict} that are", right[level, verdict], "", note=f"of {number} read")
    yield Row(
        "verdicts that are right", sum(right.values()), "", note=f"of {len(read)} read blind, {len(verdicts)} drawn"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, draw, and keep what readers found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, help="where to write what is to be read; the draw is kept anew")
    parser.add_argument("--readings", type=Path, help="a reader's lines, which are kept with the draw")
    given = parser.parse_args(arguments)
    if given.sheet is not None:
        sources = msgspec.convert(tomllib.loads(_SOURCES.read_text("utf-8"))["source"], type=list[Source])
        verdicts = drawn({source: judged_in(given.folder, source) for source in sources}, seed=given.seed)
        given.sheet.write_text("".join(f"{json.dumps(each.question)}\n" for each in verdicts), "utf-8")
    else:
        verdicts = [msgspec.json.decode(line, type=Drawn) for line in _TRUTH.read_bytes().splitlines()]
    if given.readings is not None:
        lines = [json.loads(line) for line in given.readings.read_text("utf-8").splitlines() if line.strip()]
        verdicts = with_readings(verdicts, {line["id"]: line for line in lines})
    _TRUTH.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in verdicts))
    if any(each.read for each in verdicts):
        keep(NAME, list(rows(verdicts)), command=f"python -m benchmarks.{NAME} FOLDER --readings FILE")
    return 0


if __name__ == "__main__":
    sys.exit(main())
