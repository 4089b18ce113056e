"""Reading one configuration document whole: every problem at once, each with its line, column and remedy."""

from weighbridge.landscape.documents.nodes import DocumentError, Fields, Mark, Node, Scalar
from weighbridge.landscape.documents.reading import document
from weighbridge.landscape.documents.shapes import Checker, Problem, Record


class ConfigurationError(Exception):
    """A configuration document is wrong: every problem it has, in order of the text."""

    def __init__(self, path: str, problems: tuple[Problem, ...]) -> None:
        self.path = path
        self.problems = tuple(sorted(problems, key=lambda p: (p.mark.line, p.mark.column, p.message)))
        super().__init__("\n".join(f"{path}:{problem}" for problem in self.problems))


def unread(error: DocumentError) -> Problem:
    """What is wrong with bytes that are no document, and that what follows it was not looked at, so that nobody thinks it is all."""
    rest = " (what follows was not read)" if error.is_end else ""
    return Problem(mark=error.mark, message=f"{error.message}{rest}")


def read_document(data: bytes, path: str, *, shape: Record, version: int) -> tuple[Fields, Checker]:
    """The document in `data`, held against `shape`, with what was found on the way.

    A document of a later version may have keys that are unknown here; they are kept and named, not refused.

    Raises:
        ConfigurationError: holding every problem.
    """
    try:
        root = document(data)
    except DocumentError as error:
        raise ConfigurationError(path, (unread(error),)) from error
    if root is None:
        root = Fields({}, Mark(line=1, column=1))
    checker = Checker(is_newer=_version(root) > version)
    checker.check(root, shape)
    if checker.problems or not isinstance(root, Fields):
        raise ConfigurationError(path, tuple(checker.problems))
    return root, checker


def _version(root: Node) -> int:
    node = root.get("version") if isinstance(root, Fields) else None
    is_number = isinstance(node, Scalar) and node.is_plain and node.value.isascii() and node.value.isdigit()
    return int(node.value[:9]) if is_number and isinstance(node, Scalar) else 0
