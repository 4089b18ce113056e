"""Imports a policy of others: one of ours that says as much as can be said, and what was lost."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePosixPath

from msgspec import Struct

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Mark, Node
from weighbridge.landscape.documents.reading import document
from weighbridge.landscape.documents.shapes import Problem
from weighbridge.policy.importing.branch_protection import is_branch_protection, read_branch_protection
from weighbridge.policy.importing.code_owners import read_code_owners
from weighbridge.policy.importing.draft import Draft
from weighbridge.policy.importing.json_escapes import as_yaml, is_json
from weighbridge.policy.importing.lost import Losses, Lost
from weighbridge.policy.importing.policy_bot.file import is_policy_bot, read_policy_bot
from weighbridge.policy.importing.rulesets import is_ruleset, read_rulesets
from weighbridge.policy.importing.writing import policy_text
from weighbridge.policy.reading.layer import LARGEST
from weighbridge.policy.reading.load import Source, load_policy

_NOWHERE = Mark(line=1, column=1)


class PolicySource(StrEnum):
    """Whose policy it is."""

    POLICY_BOT = "policy-bot"
    CODEOWNERS = "codeowners"
    RULESET = "ruleset"
    BRANCH_PROTECTION = "branch-protection"


class Imported(Struct, frozen=True, kw_only=True):
    """The policy as a file, with what was lost; how many rules went in and came out."""

    text: str
    source: PolicySource
    lost: tuple[Lost, ...]
    rules_in: int
    rules_out: int


def import_policy(data: bytes, path: str, *, source: PolicySource | None = None) -> Imported:
    """The policy that the file `data` of others makes; whose it is is told by name and content where nobody says.

    Raises:
        ConfigurationError: it cannot be read, or those it was written for would refuse it as well; every problem at once.
    """
    if len(data) > LARGEST:
        raise _refused(path, f"it has more than {LARGEST:,} bytes, which is the most that is read")
    losses = Losses(found={})
    if source is PolicySource.CODEOWNERS or (source is None and PurePosixPath(path).name.upper() == "CODEOWNERS"):
        kind, (draft, rules_in) = PolicySource.CODEOWNERS, read_code_owners(data, path, losses=losses)
    else:
        root = _root(data, path)
        kind = source or _kind(root, path)
        draft, rules_in = _read(root, path, losses=losses, kind=kind)
    text = policy_text(draft, losses.all, source=path)
    _load(text, path)
    return Imported(text=text, source=kind, lost=losses.all, rules_in=rules_in, rules_out=len(draft.rules))


def _load(text: str, path: str) -> None:
    """See that what was made can be loaded."""
    try:
        load_policy([Source(data=text.encode(), path=path)])
    except ConfigurationError as error:
        raise _refused(path, f"the policy that it makes cannot be loaded: {error.problems[0]}") from error


def _root(data: bytes, path: str) -> Node:
    try:
        root = document(as_yaml(data) if is_json(data) else data)
    except DocumentError as error:
        message = f"it cannot be read as YAML: {error.message}"
        raise ConfigurationError(path, (Problem(mark=error.mark, message=message),)) from error
    if root is None:
        raise _refused(path, "it is empty")
    if twice := tuple(_twice(root)):
        raise ConfigurationError(path, twice)
    return root


def _twice(root: Node) -> Iterator[Problem]:
    """Keys that stand twice in a mapping: who wrote it may have meant either, and others refuse it or take the last."""
    nodes, seen = [root], set[int]()
    for node in nodes:
        if id(node) in seen:
            continue  # an alias stands for the same node
        seen.add(id(node))
        if isinstance(node, Items):
            nodes += node.items
        elif isinstance(node, Fields):
            nodes += (value for _, value in node.entries.values())
            yield from (Problem(mark=key.mark, message=f"`{key.value[:60]}` stands here twice") for key in node.twice)


def _kind(root: Node, path: str) -> PolicySource:
    first = root.items[0] if isinstance(root, Items) and root.items else root
    if isinstance(root, Fields) and is_policy_bot(root):
        return PolicySource.POLICY_BOT
    if isinstance(first, Fields) and is_ruleset(first):
        return PolicySource.RULESET
    if isinstance(root, Fields) and is_branch_protection(root):
        return PolicySource.BRANCH_PROTECTION
    known = ", ".join(f"`{each}`" for each in PolicySource)
    if isinstance(root, Fields) and {"version", "extends", "rules", "environments"} & root.entries.keys():
        raise _refused(
            path, "it looks like a policy of Weighbridge: `weighbridge policy check FILE` says whether it is right"
        )
    raise _refused(path, f"it is no policy that is known here: say whose it is with --from, one of {known}")


def _read(root: Node, path: str, *, losses: Losses, kind: PolicySource) -> tuple[Draft, int]:
    if kind is PolicySource.RULESET:
        found = root.items if isinstance(root, Items) else [root]
        if rulesets := [each for each in found if isinstance(each, Fields)]:
            return read_rulesets(rulesets, path, losses=losses)
    if not isinstance(root, Fields):
        raise _refused(path, "here should stand a mapping")
    if kind is PolicySource.POLICY_BOT:
        return read_policy_bot(root, path, losses=losses)
    return read_branch_protection(root, path, losses=losses)


def _refused(path: str, message: str) -> ConfigurationError:
    return ConfigurationError(path, (Problem(mark=_NOWHERE, message=message),))
