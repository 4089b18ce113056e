"""Documents that real people wrote, and ones that say nothing: `python -m benchmarks.documents --proposals CLONE… --history CLONE…`.

Proposals are the design notes of public projects, such as clones of python/peps, rust-lang/rfcs and
kubernetes/enhancements: all must pass, headings aside. A history is that of a project whose commits argue, such as git/git:
its long messages are real notes beside their own changes, and from the same commits notes are made that only say again what
the change says. Whatever is drawn is drawn by its digest, the same each time.
"""

import argparse
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from scripts.write_status import Row

from benchmarks.measuring import keep
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.roles import role_of
from weighbridge.landscape.test_files import is_test
from weighbridge.policy.documents.check import check_document, content_problems
from weighbridge.policy.documents.context import ChangedPart, DocumentContext, DocumentProblem, ProblemKind
from weighbridge.policy.documents.fill import fill_template
from weighbridge.policy.documents.filler import filler_in
from weighbridge.policy.documents.find_kinds import find_kinds
from weighbridge.policy.documents.form import prose
from weighbridge.policy.documents.kind import Ask, DocumentKind
from weighbridge.policy.documents.outline import Line, read_outline
from weighbridge.policy.documents.words import words_of

NOTE: Final = next(kind for kind in find_kinds() if kind.name == "design-note")
ROLLBACK: Final = next(kind for kind in find_kinds() if kind.name == "rollback-plan")
NAMELESS: Final = replace(NOTE, asks=tuple(ask for ask in NOTE.asks if ask is not Ask.COMPONENTS))
_PROPOSAL: Final = re.compile(r"(?:text/[^/]+\.md|peps/pep-\d+\.rst|keps/.+/README\.md)")
_TRAILER: Final = re.compile(r"(?m)^[A-Z][\w-]+(?:-[Bb]y|-Id)?: .*$")
_DEFINES: Final = re.compile(
    r"(?m)^\s*(?:static |public |async )*(?:def|class|func|function|int|void|struct)\s+\**(\w{4,})"
)
_LONG: Final = 120
"""Words from which a message argues rather than notes."""
_FILLERS: Final = (
    *("n/a", "N/A.", "none", "TODO", "tbd", "To be determined.", "not applicable", "see above", "Same as above.", "…"),
    *("---", "- ", "lorem ipsum dolor sit amet, consectetur adipiscing elit", "asdf asdf asdf asdf", "ok ok ok ok ok"),
    *(
        "No risk.",
        "Low risk, works as expected.",
        "Everything was tested and works.",
        "See description.",
        "See the ticket.",
    ),
    *("entfällt", "siehe oben", "noch offen", "sin objeto", "néant", "特になし", "\u200b", "&nbsp;", "<!-- later -->"),
)


class Told(Struct, frozen=True, kw_only=True):
    """One commit: its message taken apart, and the lines it adds."""

    subject: str
    body: str
    added: dict[RepoPath, str]
    symbols: dict[RepoPath, tuple[str, ...]]
    """What git says is around the changed lines."""

    @property
    def change(self) -> DocumentContext:
        """The change as its note is judged against it, the note itself not being its description."""
        return DocumentContext(components=tuple(self._parts()), added=self.added, title=self.subject)

    def _parts(self) -> Iterator[ChangedPart]:
        names: dict[str, dict[str, None]] = {}
        for path, text in self.added.items():
            if is_test(path) or path.startswith("t/") or role_of(path) == "prose":
                continue
            folder, _, file = path.rpartition("/")
            aliases = names.setdefault(folder.partition("/")[0] or "the rest", {})
            symbols = (*_DEFINES.findall(text), *self.symbols[path])
            aliases.update(dict.fromkeys((path, file, file.partition(".")[0], folder.rpartition("/")[2], *symbols)))
        return (ChangedPart(name=name, aliases=tuple(aliases)) for name, aliases in names.items())


