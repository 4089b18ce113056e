"""Go sources and the facts they hold."""

import pytest
from tests.unit.facts.spelling import extracted, spelled, steps_of

from weighbridge.facts.model import Definition, FileFacts, Import


def in_function(body: str) -> list[str]:
    return steps_of(extracted(f"package p\n\nfunc f() {{\n{body}\n}}\n", "go"), "f")


def named(facts: FileFacts, name: str) -> Definition:
    return next(each for index, each in enumerate(facts.definitions) if facts.qualified_name(index) == name)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("x := g(1, a.b)", ["bind x = g(1, a.b)"]),
        ("a, err := g()", ["bind value@4:1 = g()", "bind a = value@4:1[0]", "bind err = value@4:1[1]"]),
        ("_, err := g()", ["bind value@4:1 = g()", "bind err = value@4:1[1]"]),
        ("a, b = c, d", ["bind a = c", "bind b = d"]),
        ("v, ok := x.(*Order)", ["bind v = Order(x)", "bind ok = _"]),
        ("v, ok := table[key]", ["bind v = table[key]", "bind ok = _"]),
        ("var _ Store = (*Disk)(nil)", ["use = Disk(_)", "use = Store"]),
        ("_ = g()", ["use = g()"]),
        ("_, _ = g()", ["use = g()"]),
        ("s.items[0] = x", ["bind s.items[0] = x"]),
        ("n += g()", ["bind n = (n | g())"]),
        ("n++", ["bind n = (n)"]),
        ("var x *Order", ["bind x: Order = _"]),
        ("var x, y []Order = g(), h()", ["bind x: [][Order] = g()", "bind y: [][Order] = h()"]),
        ("for _, o := range orders { o.Pay() }", ["iterate o = orders", "use = o.Pay()"]),
        ("for i, o := range orders {}", ["bind i = _", "iterate o = orders"]),
        ("for o := range queue {}", ["iterate o = queue"]),
        ("for i := range 10 {}", ["iterate i = 10"]),
        ("for {}", []),
        ("return a, nil", ["return = {0: a, 1: _}"]),
        ("return", []),
        ("go g(x)", ["use = g(x)"]),
        ("defer s.mu.Unlock()", ["use = s.mu.Unlock()"]),
        ("queue <- order", ["bind queue[_] = order"]),
        ("v, ok := <-queue", ["bind v = queue[_]", "bind ok = _"]),
        ("select { case v := <-queue: g(v); default: }", ["bind v = queue[_]", "use = g(v)"]),
        ("if err := g(); err != nil { return err }", ["bind err = g()", "use = (err)", "return = err"]),
        (
            "switch v := x.(type) { case *A: v.M(); case B, C: }",
            ["bind v: A = x", "use = v.M()", "bind v = x", "use = B", "use = C"],
        ),
        ("switch g() { case k: h() }", ["use = g()", "use = k", "use = h()"]),
        ("outer: for { break outer }", []),
    ],
)
def test_a_statement_becomes_steps(statement: str, expected: list[str]) -> None:
    assert in_function(statement) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("&Order{ID: 1, Lines: []Line{{SKU: s}}}", "Order(ID=1, Lines={0: Line(SKU=s)})"),
        ("pkg.Order{}", "pkg.Order()"),
        ("[]*Order{{ID: 1}}", "{0: Order(ID=1)}"),
        ('map[string]Order{"a": {ID: 1}}', "{a: Order(ID=1)}"),
        ("[]Order{}", "[][Order]()"),
        ("[]struct{ n int }{{n: 1}}", "{0: {n: 1}}"),
        ("new(Order)", "Order()"),
        ("make([]Order, n)", "[][Order](n)"),
        ("make(map[string]Order)", "map[{0: string, 1: Order}]()"),
        ("x.(*Order)", "Order(x)"),
        ("[]byte(x)", "[][byte](x)"),
        ("decode[Order](x)", "decode(x)"),
        ("handlers[key](x)", "handlers[key](x)"),
        ("g(xs...)", "g(*=xs)"),
        ("*p", "p"),
        ("xs[1:g()]", "xs"),
        ('"SELECT * FROM " + table + " WHERE id=" + id', "'SELECT * FROM {} WHERE id={}' % (table, id)"),
        ("a && !b || g()", "(a | (b) | g())"),
        ("`raw\\n`", "'raw\\\\n'"),
        (r'"tab\t"', r"'tab\t'"),
        ("(x)", "x"),
        ("3 + 4", "_"),
        ("s.Client.Get(url).Body", "s.Client.Get(url).Body"),
    ],
)
def test_an_expression_keeps_the_names_in_it(expression: str, expected: str) -> None:
    (step,) = [each for each in in_function(f"v := {expression}") if each.startswith("bind v")]

    assert step.removeprefix("bind v = ") == expected


def test_what_a_slice_or_a_type_argument_mentions_is_not_lost() -> None:
    assert "use = g()" in in_function("v := xs[1:g()]")
    assert "use = Order" in in_function("v := decode[Order](x)")


@pytest.mark.parametrize(
    ("written", "name", "alias"),
    [
        ('"net/http"', "", "http"),
        ('h "net/http"', "", "h"),
        ('. "net/http"', "*", ""),
        ('_ "net/http"', "", ""),
    ],
)
def test_an_import_says_what_it_binds(written: str, name: str, alias: str) -> None:
    facts = extracted(f"package p\nimport {written}\n", "go")

    assert facts.imports == (Import(0, "net/http", name, alias, 2),)


