"""What a value of an outside type of Go's may be: whether a method's name alone may mean ours."""

import pytest
from tests.unit.landscape.linked import Linked

CLIENT = 'package shop\nimport "example.org/files"\ntype Client struct{}\nfunc (c *Client) Get() { files.Get() }\n'
"""A type of ours whose file imports a module from outside."""


def users_of_get(text: str) -> set[str]:
    """Who may call `Client.Get`, of a file whose function `use` is of a package that knows nothing of it."""
    files = {"go.mod": "module example.org/shop\n", "shop/client.go": CLIENT, "use/use.go": f"package use\n{text}"}
    return Linked.of(files).users("shop/client.go", "Client.Get")


@pytest.mark.parametrize(
    "text",
    [
        'import "sync"\nvar pool = &sync.Pool{}\nfunc use() { pool.Get() }\n',
        'import "sync"\nvar pool sync.Pool\nfunc use() { pool.Get() }\n',
        'import "sync"\nvar pool = new(sync.Pool)\nfunc use() { pool.Get() }\n',
        'import "net/http"\nfunc use(h http.Header) { h.Get() }\n',
        'import "net/http"\nfunc use(r *http.Request) { r.URL.Query().Get() }\n',
        'import "net/http"\nfunc use(w http.ResponseWriter) { w.Header().Get() }\n',
        'import "os"\nfunc use() { f, _ := os.Open("x")\n f.Get() }\n',
        'import "net/url"\nfunc use() { for _, each := range []url.Values{} { each.Get() } }\n',
        'import "sync"\ntype held struct { pool sync.Pool }\nfunc use(h *held) { h.pool.Get() }\n',
        'import "sync"\ntype held struct { sync.Pool }\nfunc use(h *held) { h.Get() }\n',
        'import "example.org/viper"\nfunc use(v *viper.Viper) { v.Get() }\n',
        'import "example.org/files"\nfunc use() { files.NewClient().Get() }\n',
        'import "example.org/files"\nfunc use() { c, _ := files.New()\n c.Get() }\n',
        'import "example.org/files"\nfunc use(f files.Getter) { take(f.Get) }\n',
    ],
)
def test_a_method_of_a_library_s_value_is_the_library_s(text: str) -> None:
    assert "use/use.go#use" not in users_of_get(text)


@pytest.mark.parametrize(
    "text",
    [
        'import "flag"\nfunc use(g flag.Getter) { g.Get() }\n',
        'import "flag"\ntype held struct { flag.Getter }\nfunc use(h *held) { h.Get() }\n',
        'import "slices"\nfunc use() { slices.Max(all).Get() }\n',
        'import "sync/atomic"\nvar kept atomic.Pointer[any]\nfunc use() { kept.Load().Get() }\n',
        'import "example.org/files"\nfunc use(f files.Getter) { f.Get() }\n',
        'import "example.org/files/deep"\nfunc use() { f, _ := deep.Open()\n f.Get() }\n',
        "func use(given func() any) { given().Get() }\n",
        "func use(g interface{ Get() }) { g.Get() }\n",
    ],
)
def test_where_a_value_of_ours_may_stand_a_method_s_name_is_still_asked(text: str) -> None:
    assert "use/use.go#use" in users_of_get(text)
