"""What Go's recognisers see in sources, and what they leave alone."""

import pytest

from weighbridge.facts.extract import extract
from weighbridge.facts.model import FileFacts

IMPORTS = {
    "http": "net/http",
    "sql": "database/sql",
    "gin": "github.com/gin-gonic/gin",
    "chi": "github.com/go-chi/chi/v5",
    "echo": "github.com/labstack/echo/v4",
    "fiber": "github.com/gofiber/fiber/v2",
    "mux": "github.com/gorilla/mux",
    "cobra": "github.com/spf13/cobra",
    "cron": "github.com/robfig/cron/v3",
    "nats": "github.com/nats-io/nats.go",
    "sarama": "github.com/IBM/sarama",
    "kafka": "github.com/segmentio/kafka-go",
    "amqp": "github.com/rabbitmq/amqp091-go",
    "gorm": "gorm.io/gorm",
    "pgxpool": "github.com/jackc/pgx/v5/pgxpool",
    "os": "os",
    "exec": "os/exec",
    "time": "time",
    "rand": "math/rand",
    "errors": "errors",
}


def go(body: str, *imports: str, top: str = "") -> FileFacts:
    lines = "".join(f'import "{IMPORTS[each]}"\n' for each in imports)
    return extract(f"package p\n{lines}{top}\nfunc f() {{\n{body}\n}}\n".encode(), "go")


def routes(facts: FileFacts) -> list[str]:
    return [each.key for each in facts.entry_points if each.kind == "http"]


@pytest.mark.parametrize(
    ("framework", "body", "expected"),
    [
        ("http", 'http.HandleFunc("/items", list)', ["ANY /items"]),
        ("http", 'm := http.NewServeMux()\nm.HandleFunc("GET /items/{id}", get)', ["GET /items/{id}"]),
        ("http", 'm := http.NewServeMux()\nm.Handle("POST shop.example/files/{path...}", put)', ["POST /files/{path}"]),
        ("http", 'm := http.NewServeMux()\nm.HandleFunc("/{$}", home)', ["ANY /"]),
        (
            "mux",
            'r := mux.NewRouter()\nr.HandleFunc("/a/{id:[0-9]+}", h).Methods("GET", "put")',
            ["GET /a/{id}", "PUT /a/{id}"],
        ),
        ("mux", 'r := mux.NewRouter()\ns := r.PathPrefix("/api").Subrouter()\ns.HandleFunc("/a", h)', ["ANY /api/a"]),
        ("gin", 'r := gin.Default()\nr.GET("/orders/:id", auth, get)', ["GET /orders/{id}"]),
        ("gin", 'r := gin.New()\nv := r.Group("/v1")\nw := v.Group("/w")\nw.POST("", add)', ["POST /v1/w"]),
        ("gin", 'r := gin.New()\nr.Handle("PUT", "/x/*rest", put)', ["PUT /x/{rest}"]),
        ("gin", 'const p = "/named"\nr := gin.New()\nr.Any(p, h)', ["ANY /named"]),
        (
            "chi",
            'r := chi.NewRouter()\nr.Route("/a", func(r chi.Router) {\nr.With(mw).Get("/{id}", h)\n})',
            ["GET /a/{id}"],
        ),
        ("chi", 'r := chi.NewRouter()\nr.Group(func(r chi.Router) {\nr.Post("/b", h)\n})', ["POST /b"]),
        ("chi", 'r := chi.NewRouter()\nr.Mount("/debug", profiler())', ["ANY /debug/{*}"]),
        ("echo", 'e := echo.New()\ng := e.Group("/g")\ng.GET("/u/:id", get, mw)', ["GET /g/u/{id}"]),
        ("echo", 'e := echo.New()\ne.Add("PATCH", "/u", h)', ["PATCH /u"]),
        ("fiber", 'app := fiber.New()\napi := app.Group("/api")\napi.Get("/u/:id?", h)', ["GET /api/u/{id}"]),
    ],
)
def test_routes_are_caught(framework: str, body: str, expected: list[str]) -> None:
    assert routes(go(body, framework)) == expected


