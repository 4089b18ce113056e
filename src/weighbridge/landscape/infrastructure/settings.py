"""What a folder says of Terraform itself: where its state lies, and which providers act where."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.landscape.infrastructure.constraints import VersionTurn, turned
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles

STATE: Final = frozenset(
    {
        "bucket", "key", "prefix", "path", "container_name", "storage_account_name", "resource_group_name", "workspace_key_prefix",
        "region", "organization", "hostname", "address", "conn_str", "schema_name", "secret_suffix", "namespace", "table",
        "workspaces", "subscription_id", "credentials_project",
    }
)  # fmt: skip
"""Arguments that say where a state lies; the others say how it is reached."""
TARGETS: Final = (
    "region", "project", "account_id", "subscription_id", "tenant_id", "profile", "allowed_account_ids", "assume_role", "host",
    "zone", "config_context", "organization", "owner", "cloud_id", "folder_id", "tenancy_ocid", "url", "address", "alias",
)  # fmt: skip
"""Arguments of a provider that say which account, region or cluster it acts on."""


NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "s3": frozenset({"bucket", "key"}),
    "azurerm": frozenset({"storage_account_name", "container_name", "key"}),
    "gcs": frozenset({"bucket"}),
    "consul": frozenset({"path"}),
    "http": frozenset({"address"}),
    "oss": frozenset({"bucket"}),
    "cos": frozenset({"bucket"}),
    "kubernetes": frozenset({"secret_suffix"}),
}
"""What a kind of backend does not work without: where one of these is not written, `-backend-config` gives it."""

_PATHS: Final = ("path_relative_", "get_path_from_repo_root", "get_path_to_repo_root")
"""Functions of Terragrunt, or their beginnings, that give the path of the folder which takes in what is written."""
_MAY_BE_PATHS: Final = (
    "local.",
    "include.",
    "get_terragrunt_dir",
    "get_original_terragrunt_dir",
    "find_in_parent",
    "read_terragrunt",
)
_LAST_PART: Final = "basename(get_terragrunt_dir())"
_ROLE_OF: Final = LatePattern(r"arn:[\w-]+:iam::(\d{12}):role/")
_NUMBERS: Final = LatePattern(r"\d+")


class Turn(Struct, frozen=True, kw_only=True):
    """Something of a folder that is set otherwise now."""

    folder: str
    place: Place
    what: str
    before: str
    after: str
    is_sure: bool = True
    """Whether both values are plain text."""
    is_written_out: bool = False
    """Whether it only says what somebody gave from outside before, which may be the same."""
    is_merged: bool = False
    """Whether the path of what takes it in told states apart before, and does not any more."""
    is_open: bool = False
    """Whether nothing bounds from above any more which versions are taken."""


def backend_turns(sources: SourceFiles) -> Iterator[Turn]:
    """The folders whose state lies elsewhere now."""
    for folder in sources.folders:
        before, after = _backend(folder, Side.BASE), _backend(folder, Side.HEAD)
        if before is None or _as_place(before) == _as_place(after) or folder.is_emptied:
            continue
        if after is None and not any(folder.of("terraform")):
            continue  # the block may stand in a file that did not change
        old, new = _place_words(before), _place_words(after) if after else "this machine's disk"
        place = next((each.place for each in folder.of("terraform")), None)
        if old != new and place is not None:
            is_written_out = after is not None and was_given(before) and before.items() <= after.items()
            yield Turn(
                folder=folder.path,
                place=place,
                what="backend",
                before=old,
                after=new,
                is_written_out=is_written_out,
                is_merged=after is not None and _is_merged(before, after),
            )


def _is_merged(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether Terragrunt filled in the path of the folder that takes it in, and nothing that may stand for it is left."""
    was, now = (
        " ".join(each.text for each in backend.values() if isinstance(each, Expression)) for backend in (before, after)
    )
    left = now.replace(_LAST_PART, "")
    return any(name in was for name in _PATHS) and not any(name in left for name in (*_PATHS, *_MAY_BE_PATHS))


