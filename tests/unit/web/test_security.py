"""Who gets in, and what a page or another site may make a browser do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from starlette.routing import Route
from starlette.websockets import WebSocketDisconnect

from pomichnyk.bootstrap import App
from pomichnyk.domain.changes import Changes
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.note import Note
from pomichnyk.services import access
from pomichnyk.web.application import routes
from pomichnyk.web.site import Site
from web import ORIGIN, Answer, Browser, hidden, site

PASSWORD = "correct horse battery"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
ROUTES = [
    route for route in routes() if isinstance(route, Route) and not route.path.startswith("/api")
]
FORMS = [route.path for route in ROUTES if "POST" in (route.methods or set())]
PAGES = [route.path for route in ROUTES if "GET" in (route.methods or set())]
PUBLIC = {"/login", "/language", "/health", "/favicon.ico", "/static/{digest}/{name}"}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the hash of a password cheap: how dear it is, is not what is tested."""
    monkeypatch.setattr(access, "COST", {"n": 2, "r": 8, "p": 1})


@pytest.fixture
def guarded(here: Site, quick: None) -> Site:
    """Return a site that asks for a password."""
    here.access.set_password(PASSWORD)
    return here


def filled(path: str, identifier: object) -> str:
    """Return a path of a route with something in place of its names."""
    return re.sub(r"\{[^}]*\}", str(identifier), re.sub(r"\{[^}]*:int\}", "1", path))


@pytest.fixture
def contact(app: App) -> Contact:
    """Return somebody in the book, whose every field is hostile."""
    return app.contacts.add(
        Changes(
            name=HOSTILE,
            addresses=[(HOSTILE, HOSTILE)],
            phones=[(HOSTILE, "0671234567")],
            tags=["<script>alert(1)</script>", "\"'><img/src=x/onerror=alert(1)>"],
            comment=HOSTILE,
            birthday="--01-01",
        )
    )


@pytest.fixture
def note(app: App, contact: Contact) -> Note:
    """Return a hostile note that mentions the contact."""
    text = (
        f"{HOSTILE}\n\n[x](javascript:alert(1)) [y](data:text/html,x) ![p](http://evil/p.png)\n\n"
        "<style>*{display:none}</style> <a href='javascript:alert(1)' onclick=alert(1)>z</a>\n"
        '&#x202e;[a](<javascript:alert(1)>) <http://evil/"onmouseover=alert(1)> @"{name}"'
    )
    return app.notes.add(text, ["<script>alert(1)</script>"])


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_is_refused(
    browser: Browser, app: App, contact: Contact, path: str
) -> None:
    before = app.contacts.get(str(contact.id))
    path = filled(path, contact.id)
    browser.get("/")

    for fields in ({}, {"token": ""}, {"token": "0" * 64}, {"name": "x", "text": "x"}):
        answer = browser.client.post(path, data=fields, headers={"Origin": ORIGIN})
        assert answer.status_code == 403
        assert "This form is too old" in answer.text
    assert app.contacts.get(str(contact.id)) == before


def test_the_token_of_another_browser_is_of_no_use(browser: Browser) -> None:
    token = hidden(Browser(browser.site).get("/notes/new").text)["token"]
    browser.get("/")

    answer = browser.client.post(
        "/notes/new", data={"token": token, "text": "x"}, headers={"Origin": ORIGIN}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", FORMS)
def test_another_site_changes_nothing(browser: Browser, path: str, headers: dict[str, str]) -> None:
    token = hidden(browser.get("/notes/new").text)["token"]

    answer = browser.client.post(
        filled(path, "x"), data={"token": token, "text": "x"}, headers=headers
    )

    assert answer.status_code == 403
    assert [*browser.site.app.notes.all()] == []


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8765", 200),
        ("127.0.0.1:1", 200),
        ("127.9.9.9", 200),
        ("[::1]:8765", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("evil.example:80@localhost", 421),
        ("192.168.0.7", 421),
        ("", 421),
    ],
)
def test_a_loopback_address_answers_to_its_own_names_alone(
    browser: Browser, host: str, status: int
) -> None:
    assert browser.get("/", headers={"Host": host}).status_code == status


