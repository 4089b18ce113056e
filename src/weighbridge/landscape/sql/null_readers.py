"""Code that cannot bear an empty column: a field whose type has no room for null, or what is asked of the value at once.

Types are read as text, in languages whose mappers fail, or write something else, where a null meets such a field. Where a value is only
handed on, nothing is said: whoever gets it may bear it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.ruby_models import singulars
from weighbridge.landscape.table_mentions import camel
from weighbridge.landscape.test_files import is_test

_MOST_BYTES: Final = 400_000
_MOST_FILES: Final = 6_000
"""Beyond so many files only those are read whose path names the table."""
_VALUE: Final = r"(?:int|long|short|byte|boolean|double|float|char)"
_GO: Final = r"(?:string|bool|u?int\d*|float\d\d|time\.Time|uuid\.UUID|decimal\.Decimal)"
_CSHARP: Final = r"(?:int|long|short|byte|bool|decimal|double|float|Guid|Date(?:Time|TimeOffset|Only)|TimeSpan)"
_FIELDS: Final = {
    ".kt": r"\b(?:val|var)\s+{name}\s*:\s*[A-Z][\w.]*(?:<[^<>\n]*>)?\s*(?:[=,)\n]|//)",
    ".java": rf"^\s*(?:(?:private|protected|public|final)\s+)*{_VALUE}\s+{{name}}\s*[;=]",
    ".cs": rf"\bpublic\s+(?:(?:virtual|required)\s+)*{_CSHARP}\s+{{name}}\s*\{{{{",
    ".go": rf"^\s*{{name}}\s+{_GO}\s*(?:`|//|\n)",
    ".rs": r"^\s*pub(?:\([\w ]+\))?\s+{name}\s*:\s*(?!(?:\w+::)*Option\b)[\w:]+(?:<[^<>\n]*>)?\s*,",
}  # fmt: skip
"""How a field is declared that holds no null, by the ends of files."""
_ASKED: Final = {
    ".rb": r"(?<![\w:@.\"'])(?:[a-z_]\w*\.)*{name}\.(?!(?:nil|present|blank|to_[a-z]+|presence|try|inspect|is_a|in|then|tap|as_json|hash|class|dup|eql|equal|instance_of|kind_of|respond_to|frozen|itself|object_id)\b)[a-z_]",
    ".py": r"(?<![A-Z\w])[a-z_]\w*\.{name}\.(?!(?:is_|isnot|is_not|in_|notin_|not_in|desc|asc|like|ilike|label|op|any|has|between|contains|startswith|endswith|cast|nulls_first|nulls_last|type|property|key|comparator|name)\b)[a-z_]\w*\(",
    ".js": r"(?<![A-Z\w])[a-z_]\w*\.{name}\.(?:length|trim|to(?:Lower|Upper)Case|split|replace|slice|map|filter|forEach|includes|startsWith|endsWith|getTime|toISOString|toString|toFixed)\b",
}  # fmt: skip
"""What is asked of a value that an empty one does not have."""
_LIKE: Final = {".erb": ".rb", ".haml": ".rb", ".rake": ".rb", ".ts": ".js", ".tsx": ".js", ".jsx": ".js", ".mjs": ".js"}  # fmt: skip


def null_reader(view: View, table: str, *, column: str, asking: Iterable[Place]) -> Place | None:
    """Where code does not handle NULL a column is empty; `asking` are the places that surely ask for it."""
    return next(_asked(view, column, asking=asking), None) or next(_typed(view, table, column=column), None)


def has_code(view: View) -> bool:
    """Whether code lies beside the migrations that could ask for what they change."""
    tree = view.landscape.tree
    return bool(tree.code_paths) or any(path.endswith((*_FIELDS, ".rb", ".php")) for path in tree.blobs)


def _asked(view: View, column: str, *, asking: Iterable[Place]) -> Iterator[Place]:
    names = "|".join({re.escape(column), re.escape(camel(column))})
    for place in asking:
        ending = _ending(place.path)
        shape = _ASKED.get(_LIKE.get(ending, ending))
        lines = _text(view, place.path).split("\n") if shape is not None else []
        line = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
        found = re.search(shape.format(name=f"(?:{names})"), line) if shape is not None else None
        if found is not None and not _is_given(lines[: place.line], names, asked=found[0]):
            yield place


def _is_given(lines: Sequence[str], names: str, *, asked: str) -> bool:
    """Whether a name that stands alone is a variable's, which the method was given or gave a value itself."""
    if re.match(rf"(?:{names})\.", asked) is None:
        return False
    start = next((at for at in range(len(lines) - 1, -1, -1) if re.match(r"\s*def\s", lines[at])), 0)
    bound = re.compile(
        rf"^\s*def\s+[\w.?!]+\s*\(?[^=\n]*\b(?:{names})\b|\b(?:{names})\s*\|?\|?=[^=~]|\|[^|]*\b(?:{names})\b[^|]*\|"
    )
    return any(bound.search(line) for line in lines[start:])


