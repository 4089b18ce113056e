"""What `.weighbridge/system.yaml` may say, and what is said of it when it is wrong."""

import json

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from scripts.write_schemas import DOCUMENTS, SCHEMAS, schema_text

from weighbridge.domain.system import AreaLevel, ComponentKind, SurfaceKind
from weighbridge.landscape.description import (
    ForbiddenRule,
    IndependenceRule,
    LayerRule,
    PublicInterfaceRule,
    SystemDescription,
)
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.system_file import load_system

SCHEMA = SCHEMAS / "system.schema.json"

WHOLE = """\
version: 1
report_only: true
components:
  payments:
    kind: service
    paths: [services/payments, "libs/pay-*"]
    tier: 1
    area: high
    owners: "@shop/payments"
    public: [services/payments/api]
    provides: ["operation:POST /payments", "pkg:npm/payments"]
    requires: ["topic:orders"]
  site: {}
areas:
  - paths: "**/migrations/**"
    level: high
    reason: a lock on orders stops the shop
architecture:
  - name: the site stays on top
    layers: [site, [payments, catalog]]
    reason: services outlive pages
  - name: money knows no looks
    forbidden: {from: payments, to: [site]}
  - name: siblings
    independent: [payments, catalog]
  - name: front door only
    public_interface: [payments]
scanners:
  - name: squawk
    paths: [db]
    required: true
surfaces:
  - paths: [docs/auth]
    kind: none
    reason: prose
  - paths: [pricing/tables]
    kind: schema
    reason: read by three systems
x-notes: anything
"""


def load(text: str) -> SystemDescription:
    return load_system(text.encode(), "system.yaml")


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(text)
    return str(caught.value).splitlines()


def test_everything_that_can_be_said_is_read() -> None:
    system = load(WHOLE)
    payments = system.component("payments")
    assert payments is not None
    assert (payments.kind, payments.tier, payments.area) == (ComponentKind.SERVICE, 1, AreaLevel.HIGH)
    assert payments.owners == ("@shop/payments",)
    assert payments.public == ("services/payments/api",)
    assert payments.line == 4
    assert system.report_only
    assert [type(rule) for rule in system.architecture] == [
        LayerRule,
        ForbiddenRule,
        IndependenceRule,
        PublicInterfaceRule,
    ]
    assert system.areas[0].reason == "a lock on orders stops the shop"
    assert system.scanners[0].required
    assert [surface.kind for surface in system.surfaces] == [None, SurfaceKind.SCHEMA]


def test_layers_keep_their_order_and_siblings() -> None:
    (rule, *_) = load(WHOLE).architecture
    assert isinstance(rule, LayerRule)
    assert rule.layers == (("site",), ("payments", "catalog"))


def test_what_is_not_said_is_not_made_up() -> None:
    site = load(WHOLE).component("site")
    assert site is not None
    assert (site.kind, site.tier, site.area, site.owners) == (None, None, None, ())


def test_all_problems_come_at_once_with_line_column_and_the_nearest_key() -> None:
    found = problems(
        "version: 1\n"
        "componets: {}\n"
        "components:\n"
        "  pay:\n"
        "    teir: 1\n"
        "    tier: 4\n"
        "    kind: servise\n"
        "report_only: yes\n"
        "areas:\n"
        "  - level: high\n"
    )
    assert found == [
        "system.yaml:2:1: unknown key `componets`: did you mean `components`?",
        "system.yaml:5:5: unknown key `teir` in `components.pay`: did you mean `tier`?",
        "system.yaml:6:11: `components.pay.tier` must be a whole number from 1 to 3, not `4`",
        "system.yaml:7:11: `components.pay.kind` cannot be `servise`: did you mean `service`?",
        "system.yaml:8:14: `report_only` must be `true` or `false`, not `yes`",
        "system.yaml:10:5: `areas[1]` needs the key `paths`: where it applies",
    ]


def test_a_key_given_twice_is_a_problem() -> None:
    assert problems("version: 1\nareas: []\nareas: []\n") == [
        "system.yaml:3:1: `areas` stands here again; it was given in line 2"
    ]


