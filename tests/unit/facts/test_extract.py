"""The front door of the facts: extractors and recognisers are found by their place."""

import pytest

from weighbridge.facts.extract import extract, extraction_key, extractor_for
from weighbridge.facts.extractor import ExtractionError


def test_a_role_without_an_extractor_has_none_and_no_key() -> None:
    assert extractor_for("prose") is None
    assert extraction_key("prose") == ""


def test_parts_of_extractors_are_no_roles() -> None:
    assert extractor_for("_python_expressions") is None


def test_extracting_a_role_nobody_reads_says_so() -> None:
    with pytest.raises(ExtractionError, match="no extractor reads files of role 'cobol'"):
        extract(b"", "cobol")
