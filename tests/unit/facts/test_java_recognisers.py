"""What Java's recognisers see in sources, and what they leave alone."""

import pytest

from weighbridge.facts.extract import extract
from weighbridge.facts.model import FileFacts

SPRING = "import org.springframework.web.bind.annotation.*;\n"


def java(source: str, *imports: str) -> FileFacts:
    lines = "".join(f"import {each};\n" for each in imports)
    return extract(f"package a;\n{lines}{source}\n".encode(), "java")


def in_method(body: str, *imports: str, fields: str = "") -> FileFacts:
    return java(f"class A {{ {fields} void f() {{ {body} }} }}", *imports)


def entries(facts: FileFacts) -> list[str]:
    return [f"{each.kind} {each.key}" for each in facts.entry_points]


def accesses(facts: FileFacts) -> list[str]:
    return [f"{each.kind} {each.key}" for each in facts.accesses]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            '@RestController @RequestMapping("/a") class C { @GetMapping("/{id:[0-9]+}") void g() {} }',
            ["http GET /a/{id}"],
        ),
        ("@RestController class C { @PostMapping void g() {} }", ["http POST /"]),
        ('@RestController class C { @GetMapping({"/a", "/b"}) void g() {} }', ["http GET /a", "http GET /b"]),
        ('@Controller class C { @RequestMapping("/x") void g() {} }', ["http ANY /x"]),
        (
            '@Controller class C { @RequestMapping(path = "/x", method = RequestMethod.PUT) void g() {} }',
            ["http PUT /x"],
        ),
        (
            '@Controller class C { @RequestMapping(value = "/x", method = {RequestMethod.GET, RequestMethod.POST}) void g() {} }',
            ["http GET /x", "http POST /x"],
        ),
        (
            '@RestController class C { static final String P = "/p"; @DeleteMapping(P + "/q") void g() {} }',
            ["http DELETE /p/q"],
        ),
        ('@RestController class C { static final String P = "/p"; @PatchMapping(P) void g() {} }', ["http PATCH /p"]),
    ],
)
def test_springs_routes_are_caught(source: str, expected: list[str]) -> None:
    assert entries(java(SPRING + source)) == expected


@pytest.mark.parametrize(
    "source",
    [
        'class C { @GetMapping("/x") void g() {} }',
        SPRING + "@RestController class C { void g() {} }",
        SPRING + '@RestController class C { @Cached("/x") void g() {} }',
        SPRING + '@RequestMapping("/x") @RestController class C { }',
        SPRING + '@FeignClient(name = "stock") interface C { @GetMapping("/x") void g(); }',
        'import a.Path;\nclass C { @GET @Path("/x") void g() {} }',
        "class C { void doGet() {} }",
        SPRING + 'class C { void g() { map.GET("/x", y); } }',
    ],
)
def test_what_is_no_route_is_let_through(source: str) -> None:
    assert entries(java(source)) == []


def test_an_interfaces_mapping_is_a_route_less_certain() -> None:
    (found,) = java(SPRING + 'interface Api { @GetMapping("/x") void g(); }').entry_points

    assert (found.key, found.is_certain) == ("GET /x", False)


@pytest.mark.parametrize(
    ("imports", "source", "expected"),
    [
        (
            ("jakarta.ws.rs.*",),
            '@Path("/a") class C { @GET @Path("b/{id}") void g() {} @POST void p() {} }',
            ["http GET /a/b/{id}", "http POST /a"],
        ),
        (("jakarta.servlet.http.*",), '@WebServlet("/s") class C { void doGet() {} void other() {} }', ["http GET /s"]),
        (
            ("io.micronaut.http.annotation.*",),
            '@Controller("/m") class C { @Get("/x") void g() {} }',
            ["http GET /m/x"],
        ),
        (
            ("org.springframework.web.reactive.function.server.*",),
            'class C { void r() { route().GET("/w/{id}", handler::get).build(); } }',
            ["http GET /w/{id}"],
        ),
        ((), "class App { public static void main(String[] args) {} }", ["main App"]),
        (
            ("org.springframework.scheduling.annotation.Scheduled",),
            'class J { @Scheduled(cron = "x") void clean() {} }',
            ["job J.clean"],
        ),
        (
            (),
            'class L { @KafkaListener(topics = {"orders", "refunds"}) void on() {} }',
            ["consumer orders", "consumer refunds"],
        ),
        (
            (),
            'class L { static final String T = "orders"; @RabbitListener(queues = T) void on() {} }',
            ["consumer orders"],
        ),
        (
            ("picocli.CommandLine.Command",),
            '@Command(name = "import") class I { public void run() {} }',
            ["cli import"],
        ),
        (
            ("org.apache.kafka.clients.consumer.KafkaConsumer",),
            'class L { void f(KafkaConsumer<String, String> c) { c.subscribe(List.of("orders")); } }',
            ["consumer orders"],
        ),
    ],
)
def test_other_ways_in_are_caught(imports: tuple[str, ...], source: str, expected: list[str]) -> None:
    assert entries(java(source, *imports)) == expected


