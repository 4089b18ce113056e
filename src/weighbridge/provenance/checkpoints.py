"""Entire's checkpoints: metadata of recorded sessions on a branch of their own; transcripts are private, never read."""

import json
import re
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import encode_path
from weighbridge.provenance.message import take_apart

REFS: Final = ("refs/heads/entire/checkpoints/", "refs/remotes/origin/entire/checkpoints/")
MOST_BYTES: Final = 1_000_000
MOST_SESSIONS: Final = 8
_ID: Final = re.compile(r"[0-9a-f]{12}\Z")
_MOST_FILES: Final = 10_000


class CheckpointMetadata(Struct, frozen=True, kw_only=True):
    """What a checkpoint's metadata says: files its sessions touched, the agent, how many sessions it sums up."""

    files: frozenset[RepoPath] = frozenset()
    agent: str = ""
    sessions: int = 0
    problem: str = ""


def checkpoint_ids(message: str) -> tuple[str, ...]:
    """The checkpoints a commit message links to."""
    lines = take_apart(message).lines
    values = (line.value for line in lines if line.key.casefold() == "entire-checkpoint")
    return tuple(dict.fromkeys(value for value in values if _ID.match(value)))


def summary_path(checkpoint: str) -> RepoPath:
    """Where a checkpoint's summary lies on the branch."""
    return RepoPath(f"{checkpoint[:2]}/{checkpoint[2:]}/metadata.json")


def session_path(checkpoint: str, number: int) -> RepoPath:
    """Where the metadata of a checkpoint's session `number`, counted from 0, lies on the branch."""
    return RepoPath(f"{checkpoint[:2]}/{checkpoint[2:]}/{number}/metadata.json")


def read_checkpoint(data: bytes) -> CheckpointMetadata:
    """The metadata in `data`, of a summary or of a session; never raises."""
    if len(data) > MOST_BYTES:
        return CheckpointMetadata(problem=f"larger than {MOST_BYTES} bytes")
    try:
        found = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return CheckpointMetadata(problem="not a JSON object")
    files, sessions, agent = found.get("files_touched"), found.get("sessions"), found.get("agent")
    named = [name for name in files if isinstance(name, str)] if isinstance(files, list) else []
    return CheckpointMetadata(
        files=frozenset(encode_path(name.encode("utf-8", "replace")) for name in named[:_MOST_FILES]),
        agent=agent.strip() if isinstance(agent, str) else "",
        sessions=len(sessions) if isinstance(sessions, list) else 0,
    )
