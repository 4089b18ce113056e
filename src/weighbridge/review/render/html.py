"""The package as one HTML file: no network, no script, strict policy, light and dark, made to be read and printed."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from weighbridge.domain.ids import RuleId
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.rule import LoadedRule
from weighbridge.review.render.markup import Content, Markup, element, join
from weighbridge.review.render.page.changed import changed
from weighbridge.review.render.page.danger import danger
from weighbridge.review.render.page.exceptions import exceptions
from weighbridge.review.render.page.reach import reach
from weighbridge.review.render.page.unexamined import unexamined
from weighbridge.review.render.page.verdict import question, reproduce, verdict
from weighbridge.review.sentences import weighed_line
from weighbridge.review.standing import new_findings

_ICON: Final = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 12h12M8 3v9M3 6h10' stroke='%23666' stroke-width='1.6' fill='none'/%3E%3C/svg%3E"


@cache
def style() -> str:
    """The page's style sheet."""
    return files("weighbridge.review.render.page").joinpath("page.css").read_text("utf-8")


def content_policy() -> str:
    """What the page may load: its own style sheet by hash, pictures it carries itself, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def render_html(package: ReviewPackage, *, rules: Mapping[RuleId, LoadedRule] | None = None) -> str:
    """The page; `rules` give each finding its rule's reasons and remedy."""
    title = f"{package.names.repository} {package.names.range_text}: weighed"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=content_policy()),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("link", rel="icon", href=_ICON),
        element("style", Markup(style())),
    )
    sections = _sections(package, rules or {})
    body = element(
        "body",
        element("a", "To the verdict", href="#verdict", class_="skip"),
        _masthead(package),
        element(
            "div",
            _contents(sections),
            element("main", verdict(package), [_section(s) for s in sections]),
            class_="frame",
        ),
        element("footer", f"{package.decision.tool}. Machines analyse; people decide.", class_="colophon"),
    )
    return "<!doctype html>\n" + element("html", head, body, lang="en") + "\n"


Section = tuple[str, str, Content]


def _sections(package: ReviewPackage, rules: Mapping[RuleId, LoadedRule]) -> list[Section]:
    """In the order every rendering keeps."""
    decision = package.decision
    asked = question(package)
    passed = package.presentation.exceptions
    return [
        *([("exceptions", f"Exceptions in force ({len(passed):,})", exceptions(passed))] if passed else []),
        ("changed", "What changed", changed(package)),
        ("map", "The map", reach(package)),
        ("danger", f"What is dangerous and why ({len(new_findings(decision)):,})", danger(package, rules)),
        (
            "unexamined",
            f"What was not examined ({len(decision.coverage.files) - decision.coverage.examined:,})",
            unexamined(decision),
        ),
        *([("question", "The one question to ask", asked)] if asked else []),
        ("reproduce", "How to reproduce", reproduce(package)),
    ]


def _section(section: Section) -> Markup:
    name, title, body = section
    return element("section", element("h2", title, id=f"{name}-title"), body, id=name, aria_labelledby=f"{name}-title")


def _contents(sections: list[Section]) -> Markup:
    links = [
        element("li", element("a", title, href=f"#{name}"))
        for name, title, _ in (("verdict", "Verdict", None), *sections)
    ]
    return element("nav", element("ul", links), aria_label="Contents", class_="contents")


def _masthead(package: ReviewPackage) -> Markup:
    mark = element(
        "svg",
        element("path", d="M2 13h12M8 3v10M3 6h10M3 6l-1.6 4h3.2zM13 6l-1.6 4h3.2z"),
        viewBox="0 0 16 16",
        class_="mark",
        aria_hidden="true",
    )
    return element(
        "header",
        join(mark, element("strong", "Weighbridge")),
        element(
            "span",
            element("span", package.names.repository, class_="repository"),
            " ",
            element("code", weighed_line(package)),
            class_="what",
        ),
        element("time", package.presentation.made_at, datetime=package.presentation.made_at)
        if package.presentation.made_at
        else None,
        class_="masthead",
    )