@pytest.mark.parametrize(
    ("module", "alias"),
    [
        ("github.com/urfave/cli/v2", "cli"),
        ("k8s.io/klog/v2", "klog"),
        ("k8s.io/api/core/v1", "v1"),
        ("example.org/shop/v1", "v1"),
        ("github.com/example/shop/routers/api/v2", "v2"),
        ("gopkg.in/yaml.v3", "yaml"),
        ("github.com/nats-io/nats.go", "nats"),
        ("github.com/go-redis/redis/v9", "redis"),
        ("v2", "v2"),
    ],
)
def test_a_packages_name_is_guessed_from_its_path(module: str, alias: str) -> None:
    (found,) = extracted(f'package p\nimport (\n\t"{module}"\n)\n', "go").imports

    assert found.alias == alias


def test_a_method_belongs_to_its_receivers_type() -> None:
    facts = extracted(
        "package p\n\n// Push adds.\n// One.\nfunc (s *Stack[T]) Push(v T, xs ...*T) (n int, err error) { }\n", "go"
    )
    method = named(facts, "Stack.Push")

    assert (method.kind, method.receiver, method.parent, method.is_exported) == ("method", "Stack", 0, True)
    assert method.signature == "func (s *Stack[T]) Push(v T, xs ...*T) (n int, err error)"
    assert method.documentation == "Push adds.\nOne."
    assert [(each.name, each.kind, spelled(each.annotation)) for each in method.parameters] == [
        ("v", "positional", "T"),
        ("xs", "*", "T"),
    ]
    assert spelled(method.returns) == "{0: int, 1: error}"
    assert steps_of(facts, "Stack.Push")[0] == "bind s: Stack[T] = _"


def test_a_structs_fields_are_typed_and_what_it_embeds_is_a_base() -> None:
    facts = extracted('package p\ntype Order struct {\n\t*Base\n\thttp.Handler\n\tID, N int `json:"id"`\n}\n', "go")
    order = named(facts, "Order")

    assert (order.kind, [spelled(base) for base in order.bases]) == ("class", ["Base", "http.Handler"])
    assert order.signature == "type Order struct { Base; http.Handler }"
    assert steps_of(facts, "Order") == [
        "bind Base: Base = _",
        "bind Handler: http.Handler = _",
        "bind ID: int = _",
        "bind N: int = _",
    ]


def test_an_interfaces_methods_are_abstract() -> None:
    facts = extracted("package p\ntype Store interface {\n\tio.Closer\n\tGet(id string) (*Order, error)\n}\n", "go")

    assert [spelled(base) for base in named(facts, "Store").bases] == ["io.Closer"]
    assert named(facts, "Store").kind == "interface"
    assert named(facts, "Store.Get").is_abstract
    assert named(facts, "Store.Get").signature == "Get(id string) (*Order, error)"


def test_an_alias_and_a_defined_type_name_what_they_stand_for() -> None:
    facts = extracted("package p\ntype (\n\tA = foo.B\n\tF func(Order) error\n)\n", "go")

    assert [(each.kind, spelled(each.bases[0])) for each in facts.definitions[1:]] == [
        ("type", "foo.B"),
        ("type", "func[{0: Order, 1: error}]"),
    ]


def test_constants_and_variables_of_the_package_are_definitions_and_those_of_a_function_are_not() -> None:
    facts = extracted(
        'package p\n\nconst (\n\t// Max is it.\n\tMax = 3\n\tmin int = iota\n)\n\nvar Err = errors.New("x")\n\nfunc f() { var local = 1 }\n',
        "go",
    )

    found = [(each.kind, each.name, each.signature, each.is_exported) for each in facts.definitions[1:4]]
    assert found == [
        ("variable", "Max", "const Max", True),
        ("variable", "min", "const min int", False),
        ("variable", "Err", "var Err", True),
    ]
    assert named(facts, "Max").documentation == "Max is it."
    assert "bind Err = errors.New('x')" in steps_of(facts, "")
    assert [each.name for each in facts.definitions[4:]] == ["f"]


def test_a_function_literal_is_a_definition_where_it_stands() -> None:
    facts = extracted("package p\nfunc f() {\n\tgo func(n int) { g(n) }(1)\n\tx := func() {}\n}\n", "go")

    assert steps_of(facts, "f") == ["use = #2(1)", "bind x = #3"]
    assert steps_of(facts, "f.func@3") == ["use = g(n)"]
    assert named(facts, "f.func@4").parent == 1


def test_two_function_literals_on_one_line_have_two_names() -> None:
    facts = extracted("package p\nfunc f() { g(func() {}, func() {}) }\n", "go")

    assert [facts.qualified_name(index) for index in (2, 3)] == ["f.func@2", "f.func@2:2"]


def test_generated_files_say_so_before_the_package_clause() -> None:
    mark = "// Code generated by x. DO NOT EDIT.\n"

    assert extracted(f"{mark}\npackage p\n", "go").is_generated
    assert not extracted(f"package p\n\n{mark}", "go").is_generated
    assert not extracted("// Code that is generated by hand\npackage p\n", "go").is_generated


def test_a_build_constraint_is_part_of_the_files_signature() -> None:
    facts = extracted("//go:build linux && cgo\n\npackage p\n", "go")

    assert facts.package == "p"
    assert facts.definitions[0].signature == "package p //go:build linux && cgo"
