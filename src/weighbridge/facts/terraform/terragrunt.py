"""Terragrunt: what its files say, as Terraform says the same: a call of a module, and where the state lies."""

from typing import Any, Final

from weighbridge.facts.terraform.blocks import Block, Expression, SourceFile, nested

_CALL: Final = "terragrunt"


def is_terragrunt(path: str) -> bool:
    """Whether a file is Terragrunt's: of all that Terraform reads nothing but its lock file ends so."""
    return path.endswith(".hcl") and not path.endswith(".lock.hcl")


def as_terraform(read: SourceFile) -> SourceFile:
    """The blocks of such a file: `terraform` and `inputs` are the call of a module, `remote_state` is a backend."""
    return SourceFile(blocks=tuple(_blocks(read)), values=read.values, lines=read.lines, unread=read.unread)


def _blocks(read: SourceFile) -> list[Block]:
    inputs = read.values.get("inputs")
    source = next((block for block in read.blocks if block.type == "terraform"), None)
    found = [block for block in read.blocks if block.type in ("locals", "unit", "stack")]
    if source is not None or isinstance(inputs, dict):
        line = source.line if source is not None else read.lines.get("inputs", 1)
        values: dict[str, Any] = dict(inputs) if isinstance(inputs, dict) else {}
        lines = {name: read.lines.get("inputs", line) for name in values}
        if source is not None:
            values |= {name: value for name, value in source.values.items() if name == "source"}
            lines |= source.lines
        if "prevent_destroy" in read.values:
            values["lifecycle"] = [{"prevent_destroy": read.values["prevent_destroy"]}]
            lines["lifecycle"] = read.lines["prevent_destroy"]
        end = source.end_line if source is not None else line
        found.append(Block(type="module", labels=(_CALL,), line=line, end_line=end, values=values, lines=lines))
    for block in read.blocks:
        if block.type == "remote_state":
            config = next(iter(nested(block.values, "config")), {})
            kind = block.values.get("backend")
            name = kind if isinstance(kind, str) else kind.text if isinstance(kind, Expression) else ""
            values = {"backend": [{"": [name], **config}]}
            found.append(Block(type="terraform", line=block.line, end_line=block.end_line, values=values))
    return found
