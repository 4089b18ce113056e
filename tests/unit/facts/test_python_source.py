"""Bytes that Python would read otherwise than they look, or not at all."""

import pytest
from tests.unit.facts.spelling import spelled

from weighbridge.facts.extractor import ExtractionError
from weighbridge.facts.languages.python import extract


@pytest.mark.parametrize(
    "data",
    [
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\nx = '\xe9'\n",
        b"# coding: cp1252\r\nx = '\xe9'\r\n",
        "# coding: utf8\nx = 'é'".encode(),
        "\ufeff# coding: utf-8\nx = 'é'".encode(),
        "\ufeffx = 'é'".encode(),
        "\n# coding=UTF-8-unix\nx = 'é'".encode(),
    ],
)
def test_a_declared_encoding_is_read_as_python_reads_it(data: bytes) -> None:
    facts = extract(data, "python", in_detail=True)
    assert [spelled(step.value) for step in facts.steps] == ["'é'"]
    assert facts.errors == ()


def test_positions_are_those_of_the_original_lines() -> None:
    facts = extract(b"# coding: latin-1\n'\xe9\xe9\xe9'\nf()\n", "python", in_detail=True)
    assert facts.steps[0].line == 3
    assert facts.lines == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"# coding: rot13\ncevag(1)\n", "bytes shown are not bytes run"),
        (b"# coding: utf-7\n+AHg- = 1\n", "bytes shown are not bytes run"),
        (b"# coding: unicode_escape\n\\u0078 = 1\n", "bytes shown are not bytes run"),
        (b"# coding: raw_unicode_escape\n", "bytes shown are not bytes run"),
        (b"# coding: utf-16\n", "bytes shown are not bytes run"),
        (b"# coding: cp037\n", "bytes shown are not bytes run"),
        (b"# coding: iso2022_jp\n", "bytes shown are not bytes run"),
        (b"# coding: hz\n", "bytes shown are not bytes run"),
        (b"# coding: idna\n", "bytes shown are not bytes run"),
        (b"# coding: zlib\n", "bytes shown are not bytes run"),
        (b"# coding: no-such-codec\n", "a codec Python does not know"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "byte order mark"),
        (b"x = '\xe9'\n", "line 1 is not UTF-8"),
        (b"# coding: ascii\n\nx = '\xe9'\n", "line 3 is not the declared ascii"),
        (b"x = 1\ny = \0\n", "null byte in line 2"),
        ("x = 1".encode("utf-16"), "null byte in line 1"),
    ],
)
def test_what_python_would_run_otherwise_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(ExtractionError, match=words):
        extract(data, "python", in_detail=True)


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\n\n# coding: rot13\n",
        b"x = 1\n# coding: rot13\n",
        b"'coding: rot13'\n",
        b"# the encoding rot13 is not declared here\n",
    ],
)
def test_a_cookie_where_python_does_not_look_declares_nothing(data: bytes) -> None:
    assert extract(data, "python", in_detail=True).errors == ()
