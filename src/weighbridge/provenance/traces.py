"""agent-trace's records (`.agent-trace/traces.jsonl`, schema 0.1.0), read leniently, with conformance told apart.

The schema's own pattern for versions rejects what its reference writer writes (`1.0`), and that writer notes the
revision it started from rather than the one it led to. Both are read; the second at low confidence.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import LineRange
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import encode_path
from weighbridge.domain.provenance import Origin, Source
from weighbridge.provenance.claims import LineClaim
from weighbridge.provenance.forms import Vocabulary
from weighbridge.provenance.marks import shown

PATH: Final = RepoPath(".agent-trace/traces.jsonl")
MOST_BYTES: Final = 16_000_000
_MOST_RECORDS: Final = 20_000
_MOST_RANGES: Final = 200_000
_MOST_LINE: Final = 99_999_999
_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\Z")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_SAYS: Final = {"ai": Origin.AI, "mixed": Origin.MIXED, "human": Origin.HUMAN}


class Trace(Struct, frozen=True, kw_only=True):
    """One record: the revision its line numbers speak of, and its claims."""

    revision: str
    claims: tuple[LineClaim, ...]


class Traces(Struct, frozen=True, kw_only=True):
    """A file of records; `conforming` of `total` keep to the schema, `problems` say how the others do not."""

    records: tuple[Trace, ...] = ()
    total: int = 0
    conforming: int = 0
    problems: tuple[str, ...] = ()


def read_traces(data: bytes, words: Vocabulary) -> Traces:
    """Every record that can be read, whether it keeps to the schema or not; never raises."""
    if len(data) > MOST_BYTES:
        return Traces(problems=(f"larger than {MOST_BYTES} bytes; not read",))
    lines = [line for line in data.split(b"\n") if line.strip()]
    problems: dict[str, None] = {}
    records: list[Trace] = []
    conforming, left = 0, _MOST_RANGES
    for line in lines[:_MOST_RECORDS]:
        found = _object(line)
        wrong = ["a line is not a JSON object"] if found is None else list(_departures(found))
        conforming += not wrong
        problems.update(dict.fromkeys(wrong))
        if found is not None and left > 0:
            claims = tuple(_claims(found, words))
            left -= sum(len(claim.lines) for claim in claims)
            records.append(Trace(revision=_text(_mapping(found, "vcs"), "revision").casefold(), claims=claims))
    if len(lines) > _MOST_RECORDS or left <= 0:
        problems["holds more records than are read"] = None
    return Traces(records=tuple(records), total=len(lines), conforming=conforming, problems=tuple(problems))


def _object(line: bytes) -> Mapping[str, object] | None:
    try:
        found = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _departures(record: Mapping[str, object]) -> Iterator[str]:
    """How a record departs from the schema."""
    version = record.get("version")
    if not (isinstance(version, str) and _VERSION.match(version)):
        yield f"version `{shown(str(version))}` is not of the form 0.1.0"
    if not _UUID.match(_text(record, "id")):
        yield "an id is not a UUID"
    if not _is_time(_text(record, "timestamp")):
        yield "a timestamp is not RFC 3339"
    if not isinstance(record.get("files"), list):
        yield "`files` is missing or not a list"
    for file in _mappings(record, "files"):
        if not _text(file, "path"):
            yield "a file has no path"
        elif _path(_text(file, "path")) is None:
            yield "a path is not relative to the repository's root"
        for conversation in _mappings(file, "conversations"):
            ranges = _mappings(conversation, "ranges")
            if not ranges or any(_range(r) is None for r in ranges):
                yield "a conversation's ranges are missing or not lines counted from 1"


def _is_time(text: str) -> bool:
    if len(text) > 40 or "T" not in text.upper():
        return False
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _claims(record: Mapping[str, object], words: Vocabulary) -> Iterator[LineClaim]:
    tool = _text(_mapping(record, "tool"), "name")
    for file in _mappings(record, "files"):
        path = _path(_text(file, "path"))
        for conversation in _mappings(file, "conversations") if path is not None else ():
            general = _mapping(conversation, "contributor")
            for one in _mappings(conversation, "ranges"):
                contributor = _mapping(one, "contributor") or general
                says, lines = _SAYS.get(_text(contributor, "type").casefold()), _range(one)
                if says is None or lines is None or path is None:
                    continue
                model = _text(contributor, "model_id")
                named = tool if tool and tool.casefold() != "unknown" else model.partition("/")[0]
                if named.casefold() in words.test_tools:
                    continue
                yield LineClaim(
                    path=path,
                    lines=(lines,),
                    says=says,
                    agent="" if says is Origin.HUMAN else words.agent_named(named),
                    source=Source.AGENT_TRACE,
                    confidence=Confidence.MEDIUM,
                    detail=f"trace: {shown(named) or 'a tool'}" + (f" with {shown(model)}" if model else ""),
                )


def _path(text: str) -> RepoPath | None:
    parts = text.replace("\\", "/").removeprefix("./").split("/")
    if not text or any(part in ("", ".", "..") or part.endswith(":") for part in parts):
        return None
    return encode_path("/".join(parts).encode("utf-8", "replace"))


def _range(one: Mapping[str, object]) -> LineRange | None:
    start, end = one.get("start_line"), one.get("end_line")
    if isinstance(start, bool) or isinstance(end, bool) or not isinstance(start, int) or not isinstance(end, int):
        return None
    return LineRange(start=start, end=end) if 1 <= start <= end <= _MOST_LINE else None


def _mappings(value: Mapping[str, object], name: str) -> tuple[Mapping[str, object], ...]:
    found = value.get(name)
    return tuple(item for item in found if isinstance(item, dict)) if isinstance(found, list) else ()


def _mapping(value: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: Mapping[str, object], name: str) -> str:
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""
