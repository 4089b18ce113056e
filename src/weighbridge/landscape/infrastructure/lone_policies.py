"""Policies of AWS that lie by themselves in a folder for them, and no Terraform reads: somebody puts them where they count."""

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

_FOLDER: Final = LatePattern(r"(?:^|/)(?:polic(?:y|ies)|iam)/(?:[^/]+/)?[^/]+\.json$")
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
    found = [each for each in files if _FOLDER.search(each.path) and each.head is not None]
    for file in found:
        old = file.on(Side.BASE) if file.status is not FileStatus.COPIED else None
        before = _document(old.path, contents.of(old.path, Side.BASE)) if old is not None else None
        after = _document(file.path, contents.of(file.path))
        if after is None or before == after or (old is not None and before is None) or _is_read(file.path, base()):
            continue
        change = ResourceChange(
            address=file.path,
            type=_kind(after),
            name=file.path,
            action=Action.UPDATE if before is not None else Action.CREATE,
            before={"policy": before} if before is not None else {},
            after={"policy": after},
        )
        place = Place(path=file.path, line=_line(contents.text(file.path)), side=Side.HEAD)
        yield Alteration(change=change, place=place, is_planned=False, confidence=Confidence.MEDIUM)


def _document(path: RepoPath, data: bytes | CouldNotLook | None) -> dict[str, Any] | None:
    if not isinstance(data, bytes) or not is_policy(path, data):
        return None
    content = load_json(data, called="the policy")
    is_one = isinstance(content, dict) and "Statement" in content and content.keys() <= {"Version", "Id", "Statement"}
    return content if is_one and isinstance(content, dict) else None


def _kind(document: dict[str, Any]) -> str:
    """What it is a policy of: of whoever has it, or of the thing that it lies on where it says who."""
    said = document["Statement"]
    statements = [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, dict)]
    if not any("Principal" in each or "NotPrincipal" in each for each in statements):
        return "aws_iam_policy"
    resources = " ".join(str(each.get("Resource")) for each in statements)
    return next((kind for part, kind in _KINDS if part in resources), "aws_s3_bucket_policy")


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
