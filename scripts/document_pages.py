"""The reference of the documents that a change may have to bring, from the kinds themselves."""

from collections.abc import Iterator
from typing import Final

from weighbridge.policy.documents.context import ProblemKind
from weighbridge.policy.documents.filler import MOST_OF_A_PHRASE
from weighbridge.policy.documents.find_documents import Source
from weighbridge.policy.documents.find_kinds import find_kinds
from weighbridge.policy.documents.form import LEAST_UNDER_A_HEADING
from weighbridge.policy.documents.kind import Ask, DocumentKind
from weighbridge.policy.documents.naming import MOST_TO_NAME
from weighbridge.policy.documents.outline import MOST_CHARACTERS, MOST_HEADINGS
from weighbridge.policy.documents.restatement import ENOUGH, LEAST_SHARE, MOST_COMPARED
from weighbridge.policy.documents.scenarios import LEAST_ANSWER, LEAST_MET

ASKS: Final = {
    Ask.OWN_THOUGHT: "more than the change, its title and its description say again",
    Ask.COMPONENTS: "the changed components, each by its name, folder, a file or a symbol that changed",
    Ask.SCENARIOS: "an answer to each failure scenario of the package",
    Ask.STEP: "a step that somebody can carry out, or why there is none",
    Ask.TICKET: "a ticket as the policy says tickets look",
}
SOURCES: Final = {
    Source.ATTACHMENT: "it was attached to the change in the ledger, where its digest is signed",
    Source.FILE: "the change adds or edits a file at one of the kind's paths; a file of several documents has a section for each",
    Source.DESCRIPTION: "the change's description has a section that is called as the kind is",
}
PROBLEMS: Final = {
    ProblemKind.HEADING_MISSING: "a required heading is not there; those in code, comments and quotations do not count",
    ProblemKind.HEADING_MISPLACED: "the required headings stand in another order than in the template",
    ProblemKind.EMPTY: f"fewer than {LEAST_UNDER_A_HEADING} words stand under a heading; what nobody is shown is no word",
    ProblemKind.FILLER: (
        f"one word or sentence over and over, sample text, or at most {MOST_OF_A_PHRASE} words that fit under any heading"
        " (“n/a”, “todo”, “no risk, works as expected”)"
    ),
    ProblemKind.TEMPLATE: "only what the template says stands there, lightly edited or with its prompts uncommented",
    ProblemKind.TOO_LITTLE: "less than the kind's least number of words is left without the template, repetitions and what the change says",
    ProblemKind.RESTATEMENT: (
        f"less than {LEAST_SHARE:.0%} of it, and fewer than {ENOUGH} words, are in no three words in a row that the added"
        " lines, the title or the description have"
    ),
    ProblemKind.COMPONENT_UNNAMED: f"a changed component is not named; of more than {MOST_TO_NAME}, {MOST_TO_NAME} must be",
    ProblemKind.SCENARIO_UNANSWERED: (
        f"a failure scenario is neither named by its id (`wb:scenario-…`) nor by {LEAST_MET:.0%} of its words, or fewer than"
        f" {LEAST_ANSWER} words besides its own stand there or below"
    ),
    ProblemKind.NO_STEP: "there is no command, switch, option, commit, version, address or word for undoing",
    ProblemKind.NO_TICKET: "nothing looks like a ticket, or only the template's example does",
    ProblemKind.COULD_NOT_LOOK: (
        f"it has more than {MOST_CHARACTERS:,} characters or {MOST_HEADINGS:,} headings, the change has more than"
        f" {MOST_COMPARED:,} characters to compare it with, its bytes are not at hand, or what it must speak of is not known"
    ),
}


def documents_page() -> str:
    """The page of all kinds, of where documents are found, and of what can be wrong with them."""
    lines = [
        "# Documents",
        "",
        (
            "What a policy can ask a change to bring, written by `make docs` from the code that judges it. How to write one:"
            " [write the documents of a change](../how-to/write-documents.md)."
        ),
    ]
    for kind in find_kinds():
        lines += ["", *_kind(kind)]
    lines += ["", "## Where they are found", "", "One in which nothing is wrong is enough; which was used is said.", ""]
    lines += ["| source | when |", "|---|---|", *(f"| `{source}` | {when} |" for source, when in SOURCES.items())]
    lines += ["", "## What can be wrong", "", "| problem | when |", "|---|---|"]
    lines += [f"| `{problem}` | {when} |" for problem, when in PROBLEMS.items()]
    return "\n".join(lines) + "\n"


def _kind(kind: DocumentKind) -> Iterator[str]:
    yield f"## {kind.name}"
    yield ""
    yield kind.says
    yield ""
    asked = [ASKS[ask] for ask in kind.asks]
    if kind.least:
        asked.append(f"{kind.least} words of its own")
    yield f"It needs {'; '.join(asked)}."
    yield ""
    yield f"A section is taken for one when it is called {_listed(kind.names)}."
    if kind.ticket:
        yield ""
        yield f"Unless the policy says otherwise, a ticket looks like `{kind.ticket}`."
    if kind.parts:
        yield ""
        yield from ("| heading | or | what belongs there |", "|---|---|---|")
        for part in kind.parts:
            yield f"| {part.title} | {', '.join(part.also)} | {part.says} |"
    yield ""
    yield from ("```markdown", kind.template.rstrip("\n"), "```")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:-1]) + f" or {names[-1]}" if len(names) > 1 else names[0]
