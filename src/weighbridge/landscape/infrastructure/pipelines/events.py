"""The events that start workflows."""

from typing import Final

FOR_OUTSIDERS: Final = frozenset(
    {
        *("pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment"),
        *("fork", "watch", "gollum"),
    }
)
"""The events that anybody can cause, and for which a workflow runs with the secrets and the token of the repository."""
PROPOSING: Final = FOR_OUTSIDERS | {"pull_request", "merge_group"}
"""Those that somebody causes who may not push."""
