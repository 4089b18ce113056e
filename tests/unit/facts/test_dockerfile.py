"""Dockerfiles: continuations, here-documents, arguments, stages, what is for later builds; and any text at all."""

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.dockerfile import filled, read_dockerfile
from weighbridge.facts.roles import role_of

WHOLE = """\
# syntax=docker/dockerfile:1
ARG VERSION=3.13
ARG BASE=python:${VERSION}-slim
FROM --platform=$BUILDPLATFORM ${BASE} AS build
ARG VERSION
ENV PATH=/opt/bin:$PATH NAME="a b"
# a comment
RUN apt-get update \\
    # one inside
    && apt-get install -y curl \\

    git
COPY <<EOF <<-'END' /etc/
first $VERSION
EOF
\tsecond
\tEND
RUN echo $((1<<2)) done
ONBUILD USER root
FROM build
USER app
CMD ["serve", "--port", "80"]
"""


def test_stages_begin_with_what_their_arguments_say() -> None:
    said = read_dockerfile(WHOLE)

    assert [(each.base, each.name, each.line) for each in said.stages] == [
        ("python:3.13-slim", "build", 4),
        ("build", "", 20),
    ]
    assert [each.label for each in said.shipped] == ["1", "build"]
    assert said.unread == ()


def test_lines_are_put_together_without_the_comments_between() -> None:
    run = next(read_dockerfile(WHOLE).stages[0].of("RUN"))

    assert " ".join(run.text.split()) == "apt-get update && apt-get install -y curl git"
    assert (run.line, run.end_line) == (8, 12)


def test_here_documents_belong_to_their_instruction() -> None:
    copy = next(read_dockerfile(WHOLE).stages[0].of("COPY"))

    assert copy.document == "first $VERSION\nsecond"
    assert copy.end_line == 17


def test_a_shift_of_bits_begins_no_document() -> None:
    *_, run = read_dockerfile("FROM a\nRUN echo $((x<<n))\nUSER app\n").stages[0].instructions

    assert run.name == "USER"


def test_what_is_for_later_builds_is_not_done_in_this_one() -> None:
    build, last = read_dockerfile(WHOLE).stages

    assert build.last("USER") is None
    user = last.last("USER")
    assert user is not None
    assert user.text == "app"


def test_lists_and_pairs_are_told_apart() -> None:
    build, last = read_dockerfile(WHOLE).stages
    command, environment = last.last("CMD"), build.last("ENV")

    assert command is not None
    assert command.words == ["serve", "--port", "80"]
    assert environment is not None
    assert environment.pairs == [("PATH", "/opt/bin:$PATH"), ("NAME", "a b")]


def test_another_sign_may_continue_lines() -> None:
    said = read_dockerfile("# escape=`\nFROM windows\nRUN dir C:\\\nRUN echo `\n  b\n").stages[0]

    assert [" ".join(each.text.split()) for each in said.instructions] == ["dir C:\\", "echo b"]


def test_the_old_form_of_a_variable_has_one_value() -> None:
    (each,) = read_dockerfile("FROM a\nENV GREETING hello all\n").stages[0].instructions

    assert each.pairs == [("GREETING", "hello all")]


def test_what_is_no_instruction_is_told() -> None:
    assert read_dockerfile("FROM a\n{% if x %}\nRUN b\n").unread == ((2, 2),)
    assert read_dockerfile("RUN before any stage\n").unread == ((1, 1),)


def test_variables_are_filled_in_as_the_builder_does() -> None:
    values = {"A": "1", "E": ""}

    assert filled("$A ${A} ${B:-2} ${A:+3} ${B:+4} ${E:-5} $B", values) == "1 1 2 3  5 $B"


def test_files_are_known_by_their_names() -> None:
    yes = ("Dockerfile", "a/Dockerfile.prod", "web.Dockerfile", "Containerfile", "Dockerfile-build", "a/dockerfile")
    no = (
        "Dockerfile.md",
        "Dockerfile.py",
        "Dockerfile.j2",
        ".dockerignore",
        "Dockerfile.dockerignore",
        "mydockerfiles",
    )

    assert [role_of(RepoPath(each)) for each in yes] == ["dockerfile"] * len(yes)
    assert "dockerfile" not in [role_of(RepoPath(each)) for each in no]


@given(start=st.integers(0, len(WHOLE)), length=st.integers(0, 60), put=st.text(max_size=20))
def test_a_file_that_is_damaged_anywhere_breaks_nothing(start: int, length: int, *, put: str) -> None:
    said = read_dockerfile(WHOLE[:start] + put + WHOLE[start + length :])

    for stage in said.stages:
        for each in stage.instructions:
            assert each.line <= each.end_line
            assert isinstance(each.pairs, list)
    assert len(said.shipped) <= len(said.stages)