@pytest.mark.parametrize(
    ("imports", "body"),
    [
        ((), 'r.GET("/x", h)'),
        (("errors",), 'cache.Get("/x", h)'),
        (("http",), 'http.Get("https://a/b")'),
        (("http",), 'req.Header.Get("/x")'),
        (("http",), "http.Handle(path(), h)"),
        (("gin",), 'cache.GET("key", h)'),
        (("gin",), 'r := gin.New()\nr.GET("/x")'),
        (("gin",), 'resp := http.GET("/x")'),
        (("chi",), 'client := http.Client{}\nclient.Get("/x")'),
        (("chi",), 'x := os.Open("/x")'),
        (("http",), 'w.Header().Set("/x", "y")'),
        (("mux",), 'm.Methods("GET")'),
        (("fiber",), 'app.Static("/x", "./public")'),
        (("echo",), "e := echo.New()\ne.Use(mw)"),
        (("gin",), "r := gin.New()\nr.Use(mw)"),
        (("http",), "mux.HandleFunc(pattern, h)"),
    ],
)
def test_what_is_no_route_is_let_through(imports: tuple[str, ...], body: str) -> None:
    assert routes(go(body, *imports)) == []


def test_a_router_whose_type_is_elsewhere_is_a_route_less_certain() -> None:
    (found,) = go('s.engine.GET("/x", h)', "gin").entry_points

    assert (found.key, found.is_certain) == ("GET /x", False)


def test_a_router_in_a_field_or_parameter_of_known_type_is_certain() -> None:
    facts = go(
        "",
        "gin",
        top='type S struct { e *gin.Engine }\nfunc (s *S) r(g *gin.RouterGroup) {\ns.e.GET("/x", h)\ng.GET("/y", h)\n}',
    )

    assert [(each.key, each.is_certain) for each in facts.entry_points] == [("GET /x", True), ("GET /y", True)]


@pytest.mark.parametrize(
    ("imports", "body", "kind", "key"),
    [
        (("cobra",), 'c := &cobra.Command{Use: "import FILE", RunE: run}', "cli", "import"),
        (("cron",), 'c := cron.New()\nc.AddFunc("@hourly", clean)', "job", "clean"),
        (("cron",), 'c := cron.New()\nc.AddFunc("@hourly", func() {})', "job", "@hourly"),
        (("nats",), 'nc.Subscribe("orders", h)', "consumer", "orders"),
        (("nats",), 'nc.QueueSubscribe("orders", "workers", h)', "consumer", "orders"),
        (("sarama",), 'g.Consume(ctx, []string{"orders"}, h)', "consumer", "orders"),
        (("amqp",), 'ch.Consume("orders", "", true)', "consumer", "orders"),
    ],
)
def test_tasks_are_caught(imports: tuple[str, ...], body: str, kind: str, key: str) -> None:
    assert [(each.kind, each.key) for each in go(body, *imports).entry_points] == [(kind, key)]


def test_main_is_an_entry_point_of_package_main_alone() -> None:
    main = extract(b"package main\nfunc main() {}\n", "go")

    assert [each.kind for each in main.entry_points] == ["main"]
    assert extract(b"package other\nfunc main() {}\n", "go").entry_points == ()


@pytest.mark.parametrize(
    ("imports", "body"),
    [
        ((), 'nc.Subscribe("orders", h)'),
        (("nats",), "nc.Subscribe(subject(), h)"),
        (("cobra",), 'c := &cobra.Command{Use: "group"}'),
        (("cobra",), 'c := &Command{Use: "x", Run: h}'),
        (("cron",), "c.AddFunc(spec)"),
        (("cron",), "once.Do(f)"),
        (("errors",), 'ch.Consume("orders")'),
    ],
)
def test_what_is_no_task_is_let_through(imports: tuple[str, ...], body: str) -> None:
    assert go(body, *imports).entry_points == ()


