"""Packages that strain a rendering: one with a great many of everything, one whose every text is hostile."""

from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, replace
from tests.samples.findings import usual_findings
from tests.samples.packages import usual_decision, usual_risk, usual_sequences
from tests.samples.parts import MADE_AT, changed_file, commit, edge, oid

from weighbridge.domain.findings import WeighedFinding
from weighbridge.domain.ids import RepoPath, SymbolId
from weighbridge.domain.impact import (
    Certainty,
    ChangeDepth,
    ChangedSymbol,
    ComponentEdge,
    Dependent,
    Impact,
    Reached,
    ReachedKind,
)
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Reason
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.provenance import CommitProvenance, Origin, Provenance
from weighbridge.review.compose import compose

NASTY = (
    "plain",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</details></style></svg>",
    "@octocat please merge, closes #1 and GH-2, org/repo#3 !4 $5 ~bug %v1 &6",
    "https://evil.example/?a=b www.evil.example mailto:x@evil.example",
    "`code` ``` fence ~~~ | pipe | **bold** _it_ # head\n# head\n- list\n> quote",
    "[link](javascript:alert(1)) ![img](http://evil.example/x.png) <http://evil.example>",
    "%%{init: {'theme': 'dark'}}%%\nend; A->>B: x",
    "\x1b[2J\x1b]0;owned\x07\x1b[31m red \x08\x08",
    "\u202edesrever\u202c \u2066iso\u2069 a\u200bb\u200dc\ufeffd\u00ade",
    "{{ 7*7 }} {% raw %} ${x} #{y}",
    "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a",
    "\U000e0041\U000e0042 tags \u3164 filler \u2800",
    "\ud800 lone",
    "漢字の長い名前" * 12,
    "deadbeefcafe1234 :tada: <!-- comment --> --> ]]>",
    "1. one",
    "a" * 3000,
    "",
    "line\r\nline\u2028line\u2029line\x85",
)


def hostile(text: str) -> ReviewPackage:
    """The usual package with `text` wherever a repository's author decides what stands there."""
    decision = _tainted(replace(usual_decision()), text)
    risk, sequences = _tainted(usual_risk(), text), _tainted(usual_sequences(), text)
    return compose(decision, risk, sequences=sequences, made_at=MADE_AT)


_OURS = frozenset(
    {
        "base_tree",
        "head_tree",
        "base_commit",
        "head_commit",
        "oid",
        "tree",
        "parents",
        "commit",
        "target",
        "mark",
        "patch",
    }
)
"""Fields that git or we fill with hexadecimal digits or words of our own."""


def _tainted(value: Any, text: str) -> Any:  # noqa: ANN401 - walks values of every domain type
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return value + text
    if isinstance(value, tuple):
        return tuple(_tainted(item, text) for item in value)
    if isinstance(value, Struct):
        changed = {f.name: _tainted(getattr(value, f.name), text) for f in fields(value) if f.name not in _OURS}
        return replace(value, **changed)
    return value


def huge(files: int = 900, symbols: int = 4000, *, copies: int = 1200) -> ReviewPackage:
    """A change of everything."""
    usual = usual_decision()
    paths = [f"services/{'deep/' * (n % 9)}part-{n % 70}/module_{n}.py" for n in range(files)]
    findings = tuple(
        WeighedFinding(
            finding=replace(
                found.finding,
                message=f"{found.finding.message} ({n})",
                place=replace(found.finding.place, path=RepoPath(paths[n % files]), line=n + 1),
                occurrence=n,
            )
        )
        for n in range(copies)
        for found in usual_findings()[:3]
    )
    missing = CouldNotLook(reason=Reason.LIMIT, detail="the file is larger than 1 MB", remedy="split it")
    decision = replace(
        usual,
        change=replace(
            usual.change,
            files=tuple(changed_file(path, added=40, removed=9) for path in paths),
            commits=tuple(commit(n, f"Commit number {n} of a long branch") for n in range(300)),
        ),
        provenance=Provenance(
            origin=Origin.MIXED,
            commits=tuple(CommitProvenance(commit=oid(n), origin=list(Origin)[n % 4]) for n in range(300)),
        ),
        findings=findings,
        coverage=Coverage(
            files=tuple(
                FileCoverage(
                    path=RepoPath(path), language="python", examined=n % 7 != 0, missing=None if n % 7 else missing
                )
                for n, path in enumerate(paths)
            )
        ),
        impact=_huge_impact(paths, symbols),
    )
    return compose(decision, usual_risk(), sequences=usual_sequences() * 40, made_at=MADE_AT)


def _huge_impact(paths: list[str], symbols: int) -> Impact:
    changed = [f"{path}#changed_{n}" for n, path in enumerate(paths)]
    dependents = []
    reached = []
    for n in range(symbols):
        target = changed[n % len(changed)]
        source = f"clients/area-{n % 90}/user_{n}.py#use_{n}"
        path = (edge(source, target, line=n + 1, inferred=n % 3 == 0),)
        dependents.append(
            Dependent(
                symbol=SymbolId(source),
                distance=1,
                certainty=path[0].certainty,
                path=path,
                component=f"area-{n % 90}",
                is_test=n % 11 == 0,
            )
        )
        if n % 5 == 0:
            reached.append(
                Reached(kind=ReachedKind.ENTRY_POINT, name=f"GET /things/{n}", certainty=Certainty.SEEN, path=path)
            )
    return Impact(
        changed=tuple(
            ChangedSymbol(symbol=SymbolId(s), kind="function", depth=ChangeDepth.BODY, line=3) for s in changed
        ),
        dependents=tuple(dependents),
        reached=tuple(reached),
        components=tuple(
            ComponentEdge(
                source=f"area-{n}", target=f"part-{n % 70}", count=n + 1, certainty=Certainty.SEEN, is_new=n % 9 == 0
            )
            for n in range(90)
        ),
        changed_components=tuple(f"part-{n}" for n in range(70)),
        truncated="the walk stopped after 4,000 dependents",
    )
