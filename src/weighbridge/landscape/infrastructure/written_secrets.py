"""Secrets whose value stands in the sources themselves, and did not before."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration
from weighbridge.landscape.infrastructure.kubernetes.objects import table
from weighbridge.landscape.infrastructure.secrets import is_given_away, is_secret_name
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles

_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_secretsmanager_secret_version": ("secret_string", "secret_binary"),
    "google_secret_manager_secret_version": ("secret_data",),
    "azurerm_key_vault_secret": ("value",),
    "kubernetes_secret": ("data",),
    "kubernetes_secret_v1": ("data",),
    "github_actions_secret": ("plaintext_value",),
    "github_actions_organization_secret": ("plaintext_value",),
    "vault_generic_secret": ("data_json",),
    "vault_kv_secret_v2": ("data_json",),
}
"""Arguments that hold nothing but secrets, by type, whatever the keys within are called."""
_KINDS: Final = ("resource", "module", "variable", "locals", "provider")
_PASSWORD: Final = LatePattern(r"(?i)pass(?:word|wd|phrase)?(?:_?\d+)?$")
_OF_ADMINISTRATOR: Final = LatePattern(r"(?i)(?:^|[_.-])(?:admin|administrator|root|superuser|master)")
_RANDOM: Final = LatePattern(
    r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d.*\d)[\w+/=.~!@#%^&*-]{16,}|(?=.*\d)(?=.*[a-f])[0-9a-f]{32,}"
)
"""What nobody makes up: small and large letters and digits, or long numbers in hexadecimal."""
_ISSUED: Final = LatePattern(
    r"(?:gh[pousr]_|github_pat_|glpat-|xox[abpr]-|sk_live_|rk_live_|sk-ant-|AKIA|ASIA|AIza|SG\.|dop_v1_|npm_|hvs\.)[\w.-]{12,}"
)
_PRIVATE_KEY: Final = LatePattern(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{100}")
ELSEWHERE: Final = LatePattern(
    r"(?i)^(?:arn:|https?://|projects/|ref\+|op://|vault:|ENC\[|AQICAH|\{cipher\}|file:|env:|ssm:|secretsmanager:|!|ag[A-Za-z0-9+/]{100})"
    r"|^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$"
)
"""What says where a secret lies, holds one that is encrypted, or is an id."""
_DEEPEST: Final = 12
_MOST: Final = 5_000
"""Values of one block or object that are looked at."""


class Written(Struct, frozen=True, kw_only=True):
    """A secret that is written out: what holds it, under which name, and where."""

    holder: str
    name: str
    place: Place


def _known(sources: SourceFiles) -> set[str]:
    """The secrets that stood before the change where something changed, or where names are given a meaning."""
    return {value for folder in sources.folders for each in folder.before.values() for _, value in _of_block(each)}


def _is_said(value: str, folder: Folder) -> bool:
    """Whether a block of the folder held a secret before that stands elsewhere now."""
    return any(value == other for each in folder.declared(Side.BASE).values() for _, other in _of_block(each))


def in_terraform(sources: SourceFiles) -> Iterator[Written]:
    """Those of blocks and of files of variables."""
    told: set[tuple[str, int, str]] = set()
    for folder in sources.folders:
        before, after = folder.changed
        for key, each in after.items():
            old = before.get(key)
            if old is not None and old.block.values == each.block.values:
                continue
            for name, value in _of_block(each):
                place = each.line_of(name.partition(".")[0])
                if (
                    value not in _known(sources)
                    and not _is_said(value, folder)
                    and (place.path, place.line, name) not in told
                ):
                    told.add((place.path, place.line, name))
                    yield Written(holder=_called(each), name=name, place=place)
    for folder in (*sources.folders, *sources.uses):
        was, now = folder.given
        for name, value in now.values.items() if not folder.module else ():
            set_at = now.places.get(name)
            if set_at is None or was.values.get(name) == value:
                continue
            if (
                is_one(name, value)
                and str(value) not in _known(sources)
                and (set_at.path, set_at.line, name) not in told
            ):
                told.add((set_at.path, set_at.line, name))
                yield Written(holder=f"variable {name}", name=name, place=set_at)


def in_templates(alterations: Iterable[Alteration]) -> Iterator[Written]:
    """Those of resources of CloudFormation."""
    own = [each for each in alterations if each.tool is CLOUDFORMATION and not each.change.ends]
    known = {value for each in own for _, _, value in texts_within(each.change.before)}
    for each in own:
        for path, name, value in texts_within(each.change.after):
            if is_one(name, value) and value not in known:
                yield Written(holder=each.change.address, name=path, place=each.at(path.partition(".")[0]))


def _of_block(declared: Declared) -> Iterator[tuple[str, str]]:
    """The secrets of a block: the name of each, and its value."""
    block = declared.block
    if block.type not in _KINDS:
        return
    only = _VALUES.get(block.labels[0], ()) if block.type == "resource" and block.labels else ()
    if block.type == "variable":
        default = block.values.get("default")
        if block.labels and is_one(block.labels[0], default):
            yield "default", str(default)
        return
    if block.labels[:1] == ("aws_ssm_parameter",) and block.values.get("type") == "SecureString":
        only = ("value", "value_wo")
    for path, name, value in texts_within(block.values):
        if path.partition(".")[0] in only:
            if is_issued(value) or is_given_away("password", value):
                yield path, value
        elif is_one(name, value):
            yield path, value


def texts_within(values: object, path: str = "", *, depth: int = 0) -> Iterator[tuple[str, str, str]]:
    """Each text within some values: its path, its own name, and what it says."""
    if depth > _DEEPEST:
        return
    if isinstance(values, str) and values[:1] in "{[" and values:
        inner = _json(values)
        if isinstance(inner, dict | list):
            yield from texts_within(inner, path, depth=depth + 1)
            return
    if isinstance(values, str):
        yield path, path.rpartition(".")[2], values
    elif isinstance(values, dict):
        for key, value in list(values.items())[:_MOST]:
            yield from texts_within(value, f"{path}.{key}" if path else str(key), depth=depth + 1)
    elif isinstance(values, list):
        yield from _named_pairs(values, path)
        for value in values[:_MOST]:
            yield from texts_within(value, path, depth=depth + 1)


def _json(text: str) -> object:
    try:
        read: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return read


def _named_pairs(values: Iterable[object], path: str) -> Iterator[tuple[str, str, str]]:
    """Variables of programs in lists: `{name = …, value = …}`."""
    for each in values:
        entry = table(each)
        name, value = entry.get("name"), entry.get("value")
        if isinstance(name, str) and isinstance(value, str):
            yield f"{path}.{name}", name, value


def is_one(name: str, value: object) -> bool:
    """Whether a value is a secret by its name and by what it is: a password, and what an administrator has, may be made up; all else is issued."""
    if not isinstance(value, str) or isinstance(value, Expression) or ELSEWHERE.search(value):
        return False
    if is_issued(value) and is_secret_name(name):
        return True
    is_made_up = _PASSWORD.search(name) is not None or _OF_ADMINISTRATOR.search(name) is not None
    return is_given_away(name, value) and (is_made_up or _RANDOM.fullmatch(value) is not None)


def is_issued(value: str) -> bool:
    """Whether it can be nothing else than a secret, whatever it is called."""
    return _PRIVATE_KEY.search(value) is not None or (_ISSUED.fullmatch(value) is not None and "EXAMPLE" not in value)


def _called(declared: Declared) -> str:
    block = declared.block
    return ".".join(block.labels) if block.type == "resource" else " ".join((block.type, *block.labels))
