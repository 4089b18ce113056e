"""What stands before handlers, and what it refuses by."""

import pytest

from weighbridge.facts.extract import extract
from weighbridge.landscape.middleware import Middleware

BEFORE = {
    "javascript": "function f(req, res, next) {{\n  {}\n  next();\n}}\n",
    "typescript": "const f = async (ctx: Context, next: Next) => {{\n  {}\n  await next();\n}};\n",
    "python": "def f(view):\n    def g(request):\n        {}\n        return view(request)\n    return g\n",
    "go": "package x\nfunc f(next http.Handler) http.Handler {{\n"
    "\treturn http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {{\n{}\nnext.ServeHTTP(w, r)\n}})\n}}\n",
    "java": "class F implements Filter {{ void doFilter(Request r, Response a, Chain chain) {{\n{}\nchain.doFilter(r, a);\n}} }}\n",
}

REFUSING = [
    ("javascript", "if (x) return res.sendStatus(403);", "sendStatus(403)"),
    ("javascript", "if (x) return next(new Error('Unauthorized'));", "Error(Unauthorized)"),
    ("javascript", "if (x) return res.redirect('/login?next=' + req.url);", "redirect(/login?next={})"),
    ("javascript", "if (!req.session.user) return res.redirect('/');", "req.session.user"),
    ("javascript", "if (req.user.role !== 'admin') return res.status(404).end();", "req.user.role"),
    ("typescript", "if (x) { ctx.status = 401; return; }", "status(401)"),
    ("python", "if x: return redirect(url_for('auth.login'))", "redirect(auth.login)"),
    ("python", "if not request.user.is_staff: return redirect('/')", "request.user.is_staff"),
    ("python", "if x: return 'no', 403", "return(403)"),
    ("go", 'if x { http.Error(w, "no", http.StatusForbidden)\nreturn }', "Error(StatusForbidden)"),
    ("go", 'if session(r) == nil { http.Redirect(w, r, "/", 302)\nreturn }', "session"),
    ("java", "if (x) { a.sendError(HttpServletResponse.SC_FORBIDDEN); return; }", "sendError(SC_FORBIDDEN)"),
    ("java", 'if (x) { a.sendRedirect("/login"); return; }', "redirect(/login)"),
]

ENDING = [
    ("javascript", "if (hit) return res.send(hit);"),
    ("javascript", "if (!req.body.name) return res.status(400).send('name is missing');"),
    ("javascript", "if (!req.secure) return res.redirect('https://' + req.hostname);"),
    ("javascript", "if (count(req.ip) > 100) return res.status(429).end();"),
    ("javascript", "if (req.session.user) return res.redirect('/home');"),
    ("javascript", "req.item = items[req.params.id]; if (!req.item) return res.status(404).end();"),
    ("javascript", "if (x) console.log('forbidden');"),
    ("typescript", "if (ctx.method !== 'GET') { ctx.status = 405; return; }"),
    ("python", "if request.path in pages: return pages[request.path]"),
    ("python", "if not request.user: log.info('nobody')"),
    ("go", "if r.Method != http.MethodGet { w.WriteHeader(http.StatusMethodNotAllowed)\nreturn }"),
    ("java", "if (x) { a.setStatus(404); return; }"),
]


def answers(role: str, body: str) -> list[str]:
    facts = extract(BEFORE[role].format(body).encode(), role)
    return [answer.name for answer in Middleware(facts).answers() if answer.is_before_others]


@pytest.mark.parametrize(("role", "body", "name"), REFUSING)
def test_what_refuses_for_who_asks_is_told(role: str, body: str, name: str) -> None:
    assert answers(role, body) == [name]


@pytest.mark.parametrize(("role", "body"), ENDING)
def test_what_ends_a_request_for_other_reasons_is_no_refusal(role: str, body: str) -> None:
    assert answers(role, body) == []


@pytest.mark.parametrize(
    "source",
    [
        "app.get('/logout', (req, res) => { req.logout(); res.redirect('/login'); });\n",
        "function page(req, res) { if (!x) return res.redirect('/login'); res.send('x'); }\n",
    ],
)
def test_a_handler_stands_before_nothing(source: str) -> None:
    found = list(Middleware(extract(source.encode(), "javascript")).answers())

    assert found
    assert not any(answer.is_before_others for answer in found)


def test_a_callback_of_what_stands_before_does_too() -> None:
    source = "function f(req, res, next) { find(req, (user) => { if (!user) return res.sendStatus(401); next(); }); }\n"

    (answer,) = Middleware(extract(source.encode(), "javascript")).answers()

    assert answer.is_before_others
