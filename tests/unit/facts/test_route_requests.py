"""Calls that request an address are told by their names, in every language, and texts that only look like one are not."""

import time
from textwrap import dedent

import pytest

from weighbridge.facts.extract import extract
from weighbridge.facts.model import decode, encode
from weighbridge.facts.recognise.route_requests import MOST_REQUESTS

PYTHON = {
    "a test client": ('client.get("/owners?page=1#top")', ["GET /owners"]),
    "a template": ('client.post(f"/owners/{owner.id}/edit")', ["POST /owners/{}/edit"]),
    "the percent sign": ('client.get("/owners/%s" % owner)', ["GET /owners/{}"]),
    "format": ('client.get("/owners/{}".format(owner))', ["GET /owners/{}"]),
    "a sum": ('client.get("/owners/" + owner + "/pets/")', ["GET /owners/{}/pets"]),
    "a constant": ('BASE = "/api"\nclient.get(BASE + "/owners")', ["GET /api/owners"]),
    "a base that is not known": ('client.get(f"{settings.API}/owners/")', ["GET {}/owners"]),
    "a keyword": ('client.put(path="/owners/1", json={})', ["PUT /owners/1"]),
    "a method that is told": ('client.open("/owners", method="DELETE")', ["DELETE /owners"]),
    "a method first": ('client.request("PATCH", "/owners/1")', ["PATCH /owners/1"]),
    "a method of which nothing is known": ('client.request(method, "/owners/1")', ["ANY /owners/1"]),
    "a socket": ('client.websocket_connect("/feed")', ["WEBSOCKET /feed"]),
    "a helper that is told a method and a path": ('send(app, "GET", "/owners")', ["GET /owners"]),
    "a client with a base": (
        'import httpx\nclient = httpx.Client(base_url="https://owners/api")\nclient.get("/all")',
        ["GET owners/api/all"],
    ),
    "a loop": ('for path in ["/a", "/b"]:\n    client.get(path)', ["GET /a", "GET /b"]),
    "a table of cases": (
        '@pytest.mark.parametrize(("path", "code"), [("/a", 1), ("/b", 2)])\ndef test_it(path, code):\n    client.get(path)',
        ["GET /a", "GET /b"],
    ),
    "the name of a route": ('client.post_json(url_for("owners.save", owner=1), {})', ["POST @owners.save"]),
    "a field": (
        'class T:\n    url = "/owners"\n    def test_it(self):\n        self.client.get(self.url)',
        ["GET /owners"],
    ),
}
NO_PYTHON = {
    "a key": 'environ.get("HOME")',
    "a text beside": 'print("/owners")',
    "a file": 'open("/etc/passwd")',
    "a default": 'settings.get("root", "/owners")',
    "a route": '@app.get("/owners")\ndef owners(): ...',
    "another scheme": 'client.get("ftp://owners/list")',
    "what a mock expects": 'responses.get("/owners")',
    "a name that is no route's": 'client.get("@owners/list")',
    "a route's name that is only given out": 'redirect(url_for("owners.every"))',
    "a sentence": 'client.get("/owners and their pets")',
    "nothing but something unknown": 'client.get(f"{url}")',
}
SCRIPT = {
    "supertest": ("await request(app).get('/owners').expect(200)", ["GET /owners"]),
    "a template literal": ("fetch(`/owners/${id}?x=1`, { method: 'PUT' })", ["PUT /owners/{}"]),
    "fetch alone": ("fetch('/owners')", ["GET /owners"]),
    "an application": ("app.request('/owners', { method: 'POST' })", ["POST /owners"]),
    "a request": ("new Request('http://localhost/owners')", ["GET localhost/owners"]),
    "options": ("axios({ url: '/owners', method: 'delete' })", ["DELETE /owners"]),
    "injection": ("app.inject({ method: 'POST', url: '/owners' })", ["POST /owners"]),
    "options behind": ("call(api, { method: 'POST', url: '/owners' }); request(api, { url: '/x' })", ["GET /x"]),
    "a table of cases": ("it.each(['/a', '/b'])('%s', (p) => request(app).get(p))", ["GET /a", "GET /b"]),
    "a base that is not known": ("axios.get(`${API}/owners`)", ["GET {}/owners"]),
}
NO_SCRIPT = {
    "a route": "import express from 'express'; const app = express(); app.get('/owners', list)",
    "a route of something unknown": "thing.get('/owners', (req, res) => res.end())",
    "a route by a chain": "import express from 'express'; const r = express.Router();\nr\n.get('/owners', a)\n.post('/owners', b)",
    "a key": "cache.get('owners')",
    "a server that is pretended": "nock('http://x').get('/owners').reply(200)",
    "a page, which the browser's own code may show": "await page.goto('/owners')",
    "a bare word": "get('/owners')",
}
JAVA = {
    "MockMvc": ('mvc.perform(get("/owners/{id}", ID).param("a", "b"));', ["GET /owners/{}"]),
    "a request entity": ('rest.exchange(RequestEntity.get("/owners/1").build());', ["GET /owners/1"]),
    "a template": ('rest.getForObject("http://localhost:" + port + "/owners", A.class);', ["GET localhost/owners"]),
    "an exchange": ('rest.exchange("/owners", HttpMethod.PUT, null);', ["PUT /owners"]),
    "a web client": ('client.post().uri("/owners/{id}", 1);', ["POST /owners/{}"]),
    "a web client that is told": ('client.method(HttpMethod.DELETE).uri("/owners");', ["DELETE /owners"]),
    "a builder": ('HttpRequest.newBuilder(URI.create("http://localhost/owners"));', ["ANY localhost/owners"]),
    "a constant": ("mvc.perform(post(BASE));", ["POST /base"]),
}
NO_JAVA = {
    "a key": 'map.get("owner");',
    "a text beside": 'log.info("/owners");',
    "a wire mock": 'stub.get(urlEqualTo("/owners"));',
}
GO = {
    "a recorded request": ('httptest.NewRequest("GET", "/owners?x=1", nil)', ["GET /owners"]),
    "a constant of the method": ('http.NewRequest(http.MethodPost, "/owners/"+id, nil)', ["POST /owners/{}"]),
    "a context": ('http.NewRequestWithContext(ctx, "PUT", "/owners", nil)', ["PUT /owners"]),
    "a server": ('http.Get(server.URL + "/owners")', ["GET {}/owners"]),
    "a post": ('http.Post(ts.URL+"/owners", "text/plain", body)', ["POST {}/owners"]),
    "Sprintf": ('http.Get(fmt.Sprintf("/owners/%d/pets", 7))', ["GET /owners/{}/pets"]),
    "a helper": ('testRequest(t, ts, "DELETE", "/owners/1", nil)', ["DELETE /owners/1"]),
    "a table of cases": (
        'for _, c := range []struct{ url, method string }{{"/a", "GET"}, {"/b", "PUT"}} { http.NewRequest(c.method, c.url, nil) }',
        ["ANY /a", "ANY /b"],
    ),
}
NO_GO = {
    "a route": 'r := gin.New(); r.GET("/owners", list)',
    "a route of something unknown": 'r.Get("/owners", list)',
    "a handler": 'http.HandleFunc("/owners", list)',
    "a path": 'os.Open("/owners")',
}


