"""What a text says that `yamldecode` is given, as Terraform takes it."""

from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.functions import UnknownValueError
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Node, Scalar
from weighbridge.landscape.documents.reading import document

_MOST_BYTES: Final = 200_000
_MOST_NODES: Final = 10_000
_WHOLE: Final = LatePattern(r"[-+]?(?:0|[1-9]\d{0,14})")
_BROKEN: Final = LatePattern(r"[-+]?(?:\d{1,15}\.\d{0,15}|\.\d{1,15})")
_WORDS: Final = {
    **dict.fromkeys(("true", "True", "TRUE"), True), **dict.fromkeys(("false", "False", "FALSE"), False),
}  # fmt: skip
"""What is true and false there: `yes` and `off` are texts."""


def value_of_yaml(text: str) -> object:
    """Its one document as HCL has it. Raises `UnknownValueError` where it is none, or too large."""
    data = text.encode()
    if len(data) > _MOST_BYTES:
        raise UnknownValueError
    try:
        node = document(data, most_nodes=_MOST_NODES)
    except DocumentError:
        raise UnknownValueError from None
    return None if node is None else _value(node)


def _value(node: Node) -> object:
    match node:
        case Fields():
            return {name: _value(inner) for name, (_, inner) in node.entries.items()}
        case Items():
            return [_value(each) for each in node.items]
        case Scalar():
            return _single(node)


def _single(node: Scalar) -> object:
    if not node.is_plain or node.tag:
        return node.value
    if node.is_null:
        return None
    if node.value in _WORDS:
        return _WORDS[node.value]
    if _WHOLE.fullmatch(node.value):
        return int(node.value)
    return float(node.value) if _BROKEN.fullmatch(node.value) else node.value
