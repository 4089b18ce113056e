"""Which changed files are templates of CloudFormation, by how a path ends and a few words that each holds; and which use CDK."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import FileChange, Mode
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange

ROLE: Final = "cloudformation"
_ENDINGS: Final = (".yaml", ".yml", ".json", ".template", ".cfn", ".cform")
_ASIDE: Final = LatePattern(
    r"(?:^|/)(?:examples?|samples?|fixtures?|testdata|docs?|tests|test/(?:fixtures|integration|unit)|__snapshots__"
    r"|[^/]*\.snapshot|node_modules)/"
)
"""Folders whose files show or test what others use."""
CDK: Final = ("aws_cdk", "aws-cdk-lib", "@aws-cdk/")
_PAIRS: Final = LatePattern(r'\s*\[\s*"[A-Za-z0-9]+=')
_PLAIN: Final = re.compile(rb'\s*\{\s*"[A-Za-z][A-Za-z0-9]*"\s*:\s*(?:"|-?\d|true|false)')
_MOST_PLAIN: Final = 20_000
_SAM: Final = "samconfig.toml"
_HEAD: Final = 400
_SOURCES: Final = (".ts", ".js", ".mts", ".mjs", ".py")
_HOLDING: Final = (
    "config", "setting", "constant", "env", "stage", "prop", "param", "context", "account", "polic", "cdk", "infra", "stack"
)  # fmt: skip
"""How files are called, or their folders, that hold what others go by."""
_SWITCHES: Final = ("true", "false", "True", "False", "RemovalPolicy.")
_SWITCH: Final = LatePattern(
    r"""[^\S\n]*(?:export\s+)?(?:const\s+|static\s+|readonly\s+)*["']?(\w+)["']?(?:\s*:\s*\w+)?\s*[:=]\s*(true|false|True|False|[\w.]*RemovalPolicy\.\w+)\s*[,;)}]*\s*(?:(?://|\#).*)?"""
)
"""A line on which a switch, or what becomes of a construct, is given a name."""
_TYPE: Final = LatePattern(r"""["']?Type["']?\s*:\s*["']?(?:AWS|Custom|Alexa)::""")


class Touched(Struct, frozen=True, kw_only=True):
    """The changed files that CloudFormation or CDK reads."""

    templates: tuple[FileChange, ...] = ()
    policies: tuple[FileChange, ...] = ()
    constructs: tuple[FileChange, ...] = ()
    parameters: tuple[FileChange, ...] = ()
    settings: tuple[FileChange, ...] = ()
    """Sources beside those of CDK in which a plain switch is otherwise: a construct may go by it."""


def is_template(file: FileChange, contents: ChangedBytes) -> bool:
    """Whether a changed file is a template on either side."""
    return file.path.lower().endswith(_ENDINGS) and not _ASIDE.search(file.path) and any(_is_one(file, contents))


def is_json(data: bytes) -> bool:
    """Whether a template is written in JSON, whatever its name ends with."""
    return data.lstrip()[:1] == b"{"


def is_stack_policy(file: FileChange, contents: ChangedBytes) -> bool:
    """Whether a changed file says on either side which updates a stack refuses."""
    if not file.path.lower().endswith(".json") or _ASIDE.search(file.path):
        return False
    texts = (data for side in Side if isinstance(data := bytes_on(file, side, contents=contents), bytes))
    return any(b'"Update:' in text and b'"Statement"' in text and b'"Resources"' not in text for text in texts)


def may_give(file: FileChange, contents: ChangedBytes) -> bool:
    """Whether a changed file may give values to the parameters of a template, by the words that it holds on both sides."""
    if not file.path.lower().endswith((".json", _SAM)) or _ASIDE.search(file.path):
        return False
    texts = [bytes_on(file, side, contents=contents) for side in Side]
    return all(isinstance(text, bytes) and b'"Resources"' not in text and is_giving(file.path, text) for text in texts)


def is_settings_of_sam(path: str) -> bool:
    """Whether a file holds what SAM's command is given."""
    return path.rpartition("/")[2] == _SAM


def is_giving(path: str, data: bytes) -> bool:
    """Whether a file may give values to parameters, by its words."""
    if is_settings_of_sam(path):
        return b"parameter_overrides" in data
    is_worded = b'"ParameterKey"' in data or b'"Parameters"' in data
    return is_worded or _PAIRS.match(data[:_HEAD].decode("utf-8", "replace")) is not None


def is_plain(path: str, data: object) -> bool:
    """Whether a file may be a plain table of names and values, by its first words."""
    is_named = path.lower().endswith(".json") and not _ASIDE.search(path)
    return is_named and isinstance(data, bytes) and len(data) < _MOST_PLAIN and _PLAIN.match(data) is not None


def may_decide(file: FileChange, contents: ChangedBytes) -> bool:
    """Whether a changed source has a switch, or a policy of CDK's, that is otherwise, by its lines; what is a test decides nothing."""
    if file.base is None or file.head is None or not file.path.endswith(_SOURCES):
        return False
    path = file.path.lower()
    if not any(each in path for each in _HOLDING):
        return False
    before, after = contents.text(file.base.path, Side.BASE), contents.text(file.path)
    if not any(each in after for each in _SWITCHES) or _ASIDE.search(file.path):
        return False
    was, now = Counter(before.splitlines()), Counter(after.splitlines())
    lost, got = (
        {(found[1], found[2]) for each in lines if (found := _SWITCH.fullmatch(each))}
        for lines in (was - now, now - was)
    )
    return any(name == other and value != turned for name, value in lost for other, turned in got)


def is_template_at(path: str, data: bytes) -> bool:
    """Whether what a path holds is a template."""
    is_named = path.lower().endswith(_ENDINGS) and not _ASIDE.search(path)
    return is_named and b"::" in data and b"Resources" in data and _holds_type(data)


def constructing(code: CodeChange) -> Iterator[FileChange]:
    """The changed sources that import CDK on either side."""
    for file in code.of_role("python", "javascript", "typescript"):
        imports = (each for side in (file.base, file.head) if side is not None for each in side.imports)
        if any(each.module.startswith(CDK) for each in imports) and not _ASIDE.search(file.change.path):
            yield file.change


def bytes_on(file: FileChange, side: Side, *, contents: ChangedBytes) -> bytes | CouldNotLook | None:
    """What a file holds on one side; None where there is none that is its own."""
    blob = file.on(side)
    if blob is None or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
        return None
    return contents.of(blob.path, side)


def _is_one(file: FileChange, contents: ChangedBytes) -> list[bool]:
    texts = (data for side in Side if isinstance(data := bytes_on(file, side, contents=contents), bytes))
    return [b"::" in text and b"Resources" in text and _holds_type(text) for text in texts]


def _holds_type(data: bytes) -> bool:
    return b"AWSTemplateFormatVersion" in data or _TYPE.search(data.decode("utf-8", "replace")) is not None
