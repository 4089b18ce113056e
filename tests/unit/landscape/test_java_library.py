"""What a value of an outside type of Java's may be: whether a method's name alone may mean ours."""

import pytest
from tests.unit.landscape.linked import Linked

RESOLVER = "package shop;\npublic class Resolver { public void resolve() { } }\n"
"""A class of ours that inherits from nothing."""


def users_of_resolve(text: str, ours: str = RESOLVER) -> set[str]:
    """Who may call `Resolver.resolve`, of a class `Use` whose code names no class of ours."""
    files = {"src/shop/Resolver.java": ours, "src/use/Use.java": f"package use;\n{text}"}
    return Linked.of(files).users("src/shop/Resolver.java", "Resolver.resolve")


@pytest.mark.parametrize(
    "text",
    [
        "import java.nio.file.Path;\nclass Use { void use(Path path) { path.resolve(); } }\n",
        'import java.nio.file.Path;\nclass Use { void use() { Path path = Path.of("."); path.resolve(); } }\n',
        'import java.nio.file.Path;\nclass Use { void use() { Path.of(".").getParent().resolve(); } }\n',
        "import java.sql.Statement;\nclass Use { Statement held; void use() { held.resolve(); } }\n",
        "import java.sql.Connection;\nclass Use { void use(Connection c) { c.createStatement().resolve(); } }\n",
        "class Use { void use(String text) { text.resolve(); } }\n",
        "class Use { void use(StringBuilder text) { text.append(1).append(2).resolve(); } }\n",
        "import java.io.Serializable;\nclass Use implements Serializable { void use(String text) { text.resolve(); } }\n",
        'class Use { void use(Class<?> c) { c.getDeclaredMethod("x").resolve(); } }\n',
        "import java.util.Optional;\nclass Use { void use(Optional<String> c) { c.resolve(); } }\n",
        "import org.slf4j.Logger;\nclass Use { Logger logger; void use() { logger.resolve(); } }\n",
        (
            "import static org.mockito.Mockito.verify;\nimport java.sql.Statement;\n"
            "class Use { void use(Statement s) { verify(s).resolve(); } }\n"
        ),
        "import java.io.InputStream;\nclass Use extends InputStream { void use() { resolve(); this.resolve(); } }\n",
    ],
)
def test_a_method_of_a_library_s_value_is_the_library_s(text: str) -> None:
    assert not users_of_resolve(text)


@pytest.mark.parametrize(
    "text",
    [
        "class Use { <T> void use(T given) { given.resolve(); } }\n",
        "class Use { void use(Generated given) { given.resolve(); } }\n",
        "import java.util.function.Supplier;\nclass Use { void use(Supplier<?> s) { s.get().resolve(); } }\n",
        "class Use { void use(Class<?> c) { c.newInstance().resolve(); } }\n",
        "class Use { void use(ThreadLocal held) { held.get().resolve(); } }\n",
        (
            "import org.springframework.context.ApplicationContext;\n"
            'class Use { void use(ApplicationContext c) { c.getBean("x").resolve(); } }\n'
        ),
    ],
)
def test_where_a_value_of_ours_may_stand_a_method_s_name_is_still_asked(text: str) -> None:
    assert users_of_resolve(text)


@pytest.mark.parametrize(
    ("base", "of", "is_asked"),
    [
        ("java.sql.Statement", "java.sql.Statement", True),
        ("java.sql.Statement", "java.sql.Wrapper", True),
        ("java.sql.Statement", "java.net.http.HttpClient", False),
        ("java.sql.Statement", "org.slf4j.Logger", False),
        ("org.slf4j.spi.Base", "org.slf4j.Logger", True),
        ("org.slf4j.spi.Base", "java.sql.Statement", True),
        ("java.io.Serializable", "java.sql.Statement", False),
    ],
)
def test_a_class_is_behind_an_outside_type_where_its_own_outside_bases_allow_for_it(
    base: str, of: str, *, is_asked: bool
) -> None:
    kind = "implements" if base != "org.slf4j.spi.Base" else "extends"
    inner, outer = base.rpartition(".")[2], of.rpartition(".")[2]
    ours = f"package shop;\nimport {base};\npublic class Resolver {kind} {inner} {{ public void resolve() {{ }} }}\n"

    found = users_of_resolve(f"import {of};\nclass Use {{ void use({outer} given) {{ given.resolve(); }} }}\n", ours)

    assert bool(found) is is_asked


def test_a_mock_of_ours_is_ours() -> None:
    text = (
        "import static org.mockito.Mockito.verify;\nimport shop.Resolver;\n"
        "class Use { void use(Resolver r) { verify(r).resolve(); } }\n"
    )

    assert users_of_resolve(text)
