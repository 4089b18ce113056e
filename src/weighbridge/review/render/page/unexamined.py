"""What was not examined, why, and how to mend it; and everything that was."""

from weighbridge.domain.outcomes import FileCoverage, OutcomeState
from weighbridge.domain.package import Decision
from weighbridge.review import sentences
from weighbridge.review.render.markup import Content, Markup, element
from weighbridge.review.render.page.pieces import chip, code, folded, said, some, table
from weighbridge.review.standing import Unseen, unseen


def unexamined(decision: Decision) -> list[Content]:
    """The whole section."""
    items = [_item(item) for item in unseen(decision)]
    return [
        element(
            "p",
            element("strong", sentences.coverage_line(decision.coverage)),
            "." if items else ". Nothing was left out.",
        ),
        element("ul", items, class_="unexamined") if items else None,
        _analyses(decision),
        _coverage(decision),
    ]


def _item(item: Unseen) -> Markup:
    subjects = [element("li", code(subject)) for subject in item.subjects]
    lines = [element("li", code(path), f" lines {span.start} to {span.end}") for path, span in item.unread[:20]]
    rules = [" Analyses: ", [[code(rule), " "] for rule in item.rules]] if item.rules else None
    anchors = [element("span", id=evidence) for evidence in item.evidence]
    return element(
        "li",
        anchors,
        element("p", chip(item.missing.reason, "warn"), " ", said(item.missing.detail), ".", rules),
        element("ul", some(subjects, most=8, rest="files"), class_="plain") if subjects else None,
        folded("Lines that nobody could read", element("ul", lines)) if lines else None,
        element("p", element("span", "To mend it: ", class_="label"), said(item.missing.remedy))
        if item.missing.remedy
        else None,
    )


def _analyses(decision: Decision) -> Markup | None:
    states = [o.state for o in decision.outcomes]
    parts = [f"{states.count(state):,} {state}" for state in OutcomeState if state in states]
    return element("p", f"Outcomes of all analyses: {', '.join(parts)}.", class_="quiet") if parts else None


def _coverage(decision: Decision) -> Markup | None:
    files = decision.coverage.files
    if not files:
        return None
    rows = [_row(file) for file in sorted(files, key=lambda f: (f.examined, f.path))[:400]]
    shown = table("Coverage by file", ("File", "Language", "Examined", "Reason"), rows=rows)
    return folded(f"Coverage, file by file ({len(files):,})", shown)


def _row(file: FileCoverage) -> list[Content]:
    missing = file.missing
    return [
        code(file.path),
        file.language or "none",
        "yes" if file.examined else "no",
        f"{missing.reason}: {missing.detail}" if missing else "",
    ]
