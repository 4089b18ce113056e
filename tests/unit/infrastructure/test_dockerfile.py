"""Dockerfiles that somebody wrote to be read for long, or to hide what they do."""

import time

import pytest

from weighbridge.facts.dockerfile import filled, read_dockerfile


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" + "ENV A0=aaaaaaaa\n" + "".join(f"ENV A{n + 1}=$A{n}$A{n}\n" for n in range(40)),
        "FROM a\n" + "RUN a<<A\n" * 15000,
        "FROM a\n" + "RUN <<A\n" * 15000,
        "FROM a\nENV a=b " + "a" * 100000,
        "FROM a\nRUN " + "--a=b " * 100000 + "x",
        "FROM a\nRUN " + "\\\n" * 100000,
        'FROM a\nCMD ["' + '\\"' * 50000,
        'FROM a\nRUN "' + '\\"' * 50000,
        "FROM a0\n" + "".join(f"FROM a{n} AS a{n + 1}\n" for n in range(10000)),
    ],
    ids=range(9),
)
def test_no_dockerfile_is_read_for_long(text: str) -> None:
    began = time.process_time()
    said = read_dockerfile(text)
    for stage in said.stages:
        said.stage(stage.base)
        for each in stage.instructions:
            assert len(each.pairs) + len(each.words) >= 0
    assert said.shipped

    assert time.process_time() - began < 2


def test_a_text_grows_only_so_far_when_it_is_filled_in() -> None:
    assert len(filled("$A" * 50000, {"A": "a" * 1000})) < 110000
    assert filled("$A-$B", {"A": "a" * 5000, "B": "b"}) == "$A-b"


def test_what_is_quoted_begins_no_document() -> None:
    said = read_dockerfile("FROM a\nRUN echo '<<X' \" <<X\" \\<<X\nUSER root\nX\n")

    assert [each.name for each in said.stages[0].instructions] == ["RUN", "USER"]


def test_a_quoted_end_ends_a_document_all_the_same() -> None:
    said = read_dockerfile("FROM a\nRUN cat <<'X' \"b\" 3<<-Y\none\nX\n\ttwo\n\tY\nUSER c\n")

    assert [each.document for each in said.stages[0].instructions] == ["one\ntwo", ""]