@pytest.mark.parametrize(
    ("imports", "body", "kind"),
    [
        (("sql",), 'db, err := sql.Open("x", y)\nrows, err := db.Query("q")', "database"),
        (("pgxpool",), "pool, err := pgxpool.New(ctx, url)", "database"),
        ((), 's.db.QueryRowContext(ctx, "q")', "database"),
        (("http",), 'http.Get("https://a")', "network"),
        (("http",), "c := &http.Client{}\nc.Do(req)", "network"),
        (("os",), 'os.ReadFile("x")', "files"),
        (("os",), 'f, err := os.Open("x")\nf.Close()', "files"),
        (("exec",), 'exec.Command("ls").Run()', "processes"),
        (("time",), "x := time.Now().Unix()", "clock"),
        (("rand",), "x := rand.Intn(3)", "randomness"),
    ],
)
def test_effects_are_caught(imports: tuple[str, ...], body: str, kind: str) -> None:
    assert {each.kind for each in go(body, *imports).effects} == {kind}


@pytest.mark.parametrize(
    ("imports", "body"),
    [
        (("time",), "d := time.Duration(3)"),
        (("time",), "t := time.Unix(0, 0)"),
        (("os",), 'x := os.Getenv("HOME")'),
        (("http",), "x := http.StatusText(404)"),
        (("http",), 'http.Error(w, "no", 400)'),
        (("http",), "w.Header().Get(name)"),
        (("sql",), "var n sql.NullString"),
        (("errors",), 'err := errors.New("x")'),
        (("os",), "os := y\nos.Remove(z)"),
        ((), "db.Query(q)"),
        ((), "rand.Intn(3)"),
    ],
)
def test_what_has_no_effect_is_let_through(imports: tuple[str, ...], body: str) -> None:
    assert go(body, *imports).effects == ()


@pytest.mark.parametrize(
    ("imports", "body", "expected"),
    [
        (("http",), 'http.Get("https://a/b/" + id)', ["requests GET https://a/b/{}"]),
        (("http",), 'http.NewRequestWithContext(ctx, http.MethodPut, url + "/b", nil)', ["requests PUT {}/b"]),
        (("nats",), 'nc, _ := nats.Connect(u)\nnc.Publish("orders", b)', ["publishes orders"]),
        (("kafka",), 'm := kafka.Message{Topic: "orders"}', ["publishes orders"]),
        (("sarama",), 'm := &sarama.ProducerMessage{Topic: "orders"}', ["publishes orders"]),
        (("gorm",), 'db.Table("orders").Find(&xs)', ["reads orders"]),
        (("gorm",), "var o Order\ndb.First(&o, 1)", []),
        (("gorm",), "db, _ := gorm.Open(x)\nvar o Order\ndb.First(&o, 1)", ["reads orders"]),
        (("gorm",), "db, _ := gorm.Open(x)\ndb.Create(&OrderLine{})", ["writes order_lines"]),
        (("gorm",), "s.db.Model(&Category{}).Update(a, b)", ["writes categories"]),
        (("http",), "http.Get(url)", []),
        ((), "db.Find(&orders)", []),
        (("gorm",), "db, _ := gorm.Open(x)\nmap_.Find(y)", []),
    ],
)
def test_what_code_reaches_is_named_when_it_can_be_told(
    imports: tuple[str, ...], body: str, expected: list[str]
) -> None:
    assert [f"{each.kind} {each.key}" for each in go(body, *imports).accesses] == expected


def test_a_model_that_names_its_table_is_certain() -> None:
    top = 'type Order struct{}\nfunc (Order) TableName() string { return "purchase" }\nfunc g(db *gorm.DB) { var xs []Order; db.Find(&xs) }'

    (found,) = go("", "gorm", top=top).accesses
    assert (found.key, found.is_certain) == ("purchase", True)
