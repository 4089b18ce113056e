"""What a function of Go states as its result is all that it gives only where nothing of it is an interface."""

import pytest
from tests.unit.landscape.linked import Linked

STORE = "package store\n\ntype Real struct{{}}\n\nfunc (r *Real) Save(n int) int {{ return n }}\n\n{maker}\n"
OTHERS = {
    f"other/o{n}.go": f"package other\n\ntype O{n} struct{{}}\n\nfunc (o *O{n}) Save(n int) int {{ return n }}\n"
    for n in range(30)
}


def users(maker: str, use: str) -> set[str]:
    """Who uses `Real.Save`, where a use on an unknown receiver would mean nothing: many types have such a method."""
    files = {
        "go.mod": "module example.org/shop\n",
        "store/store.go": STORE.format(maker=maker),
        "main.go": f'package main\n\nimport "example.org/shop/store"\n\nfunc main() {{ {use} }}\n',
        **OTHERS,
    }
    return {user for user in Linked.of(files).users("store/store.go", "Real.Save") if user.startswith("main.go")}


@pytest.mark.parametrize(
    ("maker", "use"),
    [
        ("func New() *Real { return &Real{} }", "store.New().Save(1)"),
        ("func New() (*Real, error) { return &Real{}, nil }", "r, _ := store.New()\n\tr.Save(1)"),
        ("func New() []*Real { return nil }", "store.New()[0].Save(1)"),
        ("type Saves interface{ Save(n int) int }\n\nfunc New() Saves { return &Real{} }", "store.New().Save(1)"),
        ("func New() func() *Real { return func() *Real { return &Real{} } }", "store.New()().Save(1)"),
        (
            "func New() (*Real, func() *Real) { return nil, func() *Real { return &Real{} } }",
            "_, f := store.New()\n\tf().Save(1)",
        ),
    ],
)
def test_who_uses_what_a_function_gives_is_found(maker: str, use: str) -> None:
    assert users(maker, use) == {"main.go#main"}


def test_an_error_beside_a_result_may_be_of_a_type_of_ours() -> None:
    files = {
        "go.mod": "module example.org/shop\n",
        "store/store.go": "package store\n\ntype Real struct{}\n\nfunc (r *Real) Error() string { return `` }\n\n"
        "func New() (int, error) { return 0, &Real{} }\n",
        "main.go": 'package main\n\nimport "example.org/shop/store"\n\n'
        "func main() {\n\t_, err := store.New()\n\tprintln(err.Error())\n}\n",
    }
    assert "main.go#main" in Linked.of(files).users("store/store.go", "Real.Error")
