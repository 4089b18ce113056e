"""The comments and marks that silence what checks code: which, of what, how wide, and whether somebody says why."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.landscape.trials.comments import comments_of, uncommented

_REASON: Final = re.compile(r"[^\W\d_]{3,}.*[^\W\d_]{3,}|[A-Z]{2,}-\d+|#\d+|https?://")
"""Words enough to be a reason: two of three letters or more, an issue, an address."""
_MOST: Final = 2_000
"""Characters of a comment that are read."""


class _Form(Struct, frozen=True):
    """How a directive is written: `codes` is a group of what it silences, `rest` what is said behind it."""

    kind: str
    pattern: re.Pattern[str]
    is_wide: bool = False
    languages: tuple[str, ...] = ()


def _form(kind: str, pattern: str, *languages: str, is_wide: bool = False) -> _Form:
    return _Form(kind, re.compile(pattern, re.IGNORECASE | re.DOTALL), is_wide, languages)


_CODES: Final = r"(?P<codes>[A-Za-z]+[0-9]+(?:[,\s]+[A-Za-z]+[0-9]+)*)"
_PY: Final = ("python",)
_JS: Final = ("javascript", "typescript", "tsx")
_FORMS: Final = (
    _form("ruff: noqa", rf"#\s*(?:ruff|flake8)\s*:\s*noqa(?:\s*:\s*{_CODES})?(?P<rest>.*)", *_PY, is_wide=True),
    _form("noqa", rf"#\s*noqa\b(?:\s*:\s*{_CODES})?(?P<rest>.*)", *_PY),
    _form(
        "mypy: ignore-errors",
        r"#\s*mypy:\s*(?:ignore-errors|disable-error-code)(?P<codes>=?[^#]*)(?P<rest>.*)",
        *_PY,
        is_wide=True,
    ),
    _form("type: ignore", r"#\s*type:\s*ignore\b(?:\[(?P<codes>[^\]]*)\])?(?P<rest>.*)", *_PY),
    _form("pyright: ignore", r"#\s*pyright:\s*ignore\b(?:\[(?P<codes>[^\]]*)\])?(?P<rest>.*)", *_PY),
    _form("pylint: disable", r"#\s*pylint:\s*disable(?:-next)?\s*=\s*(?P<codes>[\w,\s-]+)(?P<rest>.*)", *_PY),
    _form("pragma: no cover", r"#\s*pragma:\s*no\s?cover\b(?P<codes>)(?P<rest>.*)", *_PY),
    _form("nosec", r"#\s*nosec\b:?\s*(?P<codes>(?:B\d+[,\s]*)*)(?P<rest>.*)", "python", "go"),
    _form(
        "eslint-disable-line",
        r"eslint-disable-(?:next-)?line\b\s*(?P<codes>(?:(?!--)[\w@/,\s-])*?)(?:\s*--(?P<rest>.*)|\*/|$)",
        *_JS,
    ),
    _form(
        "eslint-disable",
        r"eslint-disable(?!-)\s*(?P<codes>(?:(?!--)[\w@/,\s-])*?)(?:\s*--(?P<rest>.*)|\*/|$)",
        *_JS,
        is_wide=True,
    ),
    _form("@ts-nocheck", r"@ts-nocheck\b(?P<codes>)(?P<rest>.*)", *_JS, is_wide=True),
    _form("@ts-ignore", r"@ts-ignore\b(?P<codes>)(?P<rest>.*)", *_JS),
    _form("@ts-expect-error", r"@ts-expect-error\b(?P<codes>)(?P<rest>.*)", *_JS),
    _form("biome-ignore", r"biome-ignore\s+(?P<codes>[\w/]+)\s*:?(?P<rest>.*)", *_JS),
    _form("coverage ignore", r"(?:istanbul|c8|v8)\s+ignore\b\s*(?P<codes>\w*)(?P<rest>.*)", *_JS),
    _form("nolint", r"//\s*nolint\b(?::(?P<codes>[\w,-]+))?(?P<rest>.*)", "go"),
    _form("NOSONAR", r"\bNOSONAR\b(?P<codes>(?:\([^)]*\))?)(?P<rest>.*)", "java", *_JS),
)
_MARK: Final = re.compile(r"@SuppressWarnings\(\s*(?:value\s*=\s*)?(\{[^}]{0,300}\}|\"[^\"]{0,100}\")")
_EVERYDAY: Final = frozenset(
    ("unchecked", "rawtypes", "deprecation", "unused", "serial", "resource", "nls", "removal", "try", "static-access")
)
_SECURITY: Final = re.compile(
    r"^S\d{3}$|^B\d{3}$|^security/|no-eval|no-danger|gosec|detect-|no-unsanitized|no-implied-eval", re.IGNORECASE
)


class Directive(Struct, frozen=True, kw_only=True):
    """One of them, as it stands in a file."""

    kind: str
    codes: str
    line: int
    is_wide: bool
    """Whether it silences the rest of the file."""
    has_reason: bool

    @property
    def is_bare(self) -> bool:
        """Whether it silences everything, whatever it is; what can only be said without a code is bare where no reason stands beside it."""
        return not self.codes and not (self.has_reason and self.kind in _CODELESS)

    @property
    def is_security(self) -> bool:
        """Whether it silences what looks for weaknesses."""
        codes = re.split(r"[,\s]+", self.codes)
        return self.kind in ("nosec", "NOSONAR") or any(_SECURITY.search(code) for code in codes)

    @property
    def words(self) -> str:
        """It, in short."""
        return f"{self.kind} {self.codes}".strip()


_CODELESS: Final = frozenset(
    {"@ts-ignore", "@ts-expect-error", "@ts-nocheck", "pragma: no cover", "coverage ignore", "nosec", "NOSONAR"}
)


def directives_in(text: str, language: str) -> Iterator[Directive]:
    """Every directive of a file, in its order."""
    for comment in comments_of(text, language):
        said = comment.text[:_MOST]
        for form in _FORMS:
            found = form.pattern.search(said) if language in form.languages else None
            if found is not None:
                yield _directive(form, found, line=comment.line, is_alone=comment.is_alone)
                break
    if language == "java":
        yield from _marks(uncommented(text, language))


def _directive(form: _Form, found: re.Match[str], *, line: int, is_alone: bool) -> Directive:
    codes = " ".join((found["codes"] or "").replace("=", " ").split()).strip(", ")
    before, rest = found.string[: found.start()], found["rest"] or ""
    is_wide = form.is_wide or (form.kind == "type: ignore" and is_alone and line == 1)
    return Directive(
        kind=form.kind,
        codes=codes,
        line=line,
        is_wide=is_wide,
        has_reason=bool(_REASON.search(rest) or (len(before) > 10 and _REASON.search(before))),
    )


def _marks(text: str) -> Iterator[Directive]:
    """Java's annotation; what it says every day of casts and of what is old is left out."""
    for found in _MARK.finditer(text):
        codes = [each.strip(' "{}') for each in found[1].split(",")]
        told = [code for code in codes if code and code not in _EVERYDAY]
        if told:
            line = text.count("\n", 0, found.start()) + 1
            is_all = "all" in told
            yield Directive(
                kind="@SuppressWarnings",
                codes="" if is_all else ", ".join(told),
                line=line,
                is_wide=False,
                has_reason=False,
            )
