"""Interfaces that types fit without naming them: a method is called through each that its type fits, though nothing says that it does."""

from tests.unit.landscape.linked import Linked

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.values import Symbol

STORE = """package store
type Store interface {
    Find(id string) string
    Close()
}
func Page(s Store) string { defer s.Close(); return s.Find("1") }
"""

MEMORY = """package memory
type Memory struct{}
func (m *Memory) Find(id string) string { return id }
func (m *Memory) Close() {}
"""


def linked(**files: str) -> Linked:
    return Linked.of(
        {"go.mod": "module example.org/shop\n", "store/store.go": STORE}
        | {f"{name}/{name}.go": text for name, text in files.items()}
    )


def test_a_method_is_called_through_an_interface_that_its_type_fits() -> None:
    tree = linked(memory=MEMORY)

    assert tree.users("memory/memory.go", "Memory.Find") == {"store/store.go#Store.Find"}
    assert tree.users("store/store.go", "Store.Find") == {"store/store.go#Page"}


def test_a_type_that_lacks_a_method_does_not_fit() -> None:
    tree = linked(
        memory="package memory\ntype Memory struct{}\nfunc (m *Memory) Find(id string) string { return id }\n"
    )

    assert not tree.users("memory/memory.go", "Memory.Find")


def test_a_method_that_takes_more_does_not_fit() -> None:
    tree = linked(memory=MEMORY.replace("Find(id string)", "Find(id string, deep bool)"))

    assert not tree.users("memory/memory.go", "Memory.Find")


def test_a_type_fits_by_what_it_takes_in() -> None:
    tree = linked(
        half="package half\ntype Half struct{}\nfunc (h *Half) Close() {}\n",
        whole='package whole\nimport "example.org/shop/half"\ntype Whole struct { half.Half }\n'
        "func (w *Whole) Find(id string) string { return id }\n",
    )

    assert tree.users("whole/whole.go", "Whole.Find") == {"store/store.go#Store.Find"}
    assert tree.users("half/half.go", "Half.Close") == {"store/store.go#Store.Close"}


def test_an_interface_asks_for_what_those_it_takes_in_ask_for() -> None:
    wider = 'package wide\nimport "example.org/shop/store"\ntype Wide interface {\n    store.Store\n    Put()\n}\n'
    tree = linked(
        wide=wider,
        memory=MEMORY + "func (m *Memory) Put() {}\n",
        less="package less\ntype Less struct{}\nfunc (l Less) Put() {}\n",
    )

    assert tree.users("memory/memory.go", "Memory.Put") == {"wide/wide.go#Wide.Put"}
    assert not tree.users("less/less.go", "Less.Put")


def test_a_test_s_type_is_met_by_those_who_use_it_alone() -> None:
    files = {
        "go.mod": "module example.org/shop\n",
        "store/store.go": STORE,
        "store/store_test.go": 'package store\nimport "testing"\ntype fake struct{}\nfunc (f fake) Find(id string) string { return id }\n'
        "func (f fake) Close() {}\nfunc TestPage(t *testing.T) { Page(fake{}) }\n",
    }

    assert Linked.of(files).users("store/store_test.go", "fake.Find") == {"store/store_test.go#TestPage"}


def test_production_code_never_calls_a_test_s_type() -> None:
    files = {
        "go.mod": "module example.org/shop\n",
        "store/store.go": "package store\nfunc page(given func() any) { given().Flush() }\n",
        "store/store_test.go": "package store\ntype fake struct{}\nfunc (f fake) Flush() {}\n",
    }

    assert not Linked.of(files).users("store/store_test.go", "fake.Flush")


def test_a_protocol_of_python_is_fitted_without_being_named() -> None:
    files = {
        "ports.py": "from typing import Protocol\n\nclass Store(Protocol):\n    def find(self, key): ...\n    def close(self): ...\n\n"
        "def page(store: Store):\n    return store.find('1')\n",
        "memory.py": "class Memory:\n    def find(self, key, deep=False):\n        return key\n    def close(self):\n        pass\n",
        "half.py": "class Half:\n    def find(self, key):\n        return key\n",
    }
    tree = Linked.of(files)

    assert tree.users("memory.py", "Memory.find") == {"ports.py#Store.find"}
    assert not tree.users("half.py", "Half.find")


MANY = {f"many/m{n}.py": f"class M{n}:\n    def Find(self, id): pass\n    def Close(self): pass\n" for n in range(201)}


def fitting(files: dict[str, str]) -> tuple[int, list[str]]:
    """How many types fit the interface, and what was cut short on the way."""
    tree = Linked.of({"go.mod": "module example.org/shop\n", "store/store.go": STORE} | files)
    evaluator = tree.view.evaluator
    names = evaluator.names(RepoPath("store/store.go"))
    assert names is not None
    (interface,) = names.defined[0, "Store"]
    found = evaluator.hierarchy.fit.types(Symbol(RepoPath("store/store.go"), interface))
    return len(found), list(evaluator.work.cut_short.values())


def test_types_of_another_language_do_not_use_up_the_room_of_those_that_may_fit() -> None:
    assert fitting({"zone/memory.go": MEMORY} | MANY) == (1, [])


def test_files_that_are_not_looked_through_for_types_are_told() -> None:
    many = {f"many/m{n}.go": "package many\nfunc Find() {}\nfunc Close() {}\n" for n in range(201)}

    assert fitting(many) == (0, ["more than 200 files define a method `Find`"])
