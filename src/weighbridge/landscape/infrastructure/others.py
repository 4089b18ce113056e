"""Files that set up infrastructure by tools whose forms are not read here: said to be theirs by name or by what they hold, not guessed.

A name counts only where the tool itself asks for it; else words count that no other form has.
"""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason

_SERVERLESS: Final = LatePattern(r"(?:^|/)serverless(?:[.-][\w-]+)?\.(?:ya?ml|json)$")
_SERVERLESS_WORDS: Final = LatePattern(r"""^["']?(?:provider|functions|service)["']?\s*:""", re.MULTILINE)
_PULUMI: Final = LatePattern(r"(?:^|/)Pulumi(?:\.[\w.-]+)?\.ya?ml$")
_PULUMI_WORDS: Final = LatePattern(r"^(?:runtime|config|resources|encryptionsalt|secretsprovider)\s*:", re.MULTILINE)
_PARTS_OF_A_PLAY: Final = frozenset({"tasks", "roles", "pre_tasks", "post_tasks", "handlers"})
_KEY: Final = LatePattern(r"(- +| +)([a-z_.]+)[ \t]*:")
_MOST_LINES: Final = 2_000
_ROLE: Final = LatePattern(r"(?:^|/)roles/[^/]+/(?:tasks|handlers)/[^/]+\.ya?ml$")
_TASK: Final = LatePattern(
    r"^-[ \t]+(?:name|block|include_tasks|import_tasks|include_role|(?:ansible\.)?[a-z_]+(?:\.[a-z_]+)*)[ \t]*:",
    re.MULTILINE,
)
_ARM: Final = LatePattern(
    r'"\$schema"\s*:\s*"https?://schema\.management\.azure\.com/schemas/[^"]*(?:[dD]eploymentTemplate|[dD]eploymentParameters)\.json'
)
_PROGRAMS: Final = (
    "pulumi",
    "@pulumi/",
    "github.com/pulumi/",
    "com.pulumi",
    "cdktf",
    "com.hashicorp.cdktf",
    "github.com/hashicorp/terraform-cdk-go",
)


def other_tool(path: RepoPath, text: str) -> CouldNotLook | None:
    """Why the settings of a file say nothing of what it does to infrastructure; None where it is of none of these tools."""
    if path.endswith((".yaml", ".yml")):
        if _PULUMI.search(path) and _PULUMI_WORDS.search(text):
            return _unread("Pulumi")
        if _is_playbook(text) or (_ROLE.search(path) and _TASK.search(text)):
            return _unread("Ansible")
    if _SERVERLESS.search(path) and (path.endswith(".json") or _SERVERLESS_WORDS.search(text)):
        return _unread("the Serverless Framework")
    return _unread("Azure's Resource Manager") if path.endswith(".json") and _ARM.search(text) else None


def _is_playbook(text: str) -> bool:
    """Whether a file is a list of plays, each with hosts and what is done on them, or of other playbooks."""
    names: set[str] = set()
    for line in text.splitlines()[:_MOST_LINES]:
        found = _KEY.match(line)
        if found is None:
            continue
        if line.startswith("-"):
            names = set()
        if line.startswith("-") or len(found[1]) == 2:
            names.add(found[2].removeprefix("ansible.builtin."))
        if "import_playbook" in names or ("hosts" in names and names & _PARTS_OF_A_PLAY):
            return True
    return False


def other_program(imports: Iterable[str]) -> CouldNotLook | None:
    """The same of a program, by what it imports: its code is read, and not what that makes."""
    names = (each for each in imports if each.startswith(_PROGRAMS))
    found = next((each for each in names if _is_package(each)), "")
    return _unread("the Terraform CDK" if "cdk" in found else "Pulumi") if found else None


def _is_package(name: str) -> bool:
    """Whether a name is that of the package or lies within, and is not one that only begins so."""
    start = next(each for each in _PROGRAMS if name.startswith(each))
    return start.endswith("/") or name[len(start) : len(start) + 1] in ("", ".", "_", "/")


def _unread(tool: str) -> CouldNotLook:
    return CouldNotLook(
        reason=Reason.UNSUPPORTED,
        detail=f"it sets up infrastructure by {tool}, whose form no rule here reads: what it makes, alters and destroys was not judged",
        remedy="say by hand what it does to what exists, or give what the tool itself foresees beside the change",
    )
