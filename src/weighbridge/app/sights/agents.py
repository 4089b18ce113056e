"""What can be seen of what coding agents may do."""

from collections.abc import Mapping

from weighbridge.app.sights.seen import Seen
from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.engine.run import Besides, Provider
from weighbridge.landscape.agents.changed import NOT_READ_YET, AgentFiles
from weighbridge.landscape.agents.files import UNREAD, role_of_change


def facts(seen: Seen) -> dict[type, Provider]:
    """The facts of this family."""
    return {AgentFiles: lambda: AgentFiles(seen.change, seen.bytes)}


def roles_besides(change: Change) -> Mapping[RepoPath, Besides]:
    """The changed files that agents obey, in the roles in which rules judge that."""
    found = ((file.path, role_of_change(file)) for file in change.files)
    return {path: Besides(role=role, missing=NOT_READ_YET if role == UNREAD else None) for path, role in found if role}
