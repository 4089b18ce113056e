"""What changed: files, symbols, sensitive surfaces, and where each commit comes from."""

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import symbol_name, symbol_path
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.outcomes import FileCoverage
from weighbridge.domain.package import Decision, ReviewPackage
from weighbridge.domain.provenance import CommitProvenance, LineProvenance
from weighbridge.review import sentences
from weighbridge.review.render.markup import Content, Markup, element
from weighbridge.review.render.page.pieces import breakable, chip, code, folded, said, some, table
from weighbridge.review.standing import by_depth


def changed(package: ReviewPackage) -> list[Content]:
    """The whole section."""
    decision = package.decision
    return [_title(decision), _surfaces(decision), _symbols(decision), _files(decision), _provenance(decision)]


def _title(decision: Decision) -> Markup | None:
    change = decision.change
    stated = change.title or (change.commits[0].subject if change.commits else "")
    return element("p", "The author says: ", element("q", stated)) if stated else None


def _surfaces(decision: Decision) -> list[Markup] | None:
    if not decision.surfaces:
        return None
    items = [
        element(
            "li",
            chip(surface.kind.replace("-", " "), "surface"),
            " ",
            code(surface.path),
            [" ", code(surface.symbol)] if surface.symbol else None,
            element("span", ": ", said(surface.reason)),
            id=surface.evidence,
        )
        for surface in decision.surfaces
    ]
    return [
        element("h3", f"Sensitive surfaces ({len(items):,})"),
        element("ul", some(items, most=8, rest="surfaces"), class_="plain"),
    ]


def _symbols(decision: Decision) -> list[Markup | None] | None:
    if not decision.impact.changed:
        return None
    ordered = by_depth(decision.impact.changed)
    items = [_symbol(item) for item in ordered if item.depth is not ChangeDepth.TEXT]
    in_text = [_symbol(item) for item in ordered if item.depth is ChangeDepth.TEXT]
    title = f"Comments, documentation or layout alone in {sentences.count(len(in_text), 'definition')}"
    return [
        element("h3", f"Changed definitions ({len(items):,})"),
        element("ul", some(items, most=12, rest="definitions"), class_="plain") if items else None,
        folded(title, element("ul", some(in_text, most=100, rest="definitions"), class_="plain")) if in_text else None,
    ]


def _symbol(item: ChangedSymbol) -> Markup:
    signatures = None
    if item.before != item.after:
        lines = [(item.before, "lost", "- "), (item.after, "gained", "+ ")]
        signatures = element(
            "pre",
            element("code", [element("span", sign + text, class_=kind) for text, kind, sign in lines if text]),
            class_="diff",
            tabindex="0",
        )
    return element(
        "li",
        chip(item.depth, f"depth-{item.depth}"),
        " ",
        code(sentences.named(item.symbol)),
        " ",
        element(
            "span",
            breakable(f"{symbol_path(item.symbol)}:{item.line}") if symbol_name(item.symbol) else "top level",
            class_="quiet",
        ),
        signatures,
        id=item.evidence,
    )


def _files(decision: Decision) -> list[Markup]:
    if not decision.change.files:
        return []
    seen = {file.path: file for file in decision.coverage.files}
    origins: dict[str, list[LineProvenance]] = {}
    for line in decision.provenance.lines:
        origins.setdefault(line.path, []).append(line)
    head = ("File", "What", "Lines", "Examined", *(("Lines by agents",) if origins else ()))
    rows = [
        [
            code(file.path),
            _status(file),
            f"+{file.lines_added:,} -{file.lines_removed:,}",
            _examined(seen.get(file.path)),
            *([_origin(origins.get(file.path, []))] if origins else []),
        ]
        for file in decision.change.files[:400]
    ]
    more = len(decision.change.files) - len(rows)
    files = table("Changed files", head, rows=rows)
    return [
        element("h3", f"Files ({len(decision.change.files):,})"),
        folded("Show the files", files) if len(rows) > 15 else files,
        element("p", "Git may count lines otherwise: ", element("a", "how they are counted", href="#lines"), "."),
        *([element("p", f"… and {more:,} more, in the JSON package.")] if more > 0 else []),
    ]


def _examined(coverage: FileCoverage | None) -> Content:
    if coverage is None:
        return "not listed"
    return "yes" if coverage.examined else chip(coverage.missing.reason if coverage.missing else "in part", "warn")


def _status(file: FileChange) -> Content:
    renamed = file.base is not None and file.head is not None and file.base.path != file.head.path
    return [
        str(file.status),
        [" from ", code(file.base.path)] if renamed and file.base else None,
        " binary" if file.is_binary else None,
    ]


def _origin(lines: list[LineProvenance]) -> str:
    by_agent = sum(line.lines.end - line.lines.start + 1 for line in lines if line.origin != "human")
    return (
        sentences.listed(sorted({line.agent for line in lines if line.agent})) + f" {by_agent:,}"
        if by_agent
        else "not known"
    )


def _provenance(decision: Decision) -> list[Content]:
    provenance = decision.provenance
    said = sentences.provenance_line(provenance)
    subjects = {commit.oid: (commit.subject, commit.author.name) for commit in decision.change.commits}
    items = [_commit(item, subjects.get(item.commit, ("", ""))) for item in provenance.commits]
    notes = [element("li", text) for text in (*provenance.disclosure, *provenance.unreachable)]
    return [
        element("h3", "Where it comes from"),
        element("p", said[:1].upper() + said[1:], ". A missing marker is never proof of a human."),
        element("ol", some(items, most=10, rest="commits"), class_="commits") if items else None,
        element("ul", notes, class_="plain") if notes else None,
    ]


def _commit(item: CommitProvenance, said: tuple[str, str]) -> Markup:
    subject, author = said
    evidence = [
        element(
            "li",
            chip(e.source),
            f" says {e.says}" + (f", {e.agent}" if e.agent else "") + ": ",
            code(e.detail),
            f" ({e.confidence} confidence)",
            id=e.evidence,
        )
        for e in item.evidence
    ]
    conflicts = [element("li", chip("conflict", "warn"), " ", text) for text in item.conflicts]
    body = element("ul", evidence, conflicts, class_="evidence") if evidence or conflicts else None
    return element(
        "li",
        chip(item.origin, f"origin-{item.origin}"),
        " ",
        code(item.commit[:12]),
        " ",
        subject,
        element("span", f" by {author}" if author else "", class_="quiet"),
        body,
    )