@pytest.mark.parametrize(
    "source",
    [
        "class App { void main(String[] args) {} }",
        "class App { static void run(String[] args) {} }",
        'class L { @Listener(topics = "x") void on() {} }',
        "class L { @KafkaListener void on() {} }",
        "class J { void scheduled() {} }",
        '@Command(name = "import") class I { public void run() {} }',
        'class L { void f(Bus c) { c.subscribe(List.of("orders")); } }',
        'import picocli.CommandLine;\n@Command(name = "x") class I { public void stop() {} }',
        "import org.quartz.Job;\nclass J { void prepare() {} }",
        "class L { @KafkaListener(topics = topics()) void on() {} }",
    ],
)
def test_what_is_no_way_in_is_let_through(source: str) -> None:
    assert entries(java(source)) == []


@pytest.mark.parametrize(
    ("imports", "fields", "body", "kind"),
    [
        (("java.sql.*",), "", "Connection c = x(); c.prepareStatement(q);", "database"),
        (
            ("org.springframework.jdbc.core.JdbcTemplate",),
            "private final JdbcTemplate t;",
            "t.queryForObject(q);",
            "database",
        ),
        (("jakarta.persistence.EntityManager",), "EntityManager em;", "this.em.persist(o);", "database"),
        (("a.b.OrderRepository",), "OrderRepository orders;", "orders.save(o);", "database"),
        (("org.springframework.web.client.RestTemplate",), "RestTemplate t;", "t.getForObject(u, A.class);", "network"),
        (("java.nio.file.Files",), "", "Files.readString(p);", "files"),
        (("java.io.*",), "", "new FileReader(p);", "files"),
        ((), "", "new ProcessBuilder(cmd).start();", "processes"),
        ((), "", 'Runtime.getRuntime().exec("x");', "processes"),
        ((), "", "long t = System.currentTimeMillis();", "clock"),
        (("java.time.Instant",), "", "Instant.now();", "clock"),
        (("java.util.UUID",), "", "UUID.randomUUID().toString();", "randomness"),
        (("java.util.Random",), "", "var r = new Random(); r.nextInt(3);", "randomness"),
        ((), "", "Math.random();", "randomness"),
    ],
)
def test_effects_are_caught(imports: tuple[str, ...], fields: str, body: str, kind: str) -> None:
    assert {each.kind for each in in_method(body, *imports, fields=fields).effects} == {kind}


@pytest.mark.parametrize(
    ("imports", "body"),
    [
        ((), "Instant.now();"),
        ((), 'System.out.println("x");'),
        ((), 'System.getenv("x");'),
        ((), "Math.max(1, 2);"),
        ((), "Thread.currentThread();"),
        (("java.time.Instant",), "Instant.ofEpochMilli(3);"),
        (("java.util.UUID",), "UUID.fromString(x);"),
        (("java.io.*",), "new IOException(x);"),
        (("java.io.File",), "File f = x(); f.getName();"),
        (("a.Files",), "Files.readString(p);"),
        (("a.Random",), "new Random().nextInt();"),
        (("java.util.List",), "List.of(a).forEach(b);"),
        ((), "orders.save(o);"),
        ((), "exec(x);"),
    ],
)
def test_what_has_no_effect_is_let_through(imports: tuple[str, ...], body: str) -> None:
    assert in_method(body, *imports).effects == ()


