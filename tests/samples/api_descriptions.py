"""Small API descriptions, and what is told of two of them."""

from datetime import date

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.contracts.breaks import Break
from weighbridge.landscape.contracts.description_breaks import DescriptionBreaks
from weighbridge.landscape.contracts.descriptions import Description, description_of
from weighbridge.landscape.contracts.library import Library, Spot

PATH = RepoPath("openapi.yaml")
TODAY = date(2026, 1, 1)


def described(text: str) -> Description:
    """The description that a text is."""
    library = Library({PATH: text.encode()}.get)
    root = library.document(PATH)
    assert isinstance(root, Spot), root
    found = description_of(root, library)
    assert not isinstance(found, CouldNotLook), found
    return found


def breaks(base: str, head: str) -> list[Break]:
    """What the second breaks that the first said."""
    return DescriptionBreaks(described(base), described(head), today=TODAY, elsewhere=frozenset()).all()


def operation(inner: str, rest: str = "") -> str:
    """A description of one operation, which holds `inner` in flow style."""
    return (
        f"openapi: 3.1.0\npaths: {{/pets: {{post: {{responses: {{'200': {{description: done}}}}, {inner}}}}}}}\n{rest}"
    )


def plain(inner: str, rest: str = "") -> str:
    """The same, with answers of its own."""
    return f"openapi: 3.1.0\npaths: {{/pets: {{post: {{{inner}}}}}}}\n{rest}"


def parameter(schema: str, more: str = "") -> str:
    """With one parameter."""
    return operation(f"parameters: [{{name: x, in: query, schema: {schema}{more}}}]")


def sent(schema: str) -> str:
    """With a body."""
    return operation(f"requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}")


def given(schema: str) -> str:
    """With an answer."""
    return plain(f"responses: {{'200': {{description: done, content: {{application/json: {{schema: {schema}}}}}}}}}")


def field(schema: str, more: str = "") -> str:
    """The schema of an object with a field `x`."""
    return f"{{type: object, properties: {{x: {schema}}}{more}}}"
