"""XML read into plain elements with their lines; document types, entities and deep nesting are refused."""

from xml.parsers import expat

from msgspec import Struct, field

from weighbridge.landscape.manifests.claims import ManifestError

MAX_DEPTH = 100
MAX_ELEMENTS = 200_000


class Element(Struct, kw_only=True):
    """One element: its name without a prefix, its attributes, the text directly in it, and its children."""

    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def child(self, name: str) -> "Element | None":
        """The first child called `name`."""
        return next((c for c in self.children if c.name == name), None)

    def text_of(self, *names: str) -> str:
        """The text found by following `names` down; empty when any step is missing."""
        here: Element | None = self
        for name in names:
            here = here.child(name) if here else None
        return here.text.strip() if here else ""

    def all_of(self, *names: str) -> "list[Element]":
        """Every element that `names` lead down to, taking all children of each name."""
        here = [self]
        for name in names:
            here = [c for element in here for c in element.children if c.name == name]
        return here


def xml_element(data: bytes) -> Element:
    """The root element of an XML manifest.

    Raises:
        ManifestError: it is not XML, declares a document type, nests too deep or is too large.
    """
    builder = _Builder(expat.ParserCreate())
    try:
        builder.parser.Parse(data, True)  # noqa: FBT003 - the parser takes "is this the end" by position alone
    except expat.ExpatError as error:
        raise ManifestError(f"it is not XML: {expat.errors.messages.get(error.code, 'malformed')}") from error
    except (ValueError, LookupError) as error:
        raise ManifestError("it is not XML: its encoding is unknown") from error
    if builder.root is None:
        raise ManifestError("it holds no element")
    return builder.root


class _Builder:
    """Collects elements while the parser walks, without recursion."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse_doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise ManifestError("it is too deep or too large")
        line = self.parser.CurrentLineNumber
        element = Element(name=name.rpartition(":")[2], line=line, attributes=attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text += text

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise ManifestError("it declares a document type, which could bring in other files")