def _as_place(backend: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Where a state lies, whichever way that is written: a `cloud` block is the newer form of the backend `remote`."""
    return {**backend, "": "cloud"} if backend is not None and backend[""] == "remote" else backend


def was_given(backend: Mapping[str, Any]) -> bool:
    """Whether a part of where a state lies was given from outside."""
    return not NEEDED.get(backend[""], frozenset()) <= backend.keys()


def provider_turns(sources: SourceFiles) -> Iterator[Turn]:
    """The providers that act on another account, region or cluster now."""
    for folder in sources.folders:
        for old, new in folder.pairs("provider"):
            if old is None or new is None:
                continue
            for name in TARGETS:
                was, now = target(old.block.values, name), target(new.block.values, name)
                if was is not None and now is not None and was != now and not is_same_account(was, now):
                    yield Turn(
                        folder=folder.path,
                        place=new.line_of(name),
                        what=f"{new.block.name}.{name}",
                        before=said(was),
                        after=said(now),
                        is_sure=not isinstance(was, Expression) and not isinstance(now, Expression),
                    )


def is_same_account(was: object, now: object) -> bool:
    """Whether two roles of AWS are of one account: then only what may be done is otherwise, and not where."""
    found = [_ROLE_OF.match(each) if isinstance(each, str) else None for each in (was, now)]
    return found[0] is not None and found[1] is not None and found[0][1] == found[1][1]


def target(values: Mapping[str, Any], name: str) -> object:
    """The value of an argument of a provider; of a role that is assumed, which one."""
    if name == "assume_role":
        return next((each.get("role_arn") for each in nested(values, name)), None)
    return values.get(name)


def program_turns(sources: SourceFiles) -> Iterator[Turn]:
    """The folders that ask for another major version of the program itself; before 1.0 each minor one was like that."""
    for folder in sources.folders:
        old, new = (_asked(folder, side) for side in (Side.BASE, Side.HEAD))
        if old is None or new is None:
            continue
        (before, _), (after, declared) = old, new
        if _line(before) != _line(after):
            place = declared.line_of("required_version")
            yield Turn(folder=folder.path, place=place, what="required_version", before=before, after=after)


def _asked(folder: Folder, side: Side) -> tuple[str, Declared] | None:
    found = ((each.block.values.get("required_version"), each) for each in folder.of("terraform", side))
    return next(((value, each) for value, each in found if isinstance(value, str)), None)


def _line(constraint: str) -> tuple[str, ...]:
    """What of a version tells whether states and sources fit: the major one, before 1.0 the minor one too."""
    numbers = [found[0] for found in _NUMBERS.finditer(constraint)]
    return tuple(numbers[:2] if numbers[:1] == ["0"] else numbers[:1])


def requirement_turns(sources: SourceFiles) -> Iterator[Turn]:
    """The providers that come from another source, or in another major version."""
    for folder in sources.folders:
        old, new = (_required(folder, side) for side in (Side.BASE, Side.HEAD))
        for name, (values, declared) in new.items():
            if name not in old:
                continue
            before = old[name][0]
            place = declared.line_of("required_providers")
            was, now = before.get("source"), values.get("source")
            if was and now and was != now:
                yield Turn(folder=folder.path, place=place, what=f"{name} source", before=str(was), after=str(now))
            found = _version_turn(before.get("version"), values.get("version"))
            if found is not None:
                yield Turn(
                    folder=folder.path,
                    place=place,
                    what=f"{name} version",
                    before=found.before,
                    after=found.after,
                    is_open=found.is_open,
                )


def _backend(folder: Folder, side: Side) -> Mapping[str, Any] | None:
    found = backend_of(folder, side)
    return None if found is None else {name: value for name, value in found.items() if name in STATE or not name}


def backend_of(folder: Folder, side: Side) -> Mapping[str, Any] | None:
    """What a folder says of where its state lies, its kind under the empty name; None where it says nothing."""
    for each in folder.of("terraform", side):
        for kind in ("backend", "cloud"):
            for block in nested(each.block.values, kind):
                labels = block.get("")
                name = labels[0] if isinstance(labels, list) and labels else _json_label(block) or kind
                inner = block if isinstance(labels, list) or kind == "cloud" else block.get(name, block)
                return {**(inner if isinstance(inner, dict) else {}), "": name}
    return None


def _json_label(block: Mapping[str, Any]) -> str:
    """In JSON a backend's kind is the only key."""
    return next(iter(block)) if len(block) == 1 and isinstance(next(iter(block.values())), dict | list) else ""


def _place_words(backend: Mapping[str, Any]) -> str:
    words = ", ".join(f"{name} {said(value)}" for name, value in sorted(backend.items()) if name)
    return f"{backend['']} ({words})" if words else str(backend[""])


def _required(folder: Folder, side: Side) -> dict[str, tuple[Mapping[str, Any], Declared]]:
    found: dict[str, tuple[Mapping[str, Any], Declared]] = {}
    for each in folder.of("terraform", side):
        for block in nested(each.block.values, "required_providers"):
            for name, value in block.items():
                values = value if isinstance(value, dict) else {"version": value}
                found[name] = (values, each)
    return found


def _version_turn(was: object, now: object) -> VersionTurn | None:
    is_said = isinstance(was, str) and (now is None or isinstance(now, str))
    return turned(str(was), str(now or "")) if is_said else None


def said(value: object) -> str:
    """A value as it may be shown: what says where something is, is no secret."""
    if isinstance(value, Expression):
        return f"`{value.text[:60]}`" if "@" not in value.text else "another value"
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return " ".join(f"{name} {said(inner)}" for name, inner in sorted(value[0].items()))
    is_shown = isinstance(value, str) and len(value) <= 80 and "@" not in value and "password" not in value
    return f"`{value}`" if is_shown else "another value"