def _typed(view: View, table: str, *, column: str) -> Iterator[Place]:
    """A field that a class for the table has: one that says the table's name, or is called as one of its rows."""
    rows = "|".join(sorted({camel(each).lower() for each in (*singulars(table), table)}))
    named = re.compile(rf"\b(?:class|struct|record|type)\s+(?:{rows})(?:entity|model|row|record|db)?\b", re.IGNORECASE)
    said = re.compile(rf"[\"'`\s.(]{re.escape(table)}[\"'`)\]]", re.IGNORECASE)
    given = f"(?:{'|'.join(sorted(map(re.escape, _spellings(column))))})"
    for path, text in _texts(view, rows.split("|")):
        shape = re.compile(_FIELDS[_ending(path)].format(name=given), re.MULTILINE)
        for start, part in _parts(path, text):
            is_meant = named.search(part) is not None or (start == 0 and said.search(part) is not None)
            found = shape.search(part) if is_meant else None
            if found is not None:
                line = text.count("\n", 0, start + found.end() - len(found[0].lstrip())) + 1
                yield Place(path=path, line=line, end_line=line)


def _parts(path: RepoPath, text: str) -> Iterator[tuple[int, str]]:
    """What may be a class for a table, each with where it begins: a file as a whole, or each of its structures."""
    if not path.endswith((".go", ".rs")):
        yield 0, text
        return
    for found in _STRUCT.finditer(text):
        yield found.start(), found[0]


def _spellings(column: str) -> set[str]:
    """A column as the fields of classes are called."""
    first = camel(column)
    names = {column, first, first[:1].upper() + first[1:]}
    return names | {_SHORT.sub(lambda found: found[0].upper(), name) for name in names}


def _texts(view: View, rows: Iterable[str]) -> Iterator[tuple[RepoPath, str]]:
    landscape = view.landscape
    paths = [path for path in landscape.tree.blobs if path.endswith(tuple(_FIELDS)) and not is_test(path)]
    if len(paths) > _MOST_FILES:
        paths = [path for path in paths if any(row in path.rpartition("/")[2].replace("_", "").lower() for row in rows)]
    for path, data in landscape.bytes_of_each(paths, _MOST_BYTES):
        yield path, data.decode("utf-8", "replace")


def _text(view: View, path: RepoPath) -> str:
    return (view.landscape.bytes_of(path, _MOST_BYTES) or b"").decode("utf-8", "replace")


def _ending(path: str) -> str:
    return path[path.rfind(".") :]


_STRUCT: Final = LatePattern(
    r"^(?:type\s+\w+\s+struct|(?:pub(?:\([\w ]+\))?\s+)?struct\s+\w+)\b[^{};\n]*\{.*?^\}", re.MULTILINE | re.DOTALL
)
_SHORT: Final = LatePattern(r"(?:Id|Url|Uuid|Api|Ip)(?=[A-Z]|$)")