def git(clone: str, *arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", "-C", clone, *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def drawn(names: Sequence[str], most: int) -> list[str]:
    """At most as many of the names, the same each time."""
    return sorted(names, key=lambda name: sha256(name.encode()).digest())[:most]


def proposals(clone: str, most: int) -> Iterator[tuple[str, str]]:
    """Proposals of at least 300 words, by path; in a project that has none, its Markdown pages."""
    every = git(clone, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    paths = [path for path in every if _PROPOSAL.fullmatch(path)]
    paths = paths or [path for path in every if path.endswith(".md")]
    found = 0
    for path in drawn(paths, len(paths)):
        text = git(clone, "show", f"HEAD:{path}")
        if len(words_of(text)) >= 300:
            found += 1
            yield path, text
        if found == most:
            return


def commits(clone: str, most: int) -> Iterator[Told]:
    """Commits that say at length why they are made and that add something."""
    told = git(clone, "log", "--no-merges", "-n", "8000", "--format=%x01%H%x02%s%x02%b").split("\x01")[1:]
    rows = {one.partition("\x02")[0]: one.split("\x02")[1:] for one in told}
    long = [oid for oid, (_, body) in rows.items() if len(words_of(_TRAILER.sub("", body))) >= _LONG]
    for oid in drawn(long, most):
        subject, body = rows[oid]
        added, symbols = read_patch(git(clone, "show", "--format=", "-U0", "--no-renames", oid))
        if added:
            yield Told(subject=subject, body=_TRAILER.sub("", body).strip(), added=added, symbols=symbols)


def read_patch(patch: str) -> tuple[dict[RepoPath, str], dict[RepoPath, tuple[str, ...]]]:
    """The added lines of a patch, and the names around its changed lines, by path."""
    found: dict[RepoPath, list[str]] = {}
    around: dict[RepoPath, dict[str, None]] = {}
    path = RepoPath("")
    for line in patch.split("\n"):
        if line.startswith("+++ b/"):
            path = RepoPath(line[6:].rstrip("\t"))
        elif line.startswith("@@ "):
            names = re.findall(r"\b(\w{4,})\s*[({:=]", line.rpartition("@@")[2])
            around.setdefault(path, {}).update(dict.fromkeys(names))
        elif line.startswith("+") and not line.startswith("+++ "):
            found.setdefault(path, []).append(line[1:])
    added = {path: "\n".join(lines) for path, lines in found.items() if path}
    return added, {path: tuple(around.get(path, ())) for path in added}


def under_headings(texts: Sequence[str], kind: DocumentKind = NOTE) -> str:
    """A document with these texts under the required headings, in turn."""
    parts = (f"## {part.title}\n\n{texts[at % len(texts)]}\n" for at, part in enumerate(kind.parts))
    return f"# {kind.title}\n\n" + "\n".join(parts)


def spread(text: str) -> str:
    """A document that has a text's sentences under the required headings."""
    sentences = [one for one in re.split(r"(?<=[.!?])\s+|\n\n+", text) if one.strip()]
    size = -(-len(sentences) // len(NOTE.parts))
    return under_headings([" ".join(sentences[at : at + size]) for at in range(0, len(sentences), size)] or [text])


def restated(told: Told, rng: Random) -> Iterator[tuple[str, str, DocumentContext]]:
    """Notes made of nothing but the change, each with its kind and what it is judged against."""
    change, described = told.change, replace(told.change, description=told.body)
    yield "the message, pasted", spread(told.body), described
    sentences = re.split(r"(?<=[.!?])\s+|\n\n+", told.body)
    rng.shuffle(sentences)
    words = " ".join(sentences).split()
    thinned = " ".join(word for at, word in enumerate(words) if at % 8 != 7)
    yield "the message, shuffled, every eighth word left out", spread(thinned), described
    lines = [line.strip() for text in told.added.values() for line in text.split("\n") if len(line.split()) > 1]
    yield "the added lines, pasted", under_headings(fenced(lines)), change
    verbal = [f"In {path} this was added. " for path in list(told.added)[:6]]
    verbal += [f"It adds the line `{line}` here. " for line in lines[:24]]
    yield "the added lines, put in words", under_headings(["".join(verbal[at::4]) for at in range(4)]), change
    names = sorted(set(_DEFINES.findall("\n".join(told.added.values()))))[:12]
    listed = (
        f"{told.subject}. This change updates {', '.join(list(told.added)[:8])}.",
        f"It modifies {', '.join(names) or 'the code'} so that the new behaviour is in place.",
        "The old code was changed and the new code was added.",
        "The tests were updated accordingly.",
    )
    yield "a list of files and functions", under_headings(listed), change


def fenced(lines: Sequence[str]) -> list[str]:
    """The lines as code, in four pieces."""
    size = -(-len(lines) // 4) or 1
    return ["```\n" + "\n".join(lines[at : at + size]) + "\n```" for at in range(0, len(lines) or 1, size)]


def empty(change: DocumentContext) -> Iterator[tuple[str, str]]:
    """Documents that nobody filled in, by kind."""
    template = fill_template(NOTE, change)
    yield "the template", template
    prompts = template.replace("<!--", "").replace("-->", "")
    yield "the template, its prompts uncommented", prompts
    for every in (3, 5, 8):
        words = prompts.split(" ")
        edited = (f"{word}x" if at % every == 0 and word.isalpha() else word for at, word in enumerate(words))
        yield f"the template, every {every}th word replaced", " ".join(edited)
    for filler in _FILLERS:
        yield "filler under each heading", under_headings([filler])
        yield "filler said forty times under each heading", under_headings([f"{filler} " * 40])
    yield "each heading again", under_headings([f"{part.title} {part.title}" for part in NOTE.parts])


def judged(text: str, about: DocumentContext, *, kind: DocumentKind = NOTE) -> tuple[DocumentProblem, ...]:
    """What is wrong with a text, headings aside."""
    outline = read_outline(text)
    assert not isinstance(outline, CouldNotLook), "what people wrote is not too long"
    return tuple(content_problems(kind, outline, about=about))


def rate(item: str, hits: int, *, of: int, goal: float, more_is_better: bool) -> Row:
    """A share in percent."""
    figure = round(100 * hits / of, 1) if of else 0.0
    return Row(item=item, figure=figure, unit="%", goal=goal, more_is_better=more_is_better, note=f"{hits} of {of}")


def refused_rows(real: Mapping[str, Sequence[tuple[str, tuple[DocumentProblem, ...]]]]) -> Iterator[Row]:
    """Of each source of real notes, the share that was refused; the reasons are printed."""
    for source, notes in real.items():
        refused = [(name, problems) for name, problems in notes if problems]
        for name, problems in refused:
            print(f"  refused: {source} {name}: {'; '.join(str(problem) for problem in problems)}"[:240])
        yield rate(
            f"refused: {source}",
            len(refused),
            of=len(notes),
            goal=100 if "(goal" in source else 3,
            more_is_better="(goal" in source,
        )


def caught_rows(bad: Mapping[str, Sequence[tuple[DocumentProblem, ...]]]) -> Iterator[Row]:
    """Of each way to say nothing, the share that was caught."""
    for way, verdicts in bad.items():
        yield rate(f"caught: {way}", sum(map(bool, verdicts)), of=len(verdicts), goal=95, more_is_better=True)


Notes = dict[str, list[tuple[str, tuple[DocumentProblem, ...]]]]


def of_proposals(clone: str, told: Sequence[Told], *, most: int) -> Notes:
    """The verdicts on a project's proposals, on each of their sections, and on their plans of rolling back."""
    name, found = name_of(clone), Notes()
    for at, (path, text) in enumerate(proposals(clone, most)):
        foreign = replace(told[at % len(told)].change, components=())
        found.setdefault(f"proposals of {name}", []).append((path, judged(text, foreign)))
        for title, lines in parts_of(text):
            why = filler_in(prose(lines), heading=words_of(title))
            part = "\n".join(line.text for line in lines)
            problem = DocumentProblem(kind=ProblemKind.FILLER, what=why, remedy=" ".join(part.split())[:100])
            found.setdefault(f"sections of proposals of {name}, for filler", []).append(
                (title, (problem,) if why else ())
            )
            if "can we roll back the enablement" in title and len(words_of(part)) >= ROLLBACK.least and not why:
                plan = judged(part, DocumentContext(), kind=ROLLBACK)
                found.setdefault(f"plans of rolling back of {name}", []).append((f"{path}: {title}", plan))
    return found


def parts_of(text: str) -> Iterator[tuple[str, Sequence[Line]]]:
    """The headings of a text that have words right under them, with those."""
    outline = read_outline(text)
    assert not isinstance(outline, CouldNotLook), "what people wrote is not too long"
    ends = [section.start for section in outline.sections[1:]] + [len(outline.lines)]
    for section, end in zip(outline.sections, ends, strict=False):  # a text without headings has an end all the same
        lines = outline.lines[section.start : end]
        if prose(lines):
            yield section.title, lines


def of_messages(name: str, told: Sequence[Told]) -> Notes:
    """The verdicts on messages that argue, beside their changes."""
    found = Notes()
    for one in told:
        verdict = judged(one.body, one.change, kind=NAMELESS)
        unnamed = tuple(set(judged(one.body, one.change)) - set(verdict))
        found.setdefault(f"messages of {name} beside their changes", []).append((one.subject, verdict))
        found.setdefault(f"messages of {name}, for a component they do not name", []).append((one.subject, unnamed))
    return found


def of_nothing(told: Sequence[Told]) -> dict[str, list[tuple[DocumentProblem, ...]]]:
    """The verdicts on texts that say nothing, none of them asked to name a component."""
    rng = Random(1)  # noqa: S311 - a benchmark draws, nothing is secret
    bad: dict[str, list[tuple[DocumentProblem, ...]]] = {}
    for one in told:
        for way, text, about in restated(one, rng):
            bad.setdefault(way, []).append(check_document(NAMELESS, text, about=about))
    for way, text in empty(told[0].change):
        bad.setdefault(way, []).append(check_document(NAMELESS, text, about=told[0].change))
    return bad


def name_of(clone: str) -> str:
    """What a clone is called: its folder, or the one above a folder called `repo`."""
    path = Path(clone)
    return path.parent.name if path.name == "repo" else path.name


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge real notes and empty ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proposals", nargs="*", default=[], metavar="CLONE")
    parser.add_argument("--history", nargs="*", default=[], metavar="CLONE")
    parser.add_argument("--most", type=int, default=100, help="proposals and commits of each clone")
    parser.add_argument("--keep", action="store_true", help="keep the run in benchmarks/results")
    asked = parser.parse_args(arguments)
    told = {name_of(clone): list(commits(clone, asked.most)) for clone in asked.history}
    every = [one for each in told.values() for one in each] or [Told(subject="", body="", added={}, symbols={})]
    real = Notes()
    for clone in asked.proposals:
        real |= of_proposals(clone, every, most=asked.most)
    for name, each in told.items():
        real |= of_messages(name, each)
    bad = of_nothing(every)
    bad["a proposal that is its own description"] = [
        judged(text, DocumentContext(description=text), kind=NAMELESS)
        for clone in asked.proposals
        for _, text in proposals(clone, asked.most)
    ]
    rows = [*refused_rows(real), *caught_rows(bad)]
    if asked.keep:
        keep("documents", rows, command="python -m benchmarks.documents --proposals … --history …")
        return
    for row in rows:
        print(f"  {row.item:<75}{row.figure:>6g} {row.unit} {row.note}")


if __name__ == "__main__":
    main()
