"""Files that `terraform init -backend-config=` is given: where a state lies, written apart from what is made."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import SourceFile
from weighbridge.facts.terraform.sources import read_source
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.settings import NEEDED, STATE, Turn, said

_OWN: Final = ".tfbackend"
_BY_CONTENT: Final = (".hcl", ".conf", ".tfvars")
"""How other files end that hold nothing else."""
_REACHED_BY: Final = frozenset(
    {
        "access_key", "secret_key", "token", "shared_credentials_file", "shared_credentials_files", "shared_config_files", "profile",
        "role_arn", "assume_role", "session_name", "external_id", "encrypt", "kms_key_id", "acl", "sse_customer_key", "endpoint",
        "endpoints", "dynamodb_table", "dynamodb_endpoint", "use_lockfile", "force_path_style", "use_path_style", "max_retries",
        "skip_credentials_validation", "skip_region_validation", "skip_requesting_account_id", "skip_metadata_api_check",
        "skip_s3_checksum", "allowed_account_ids", "credentials", "impersonate_service_account", "encryption_key",
        "kms_encryption_key", "tenant_id", "client_id", "client_secret", "use_oidc", "use_msi", "use_azuread_auth", "use_cli",
        "sas_token", "environment", "snapshot", "msi_endpoint", "lookup_blob_endpoint", "update_method", "lock_address",
        "lock_method", "unlock_address", "unlock_method", "username", "password", "skip_cert_verification", "retry_max",
        "retry_wait_min", "retry_wait_max", "tablestore_table", "tablestore_endpoint", "in_cluster_config", "config_path",
        "config_context", "load_config_file", "labels", "lock", "scheme", "datacenter", "gzip", "ca_file", "cert_file", "key_file",
    }
)  # fmt: skip
"""Arguments that say how a state is reached and kept."""


class BackendFile(Struct, frozen=True, kw_only=True):
    """One that changed: what it said and says."""

    path: RepoPath
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    lines: Mapping[str, int]

    def at(self, *names: str) -> Place:
        """Where the first of these stands."""
        line = next((self.lines[name] for name in names if name in self.lines), 1)
        return Place(path=self.path, line=line, end_line=line, side=Side.HEAD)

    def turn(self) -> Turn | None:
        """That it leads to another place; what it says no longer may be written elsewhere."""
        names = [
            name for name in self.before if name in STATE and self.after.get(name) not in (None, self.before[name])
        ]
        if not names:
            return None
        before, after = (
            ", ".join(f"{name} {said(values[name])}" for name in names) for values in (self.before, self.after)
        )
        return Turn(folder=self.path, place=self.at(*names), what=self.path, before=before, after=after)


def may_be_one(path: str) -> bool:
    """Whether a file may be one by its name; what it holds tells."""
    is_likely = path.endswith((_OWN, ".hcl")) or (path.endswith(_BY_CONTENT) and "backend" in path)
    return is_likely and not path.endswith((".lock.hcl", "terragrunt.hcl", ".pkr.hcl"))


def backend_files(files: Iterable[FileChange], contents: ChangedBytes) -> Iterator[BackendFile]:
    """Those that were there before and are there after; one that is new, or gone, moves no state."""
    for file in files:
        if file.base is None or file.head is None or not (may_be_one(file.path) and may_be_one(file.base.path)):
            continue
        old, new = (
            _read(blob.path, contents, side=side) for blob, side in ((file.base, Side.BASE), (file.head, Side.HEAD))
        )
        if old is not None and new is not None:
            yield BackendFile(path=file.path, before=old.values, after=new.values, lines=new.lines)


def _read(path: RepoPath, contents: ChangedBytes, *, side: Side) -> SourceFile | None:
    data = contents.of(path, side)
    read = read_source(data, path) if isinstance(data, bytes) else None
    if not isinstance(read, SourceFile) or read.blocks or read.unread:
        return None
    names = read.values.keys()
    is_called_so = path.endswith(_OWN) or "backend" in path.rpartition("/")[2]
    is_enough = (
        bool(names & STATE) if is_called_so else any(len(each) > 1 and each <= names for each in NEEDED.values())
    )
    return read if is_enough and names <= STATE | _REACHED_BY else None