@pytest.mark.parametrize(
    ("imports", "fields", "body", "expected"),
    [
        (
            ("org.springframework.web.client.RestTemplate",),
            'RestTemplate t; static final String B = "http://stock";',
            't.postForObject(B + "/items/" + id, x, A.class);',
            ["requests POST http://stock/items/{}"],
        ),
        (
            ("org.springframework.web.client.RestTemplate",),
            "RestTemplate t;",
            't.exchange("http://a/b", HttpMethod.PUT, e, A.class);',
            ["requests PUT http://a/b"],
        ),
        (
            ("org.springframework.web.reactive.function.client.WebClient",),
            "WebClient c;",
            'c.get().uri("/items/{id}", id).retrieve();',
            ["requests GET /items/{id}"],
        ),
        (
            ("java.net.http.HttpRequest",),
            "",
            'HttpRequest.newBuilder().uri(URI.create("https://a/b")).POST(body).build();',
            ["requests POST https://a/b"],
        ),
        (("okhttp3.Request",), "", 'new Request.Builder().url("https://a/b").build();', ["requests GET https://a/b"]),
        (
            ("org.springframework.kafka.core.KafkaTemplate",),
            "KafkaTemplate<String, O> k;",
            'k.send("orders", o);',
            ["publishes orders"],
        ),
        (
            ("org.apache.kafka.clients.producer.ProducerRecord",),
            "",
            'p.send(new ProducerRecord<>("orders", o));',
            ["publishes orders"],
        ),
        (("org.springframework.web.client.RestTemplate",), "RestTemplate t;", "t.put(url, x);", []),
        ((), "", 'k.send("orders", o);', []),
        ((), "Mailer mailer;", 'mailer.send("x", y);', []),
        (("java.util.Map",), "Map<String, A> m;", 'm.put("http://a", x);', []),
        ((), "", 'builder.uri("/x").build();', []),
    ],
)
def test_requests_and_messages_are_named_when_they_can_be_told(
    imports: tuple[str, ...], fields: str, body: str, expected: list[str]
) -> None:
    assert accesses(in_method(body, *imports, fields=fields)) == expected


def test_a_feign_clients_mappings_are_requests() -> None:
    source = '@FeignClient(name = "stock") interface C { @GetMapping("/items/{id}") void g(); }'

    assert accesses(java(SPRING + source)) == ["requests GET http://stock/items/{id}"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@Entity @Table(name = "orders") class Order {}', ["reads orders", "writes orders"]),
        ("@Entity class OrderLine {}", ["reads order_line", "writes order_line"]),
        ('@Entity(name = "SoldLine") class OrderLine {}', ["reads sold_line", "writes sold_line"]),
        ("interface R extends JpaRepository<OrderLine, Long> {}", ["reads order_line", "writes order_line"]),
        (
            'interface R { @Query(value = "select * from orders o join lines l", nativeQuery = true) void q(); }',
            ["reads orders", "reads lines"],
        ),
        ('interface R { @Query("delete from Order o where o.id = 1") void q(); }', ["writes order"]),
        ("class Order {}", []),
        ('@Table(name = "orders") class Order {}', []),
        ("interface R extends Comparable<Order> {}", []),
        ("interface R extends Repository {}", []),
        ('interface R { @Query("select o.x") void q(); }', []),
        ('interface R { @Named("select * from orders") void q(); }', []),
    ],
)
def test_jpas_tables(source: str, expected: list[str]) -> None:
    assert accesses(java(source, "jakarta.persistence.*", "org.springframework.data.jpa.repository.*")) == expected


def test_without_jpa_no_annotation_names_a_table() -> None:
    assert accesses(java('@Entity @Table(name = "orders") class Order {}', "a.b.*")) == []


def test_a_repositorys_declared_methods_reach_the_database() -> None:
    facts = java(
        "interface R extends CrudRepository<Order, Long> { Order findByName(String n); default void x() {} }",
        "org.springframework.data.repository.CrudRepository",
    )

    assert [each.via for each in facts.effects] == ["R", "R.findByName"]
