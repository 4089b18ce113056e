"""What is remembered of texts read before changes no facts of the files read after."""

from weighbridge.facts.extract import extract
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Item, Name


def python(source: str) -> FileFacts:
    return extract(source.encode(), "python")


def annotations(facts: FileFacts) -> list[Expr | None]:
    return [parameter.annotation for definition in facts.definitions for parameter in definition.parameters]


def test_an_annotation_met_again_is_read_the_same() -> None:
    source = "def f(part: shop.Part[int], /) -> 'shop.Part | None': ...\n"

    first, again = python(source), python("\n\n" + source)

    assert annotations(first) == annotations(again) == [Item(Attribute(Name("shop"), "Part"), Name("int"))]
    assert first.definitions[1].returns == again.definitions[1].returns


def test_a_call_in_an_annotation_has_its_own_line_each_time() -> None:
    facts = python("def f(a: Depends(db)): ...\n\n\ndef g(a: Depends(db)): ...\n")

    assert [annotation.line for annotation in annotations(facts) if isinstance(annotation, Call)] == [1, 4]


def test_a_lambda_among_parameters_is_a_definition_each_time() -> None:
    facts = python("def f(key=lambda x: x): ...\ndef g(key=lambda x: x): ...\n")

    assert [definition.kind for definition in facts.definitions[1:]] == ["lambda", "function", "lambda", "function"]


def test_a_name_bound_among_parameters_is_bound_each_time() -> None:
    facts = python("def f(a=[b for b in c]): ...\ndef g(a=[b for b in c]): ...\n")

    assert [step.line for step in facts.steps if step.kind == "iterate"] == [1, 2]


def test_quotes_in_an_annotation_count_for_nothing_each_time() -> None:
    single, again, double = (python(f"class A:\n    part: {text} = 1\n") for text in ("'Part'", "'Part'", '"Part"'))

    assert single.definitions[1].body == again.definitions[1].body == double.definitions[1].body


def test_a_file_with_errors_is_read_by_itself() -> None:
    whole = python("def f(part: Part): ...\n")
    broken = python("def f(part: Part): ...\ndef (\n")

    assert broken.errors
    assert annotations(broken)[:1] == annotations(whole)


def test_a_constant_at_the_root_of_a_member_is_no_name() -> None:
    facts = python("None.x()\nTrue.x()\nNone_.x()\n")

    roots = [step.value.function for step in facts.steps if isinstance(step.value, Call)]
    assert [isinstance(root, Attribute) and isinstance(root.of, Name) for root in roots] == [False, False, True]