def test_other_addresses_answer_to_any_name(tmp_path: Path, quick: None) -> None:
    with site(tmp_path, local=False) as made:
        made.access.set_password(PASSWORD)
        assert Browser(made).get("/login", headers={"Host": "home.lan"}).status_code == 200


def headers_hold(answer: Answer) -> None:
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"]


def test_every_answer_has_the_headers_that_protect_it(browser: Browser, contact: Contact) -> None:
    for path in [*PAGES, "/nothing", "/static/x/nothing"]:
        headers_hold(browser.get(filled(path, contact.id)))
    headers_hold(browser.client.post("/notes/new"))
    headers_hold(browser.get("/", headers={"Host": "evil"}))


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(browser: Browser) -> None:
    cookie = browser.get("/").headers["set-cookie"]

    assert re.fullmatch(r"pomichnyk=[\w-]{43}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", cookie)
    assert "set-cookie" not in browser.get("/").headers


def test_a_cookie_of_tls_never_leaves_it(tmp_path: Path) -> None:
    with site(tmp_path, secure=True, cookie="__Host-pomichnyk_1") as made:
        assert Browser(made).get("/").headers["set-cookie"].endswith("; Secure")


@pytest.mark.parametrize("path", PAGES)
def test_what_was_stored_is_never_taken_for_a_tag(
    browser: Browser, contact: Contact, note: Note, path: str
) -> None:
    for identifier in (contact.id, note.id):
        answer = browser.get(filled(path, identifier), params={"q": HOSTILE, "tag": HOSTILE})
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        tags = re.findall(r"<\s*/?\s*(\w+)([^>]*)", answer.text)
        assert not {"img", "style", "iframe"} & {
            tag for tag, rest in tags if 'src="/static/' not in rest
        }
        scripts = re.findall(r"<script[^>]*>", answer.text)
        assert scripts == re.findall(r'<script src="/static/[^"]*" defer>', answer.text)
        for _, attributes in tags:
            assert not re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', "", attributes))
            assert not re.search(r'(href|src)="?\s*(javascript|data):', attributes, re.IGNORECASE)


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../../site.py",
        "/static/x/..%2f..%2fsite.py",
        "/static/x/%2e%2e/%2e%2e/site.py",
        "/static/x/..\\site.py",
        "/static//etc/passwd",
        "/static/x/style.css%00.html",
        "/static/x/layout.html",
        "/contacts/..%2f..%2fetc%2fpasswd",
        "/notes/../../etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_site(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_what_is_too_large_is_refused(browser: Browser) -> None:
    fields = {**hidden(browser.get("/notes/new").text), "text": "x" * (9 << 20)}
    answer = browser.client.post("/notes/new", data=fields, headers={"Origin": ORIGIN})
    assert answer.status_code == 413
    assert "larger than what is taken" in answer.text

    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n\r\n'
        for _ in range(11)
    )
    answer = browser.client.post(
        "/contacts/files",
        content=parts + b"--x--\r\n",
        headers={"Origin": ORIGIN, "Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 400
    assert [*browser.site.app.notes.all()] == []


def test_only_the_log_in_is_open_to_whoever_is_unknown(guarded: Site) -> None:
    browser = Browser(guarded)

    for path in set(PAGES) - PUBLIC:
        answer = browser.get(filled(path, "x"), follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
    for path in set(FORMS) - PUBLIC:
        assert browser.client.post(filled(path, "x")).status_code == 401
    for path in ("/health", "/login", "/favicon.ico", guarded.assets.urls["style.css"]):
        assert browser.get(path).status_code == 200
    assert browser.get("/api/x").json()["status"] == 401
    assert "Contacts" not in browser.get("/").text


def logged_in(browser: Browser, password: str = PASSWORD, path: str = "/login") -> Answer:
    return browser.post(path, {"password": password}, page=path)


def test_the_password_opens_and_logging_out_closes(guarded: Site) -> None:
    browser = Browser(guarded)
    before = browser.get("/login").headers["set-cookie"]

    wrong = logged_in(browser, "wrong")
    assert wrong.status_code == 403
    assert "That is not the password." in wrong.text

    answer = browser.post("/login", {"password": PASSWORD}, page="/login?next=%2Fnotes%3Fq%3Dx")
    assert str(answer.url).endswith("/notes?q=x")
    cookie = browser.client.cookies["pomichnyk"]
    assert cookie not in before  # who knew the cookie of the log-in page knows nothing now
    assert browser.get("/login").url.path == "/"

    stolen = Browser(guarded, Cookie=f"pomichnyk={cookie}")
    assert stolen.get("/contacts").url.path == "/contacts"
    assert browser.post("/logout", page="/contacts").url.path == "/login"
    assert browser.get("/contacts").url.path == "/login"
    assert stolen.get("/contacts").url.path == "/login"


@pytest.mark.parametrize(
    "path",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil", "javascript:x"],
)
def test_the_log_in_leads_to_pages_of_ours_alone(guarded: Site, path: str) -> None:
    browser = Browser(guarded)
    token = hidden(browser.get("/login").text)["token"]

    answer = browser.client.post(
        "/login",
        data={"token": token, "password": PASSWORD, "next": path},
        headers={"Origin": ORIGIN},
        follow_redirects=False,
    )

    assert answer.headers["location"] == "/"


def test_a_session_outlives_a_restart_but_not_the_password(tmp_path: Path, quick: None) -> None:
    with site(tmp_path) as first:
        first.access.set_password(PASSWORD)
        browser = Browser(first)
        logged_in(browser)
        cookie = browser.client.cookies["pomichnyk"]
    assert cookie not in (tmp_path / "sessions.json").read_text()

    with site(tmp_path) as second:
        again = Browser(second, Cookie=f"pomichnyk={cookie}")
        assert again.get("/contacts").url.path == "/contacts"
        second.access.set_password("another password")
        assert again.get("/contacts").url.path == "/login"


def test_a_session_ends_by_itself(guarded: Site) -> None:
    browser = Browser(guarded)
    logged_in(browser)
    guarded.sessions._clock = lambda: 10_000_000_000.0

    assert browser.get("/contacts").url.path == "/login"


def test_whoever_guesses_waits(guarded: Site) -> None:
    browser = Browser(guarded)
    for _ in range(3):
        assert logged_in(browser, "wrong").status_code == 403

    answer = logged_in(browser)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert "Too many tries: wait 1 second." in answer.text


def test_a_password_that_was_set_meanwhile_holds_at_once(here: Site, quick: None) -> None:
    browser = Browser(here)
    assert browser.get("/contacts").url.path == "/contacts"

    access.Access(here.access._password.path.parent).set_password(PASSWORD)

    assert browser.get("/contacts").url.path == "/login"


def test_a_damaged_password_lets_nobody_in(here: Site) -> None:
    here.access._password.path.parent.mkdir(exist_ok=True)
    here.access._password.path.write_text("{")

    assert Browser(here).get("/").status_code == 503


@pytest.fixture
def member(guarded: Site) -> Browser:
    """Return somebody who has logged in."""
    browser = Browser(guarded)
    logged_in(browser)
    return browser


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {}, {"Origin": ORIGIN, "Host": "evil"}]
)
def test_a_web_socket_of_another_site_is_refused(member: Browser, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        member.client.websocket_connect("/anything", headers=headers),
    ):
        pass

    assert refused.value.code == 1008


def test_a_web_socket_asks_who_is_there(guarded: Site) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        Browser(guarded).client.websocket_connect("/anything", headers={"Origin": ORIGIN}),
    ):
        pass

    assert refused.value.code == 1008


def test_a_token_opens_until_it_is_revoked(guarded: Site) -> None:
    token = guarded.access.new_token("phone")
    program = Browser(guarded, Authorization=f"Bearer {token}")
    assert token not in (guarded.access._tokens.path).read_text()
    assert program.get("/contacts").url.path == "/contacts"
    assert Browser(guarded, Authorization="Bearer x").get("/api/x").status_code == 401

    guarded.access.revoke_token("phone")

    assert program.get("/contacts").url.path == "/login"


def test_a_wrong_token_is_refused_also_where_no_password_is_set(browser: Browser) -> None:
    answer = browser.get("/api/contacts", headers={"Authorization": "Bearer wrong"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text)["title"] == "Unauthorized"
