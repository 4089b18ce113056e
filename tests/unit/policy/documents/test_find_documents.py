"""Documents are found in the ledger, in changed files and in the description, and which was used is said."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from tests.unit.policy.documents.samples import ABOUT, GOOD_NOTE, GOOD_PLAN, KINDS, NOTE, ROLLBACK, told

from weighbridge.domain.ids import Digest, ObjectId, RepoPath, digest
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.record import Assurance, Attachment, Subject, Voice
from weighbridge.policy.documents.context import DocumentContext
from weighbridge.policy.documents.find_documents import (
    FoundDocument,
    JudgedDocument,
    find_documents,
    judge_documents,
)
from weighbridge.policy.documents.kind import DocumentKind

CHANGES = RepoPath("docs/changes/SHOP-12.md")
FILED = NOTE.configured(paths=("docs/changes/*.md",))


def attachment(text: str | None, *, kind: str = "design-note", entry: int = 7, of: str | None = None) -> Attachment:
    voice = Voice(
        person="ada", assurance=Assurance.KEY, key="SHA256:x", at=datetime(2026, 3, 1, tzinfo=UTC), entry=entry
    )
    subject = Subject(
        ledger="shop/00",
        base_tree=ObjectId("1" * 40),
        head_tree=ObjectId("2" * 40),
        head_commit=None,
        decision=Digest("sha256:" + "0" * 64),
    )
    named = digest((text if of is None else of or "").encode()) if text is not None else digest(b"")
    return Attachment(voice=voice, subject=subject, kind=kind, digest=named, text=text)


def found(
    kind: DocumentKind = FILED,
    *,
    attachments: tuple[Attachment, ...] = (),
    files: dict[RepoPath, str | CouldNotLook] | None = None,
    description: str = "",
) -> tuple[FoundDocument, ...]:
    return find_documents([kind], attachments=attachments, files=files or {}, description=description)


def best(kind: DocumentKind, documents: tuple[FoundDocument, ...], *, about: DocumentContext = ABOUT) -> JudgedDocument:
    return judge_documents(kind, documents, about=about)[0]


def test_an_attachment_is_used_and_named_by_person_and_entry() -> None:
    judged = best(NOTE, found(NOTE, attachments=(attachment(GOOD_NOTE), attachment("x", kind="threat-model"))))

    assert judged.problems == ()
    assert judged.document.where == "attached by ada (entry 7 of the ledger)"


def test_the_newest_attachment_comes_first() -> None:
    documents = found(NOTE, attachments=(attachment("old", entry=1), attachment("new", entry=2)))

    assert [each.text for each in documents] == ["new", "old"]


@pytest.mark.parametrize("given", [attachment(None), attachment(GOOD_NOTE, of="another text")])
def test_an_attachment_whose_bytes_are_missing_or_others_is_a_reason_not_a_pass(given: Attachment) -> None:
    judged = best(NOTE, found(NOTE, attachments=(given,)))

    assert told(judged.problems) == ["could-not-look"]
    assert judged.problems[0].missing is not None


def test_a_file_at_the_kinds_paths_is_used() -> None:
    documents = found(files={CHANGES: GOOD_NOTE, RepoPath("docs/other.md"): GOOD_NOTE})

    assert [each.where for each in documents] == [f"{CHANGES}, “Design note”"]
    assert best(FILED, documents).problems == ()


def test_a_file_that_holds_nothing_else_needs_no_title() -> None:
    documents = found(files={CHANGES: GOOD_NOTE.removeprefix("# Design note\n")})

    assert [each.where for each in documents] == [CHANGES]
    assert best(FILED, documents).problems == ()


def test_a_file_restates_neither_itself_nor_what_else_the_change_brings_with_it() -> None:
    about = replace(ABOUT, added={**ABOUT.added, CHANGES: GOOD_NOTE})

    assert best(FILED, found(files={CHANGES: GOOD_NOTE}), about=about).problems == ()
    assert "restatement" in told(best(NOTE, found(NOTE, attachments=(attachment(GOOD_NOTE),)), about=about).problems)


def test_a_file_that_cannot_be_read_is_a_reason_not_a_pass() -> None:
    missing = CouldNotLook(reason=Reason.LIMIT, detail="too large")

    assert best(FILED, found(files={CHANGES: missing})).problems[0].missing == missing


def test_a_file_may_hold_several_documents() -> None:
    plan = ROLLBACK.configured(paths=("docs/changes/*.md",))
    both = (
        "# SHOP-12\n\n"
        + GOOD_NOTE.replace("# ", "## ").replace("###", "###")
        + "\n#"
        + GOOD_PLAN.replace("\n## ", "\n### ")
    )
    documents = find_documents([FILED, plan], files={CHANGES: both}, description="")

    assert [each.where for each in documents] == [f"{CHANGES}, “Design note”", f"{CHANGES}, “Rollback plan”"]
    assert best(plan, documents).problems == ()
    assert best(FILED, documents).problems == ()


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_section_of_the_description_is_used_and_is_no_description_then(ends: str) -> None:
    description = ("We sell in francs.\n\n" + GOOD_NOTE + "\n# Tests\n\nThey pass.\n").replace("\n", ends)
    documents = found(description=description)
    judged = best(FILED, documents, about=replace(ABOUT, description=description))

    assert judged.document.where == "the change's description, “Design note”"
    assert judged.problems == ()
    assert "Tests" not in str(judged.document.text)


def test_a_section_of_one_letter_takes_nothing_else_out_of_the_description() -> None:
    argument = GOOD_NOTE.replace("#", "").strip()
    description = f"{argument}\n\n## Rollback plan\ne\n"
    documents = (*found(ROLLBACK, description=description), *found(NOTE, attachments=(attachment(GOOD_NOTE),)))

    judged = judge_documents(NOTE, documents, about=replace(ABOUT, description=description))

    assert "restatement" in told(judged[0].problems)


def test_problems_are_told_by_the_line_of_where_the_document_stands() -> None:
    description = "We sell in francs.\n\n# Entwurf\n\n## Context\n\nn/a\n"

    judged = best(NOTE, found(NOTE, description=description))

    assert [problem.line for problem in judged.problems if problem.kind == "filler" and problem.line] == [5]


def test_an_underlined_title_is_no_part_of_the_document() -> None:
    (document,) = found(NOTE, description="Design note\n-----------\n\nContext\n.......\n\nwhy\n")

    assert document.text == "\nContext\n.......\n\nwhy\n"
    assert document.first == 3


def test_the_document_with_the_fewest_problems_counts() -> None:
    documents = found(attachments=(attachment("n/a"),), files={CHANGES: GOOD_NOTE})

    assert [each.source for each in documents] == ["attachment", "file"]
    assert best(FILED, documents).document.source == "file"


def test_a_description_that_is_too_long_is_a_reason_not_nothing() -> None:
    (document,) = found(NOTE, description="x " * 300_000)

    assert isinstance(document.text, CouldNotLook)


def test_nothing_is_found_where_nothing_is() -> None:
    assert find_documents(KINDS.values(), files={CHANGES: GOOD_NOTE}, description="a change") == ()