def test_a_path_belongs_to_one_component() -> None:
    text = "version: 1\ncomponents:\n  a: {paths: [x]}\n  b: {paths: [x/]}\n"
    assert problems(text) == ["system.yaml:4:3: `b` and `a` (line 3) both claim the path `x/`"]


def test_a_rule_says_one_thing() -> None:
    (problem,) = problems("version: 1\narchitecture:\n  - name: r\n    independent: [a, b]\n    layers: [a, b]\n")
    assert "exactly one of" in problem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs the key `version`"),
        ("version: 1\n---\nversion: 1\n", "a second document"),
        ("- a\n", "must be a mapping"),
        ("version: '1'\n", "must be a whole number"),
        ("version: 1\ncomponents: [a]\n", "must be a mapping from names, not a list"),
        ("version: 1\ncomponents: {a: {paths: [../x]}}\n", "cannot leave the repository"),
        ("version: 1\ncomponents: {a: {paths: ['!x']}}\n", "cannot be negated"),
        ("version: 1\ncomponents: {a: {paths: ['a/**/b/**/c/**/d/**']}}\n", "at most 3"),
        ("version: 1\ncomponents: {a: {provides: [cart]}}\n", "must be a global key"),
        ("a: [", "system.yaml:"),
        ("version: !!python/object/apply:os.system [id]\n", "asks for more than plain data"),
        ("version: 1\nx-a: &a [*a]\n", "stands for nothing that is complete"),
        ("version: 1\nx-a: " + "[" * 200, "nests deeper"),
        ("\x00", "system.yaml:1:1"),
    ],
)
def test_what_is_no_description_is_refused_in_words(text: str, words: str) -> None:
    assert words in "\n".join(problems(text))


def test_aliases_that_multiply_are_refused_before_they_are_walked() -> None:
    lines = ["version: 1", "x-0: &a0 [a,a,a,a,a,a,a,a,a]"]
    lines += [f"x-{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    assert "more than 100,000 values" in problems("\n".join(lines))[0]


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ConfigurationError):
        load_system(b"\xff\xfe\xfa", "system.yaml")


def test_a_huge_document_is_refused_unread() -> None:
    assert "larger than" in problems("# " + "x" * 1_000_001)[0]


def test_anchors_and_merge_keys_are_welcome() -> None:
    system = load("version: 1\nx-d: &d {tier: 1, kind: service}\ncomponents:\n  a: {<<: *d, kind: job}\n")
    component = system.component("a")
    assert component is not None
    assert (component.tier, component.kind) == (1, ComponentKind.JOB)


def test_a_later_version_keeps_what_is_unknown_here() -> None:
    system = load("version: 2\nbudgets: {a: [1]}\ncomponents: {a: {colour: red, tier: 2}}\n")
    assert system.newer == {"budgets": {"a": ["1"]}, "components.a.colour": None}
    assert system.version == 2


def test_a_later_version_is_still_held_to_what_is_known() -> None:
    assert "must be a whole number" in problems("version: 2\ncomponents: {a: {tier: x}}\n")[0]


def test_the_published_schema_is_the_shape() -> None:
    assert SCHEMA.read_text() == schema_text(*DOCUMENTS[SCHEMA.name]), "run `python -m scripts.write_schemas`"
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))


def test_the_schema_takes_what_the_loader_takes() -> None:
    jsonschema.validate(yaml.safe_load(WHOLE), json.loads(SCHEMA.read_text()))


_KEYS = st.sampled_from(["version", "components", "areas", "paths", "level", "name", "layers", "tier", "high", "a"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(alphabet='ab1*/:-~ \né\0"#', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


def read_or_refused(data: bytes) -> bool:
    """Whether the bytes are a description, or are refused with the place of each problem."""
    try:
        return load_system(data, "system.yaml").version >= 1
    except ConfigurationError as error:
        return bool(error.problems) and all(problem.mark.line >= 1 for problem in error.problems)


@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_any_document_is_either_read_or_refused_with_places(document: dict[str, object]) -> None:
    assert read_or_refused(yaml.safe_dump(document).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_either_read_or_refused(data: bytes) -> None:
    assert read_or_refused(data)
