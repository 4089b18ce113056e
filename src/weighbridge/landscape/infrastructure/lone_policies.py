"""Policies of AWS that lie by themselves, and no Terraform reads: somebody puts them where they count.

What one is of, it says itself: who may act as whom, what lies where, or what it only denies, as policies of organisations do.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from weighbridge.domain.change import FileChange, FileStatus
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.facts.terraform.json_text import load_json
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.files import is_policy
from weighbridge.landscape.tree import Tree

_OF_ORGANISATION: Final = LatePattern(
    r"(?i)(?:^|[/_.-])(?:scps?|rcps?|service-control|organi[sz]ations?|guardrails?)(?=[/_.-])"
)
_OF_STACKS: Final = b'"Update:'
_ASSUMES: Final = "sts:assumerole"
_MOST_FILES: Final = 300
_MOST_BYTES: Final = 300_000
_KINDS: Final = (
    ("arn:aws:s3:::", "aws_s3_bucket_policy"),
    (":sqs:", "aws_sqs_queue_policy"),
    (":sns:", "aws_sns_topic_policy"),
)

BaseFiles = tuple[Tree, Callable[[ObjectId, int], bytes | CouldNotLook]]


def lone_policies(
    files: Iterable[FileChange], contents: ChangedBytes, *, base: Callable[[], BaseFiles]
) -> Iterator[Alteration]:
    """One for each such file that says something else than before."""
    for file in files:
        if not is_lone_policy(file, contents):
            continue
        old = file.on(Side.BASE) if file.status is not FileStatus.COPIED else None
        before = _document(old.path, contents.of(old.path, Side.BASE)) if old is not None else None
        after = _document(file.path, contents.of(file.path))
        if after is None or before == after or (old is not None and before is None) or _is_read(file.path, base()):
            continue
        kind, argument = _kind(file.path, before or after)
        change = ResourceChange(
            address=file.path,
            type=kind,
            name=file.path,
            action=Action.UPDATE if before is not None else Action.CREATE,
            before={argument: before} if before is not None else {},
            after={argument: after},
        )
        place = Place(path=file.path, line=_line(contents.text(file.path)), side=Side.HEAD)
        yield Alteration(change=change, place=place, is_planned=False, confidence=Confidence.MEDIUM)


def _document(path: RepoPath, data: bytes | CouldNotLook | None) -> dict[str, Any] | None:
    if not isinstance(data, bytes) or not is_policy(path, data) or _OF_STACKS in data:
        return None
    content = load_json(data, called="the policy")
    is_one = isinstance(content, dict) and "Statement" in content and content.keys() <= {"Version", "Id", "Statement"}
    return content if is_one and isinstance(content, dict) else None


def is_lone_policy(file: FileChange, contents: ChangedBytes) -> bool:
    """Whether a changed file is a policy after the change, and no more than that."""
    if file.head is None or not file.path.endswith(".json"):
        return False
    return _document(file.path, contents.of(file.path)) is not None


def _kind(path: RepoPath, document: dict[str, Any]) -> tuple[str, str]:
    """What it is a policy of, and by which argument: of whoever has it, of what is denied to whole accounts, or of the thing that it lies on."""
    said = document["Statement"]
    statements = [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, dict)]
    if not any("Principal" in each or "NotPrincipal" in each for each in statements):
        is_denial = bool(statements) and all(each.get("Effect") == "Deny" for each in statements)
        is_limit = is_denial or _OF_ORGANISATION.search(path) is not None
        return ("aws_organizations_policy", "content") if is_limit else ("aws_iam_policy", "policy")
    if all(str(action).lower().startswith(_ASSUMES) for each in statements for action in _many(each.get("Action"))):
        return "aws_iam_role", "assume_role_policy"
    resources = " ".join(str(each.get("Resource")) for each in statements)
    return next((kind for part, kind in _KINDS if part in resources), "aws_s3_bucket_policy"), "policy"


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_read(path: RepoPath, base: BaseFiles) -> bool:
    """Whether Terraform names the file, whose own rules see it then, or names its folder's files by a pattern."""
    tree, read = base
    name = path.rpartition("/")[2].encode()
    sources = [each for each in tree.blobs if each.endswith((".tf", ".tofu", ".hcl"))][:_MOST_FILES]
    return any(
        isinstance(data := read(tree.blobs[each].oid, _MOST_BYTES), bytes) and (name in data or b"fileset(" in data)
        for each in sources
    )


def _line(text: str) -> int:
    return next((n for n, line in enumerate(text.splitlines(), start=1) if '"Statement"' in line), 1)
