"""git-ai's authorship logs (`authorship/3.0.0`): which lines of a commit which session, or person, wrote.

A log is an attestation section (paths, and below each `  KEY RANGES`), a line `---`, and JSON that says what the keys
stand for. A key alone means nothing: `h_…` and `human` are a person's, and any other speaks of an agent only when the
JSON holds a record for it that names the tool. The format: git-ai's specs/git_ai_standard_v3.0.0.md.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import LineRange
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import encode_path
from weighbridge.domain.provenance import Origin, Source
from weighbridge.provenance.claims import LineClaim, Record
from weighbridge.provenance.forms import Vocabulary
from weighbridge.provenance.marks import shown

MOST_BYTES: Final = 4_000_000
_MOST_ENTRIES: Final = 50_000
_MOST_RANGES: Final = 200_000
_SCHEMA: Final = "authorship/3.0.0"
_RANGE: Final = re.compile(r"([1-9]\d{0,8})(?:-([1-9]\d{0,8}))?\Z")


class _Entry(Struct, frozen=True, kw_only=True):
    path: RepoPath
    key: str
    lines: tuple[LineRange, ...]


def read_note(data: bytes, words: Vocabulary) -> Record:
    """The log's claims; anything it leaves unsaid or says wrongly becomes a problem, never an exception."""
    if len(data) > MOST_BYTES:
        return Record(problems=(f"larger than {MOST_BYTES} bytes; not read",))
    if data.lstrip()[:1] == b"{":
        return Record(problems=("in a form older than authorship/3.0.0 that names no lines; not read",))
    attested, divider, rest = (b"\n" + data).partition(b"\n---\n")
    if not divider:
        attested, divider, rest = (b"\n" + data.rstrip()).partition(b"\n---")
    problems: list[str] = []
    metadata = _metadata(rest, problems)
    claims: dict[tuple[RepoPath, str, Origin], LineClaim] = {}
    unexplained: set[str] = set()
    test_data = 0
    for entry in _entries(attested, problems):
        claim = _claim(entry, metadata, words=words)
        if claim is None:
            unexplained.add(entry.key)
        elif claim.agent.casefold() in words.test_tools:
            test_data += 1
        else:
            known = claims.get((claim.path, claim.agent, claim.says))
            lines = (*known.lines, *claim.lines) if known else claim.lines
            claims[(claim.path, claim.agent, claim.says)] = _with_lines(claim, lines)
    if test_data:
        problems.append("holds a test tool's data, which says nothing about the work")
    if unexplained:
        named = ", ".join(f"`{shown(key)}`" for key in sorted(unexplained)[:3])
        problems.append(f"{len(unexplained)} key(s) without a record of what they stand for: {named}")
    return Record(claims=tuple(claims.values()), problems=tuple(dict.fromkeys(problems)))


def _with_lines(claim: LineClaim, lines: tuple[LineRange, ...]) -> LineClaim:
    return LineClaim(
        path=claim.path,
        lines=lines,
        says=claim.says,
        agent=claim.agent,
        source=claim.source,
        confidence=claim.confidence,
        detail=claim.detail,
    )


def _metadata(data: bytes, problems: list[str]) -> Mapping[str, object]:
    try:
        found = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        problems.append("its metadata is not JSON, so no key can be explained")
        return {}
    if not isinstance(found, dict):
        problems.append("its metadata is not a JSON object, so no key can be explained")
        return {}
    if found.get("schema_version") != _SCHEMA:
        problems.append(
            f"says it is `{shown(str(found.get('schema_version')))}`, not `{_SCHEMA}`; read as far as it fits"
        )
    return found


def _entries(attested: bytes, problems: list[str]) -> Iterator[_Entry]:
    path: RepoPath | None = None
    left = _MOST_RANGES
    for number, raw in enumerate(attested.split(b"\n")):
        if number > _MOST_ENTRIES or left <= 0:
            problems.append("holds more entries than are read")
            return
        if not raw.strip():
            continue
        if not raw.startswith(b" "):
            path = _path(raw)
            continue
        key, _, spans = raw.decode("utf-8", "replace").strip().rpartition(" ")
        lines = _ranges(spans, left)
        if path is None or not key or not lines:
            problems.append(f"an entry cannot be read: `{shown(raw.decode('utf-8', 'replace'))}`")
            continue
        left -= len(lines)
        yield _Entry(path=path, key=key.strip(), lines=lines)


def _path(raw: bytes) -> RepoPath:
    bare = raw.rstrip(b"\r")
    quoted = len(bare) > 1 and bare.startswith(b'"') and bare.endswith(b'"')
    return encode_path(bare[1:-1] if quoted else bare)


def _ranges(text: str, most: int) -> tuple[LineRange, ...]:
    found: list[LineRange] = []
    for part in text.split(",", most)[:most]:
        numbers = _RANGE.match(part)
        if numbers is None:
            return ()
        start, end = int(numbers[1]), int(numbers[2] or numbers[1])
        if end < start:
            return ()
        found.append(LineRange(start=start, end=end))
    return tuple(found)


def _claim(entry: _Entry, metadata: Mapping[str, object], *, words: Vocabulary) -> LineClaim | None:
    """What an entry claims, None when nothing explains its key."""
    if entry.key.startswith("h_") or entry.key == "human":
        author = _field(_record(metadata, "humans", key=entry.key), "author")
        if "mock_known_human" in author:
            return _line_claim(entry, Origin.HUMAN, agent="mock_known_human", detail="")
        return _line_claim(
            entry, Origin.HUMAN, agent="", detail=f"typed by {shown(author)}" if author else "typed by a person"
        )
    session = entry.key.partition("::")[0]
    record = _record(metadata, "sessions" if session.startswith("s_") else "prompts", key=session)
    agent = record.get("agent_id")
    tool = _field(agent, "tool") if isinstance(agent, dict) else ""
    if not tool:
        return None
    model = _field(agent, "model") if isinstance(agent, dict) else ""
    said = f"{shown(tool)}'s session" + (f" with {shown(model)}" if model and model != "unknown" else "")
    return _line_claim(entry, Origin.AI, agent=words.agent_named(tool), detail=said)


def _line_claim(entry: _Entry, says: Origin, *, agent: str, detail: str) -> LineClaim:
    return LineClaim(
        path=entry.path,
        lines=entry.lines,
        says=says,
        agent=agent,
        source=Source.NOTES,
        confidence=Confidence.HIGH if says is Origin.AI else Confidence.MEDIUM,
        detail=f"note: {detail}",
    )


def _record(metadata: Mapping[str, object], table: str, *, key: str) -> Mapping[str, object]:
    records = metadata.get(table)
    found = records.get(key) if isinstance(records, dict) else None
    return found if isinstance(found, dict) else {}


def _field(record: object, name: str) -> str:
    value = record.get(name) if isinstance(record, dict) else None
    return value.strip() if isinstance(value, str) else ""