def requested(source: str, role: str) -> list[str]:
    facts = extract(dedent(source).encode(), role)
    assert decode(encode(facts)) == facts
    return sorted(f"{each.method} {each.host}{each.path}" for each in facts.requests)


def in_java(statement: str) -> str:
    return f'class ATest {{ static final String BASE = "/base"; void a() {{ {statement} }} }}'


def in_go(statement: str) -> str:
    return f'package a\nimport ("net/http"; "github.com/gin-gonic/gin")\nfunc TestA() {{ {statement} }}\n'


@pytest.mark.parametrize("name", PYTHON)
def test_python_requests(name: str) -> None:
    source, expected = PYTHON[name]

    assert requested(source, "python") == expected


@pytest.mark.parametrize("name", NO_PYTHON)
def test_python_does_not_request(name: str) -> None:
    assert requested(NO_PYTHON[name], "python") == []


@pytest.mark.parametrize("name", SCRIPT)
def test_typescript_requests(name: str) -> None:
    source, expected = SCRIPT[name]

    assert requested(source, "typescript") == expected


@pytest.mark.parametrize("name", NO_SCRIPT)
def test_typescript_does_not_request(name: str) -> None:
    assert requested(NO_SCRIPT[name], "typescript") == []


@pytest.mark.parametrize("name", JAVA)
def test_java_requests(name: str) -> None:
    statement, expected = JAVA[name]

    assert requested(in_java(statement), "java") == expected


@pytest.mark.parametrize("name", NO_JAVA)
def test_java_does_not_request(name: str) -> None:
    assert requested(in_java(NO_JAVA[name]), "java") == []


@pytest.mark.parametrize("name", GO)
def test_go_requests(name: str) -> None:
    statement, expected = GO[name]

    assert requested(in_go(statement), "go") == expected


@pytest.mark.parametrize("name", NO_GO)
def test_go_does_not_request(name: str) -> None:
    assert requested(in_go(NO_GO[name]), "go") == []


HOSTILE = {
    "names bound in a circle": "".join(f"a{n} = a{(n + 1) % 3_000}\n" for n in range(3_000))
    + "c.get(a0)\nc.get('/')\n",
    "a name bound to everything": "".join(f"a = b + '/{n}'\nb = a + '/x'\nc.get(a)\n" for n in range(2_000)),
    "tables of tables": "t = " + "[" * 60 + "'/a'" + "]" * 60 + "\n" + "for p in t:\n    c.get(p)\n" * 2_000,
    "a table that every call goes through": f"t = {[f'/a/{n}' for n in range(150)]}\n"
    + "for p in t:\n    c.get(p)\n" * 2_000,
    "a chain": "c" + ".get('/a')" * 3_000,
    "fields of all classes": "".join(
        f"class T{n}:\n    url = '/{n}'\n    def f(self):\n        c.get(self.url)\n" for n in range(1_000)
    ),
    "holes": "c.get(f'" + "/{a}" * 400 + "')\n" * 1,
    "percent signs": "c.get('/" + "%" * 1_900 + "' % a)\n",
    "braces": "c.get('/" + "{" * 490 + "')\n" * 1,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_code_made_to_exhaust_its_reader_is_read_soon(name: str) -> None:
    plain = HOSTILE[name].replace(".get(", ".nothing(")
    started = time.process_time()
    extract(plain.encode(), "python")
    without = time.process_time() - started

    facts = extract(HOSTILE[name].encode(), "python")

    assert time.process_time() - started - 2 * without < 3
    assert len(facts.requests) <= MOST_REQUESTS
