"""The API: the shapes of ``--view json``, conditions, repetitions, and refusals as problems."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert

from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute
from pomichnyk.messenger import MessageServer
from pomichnyk.services.access import Access
from pomichnyk.text import translations
from pomichnyk.views import View
from pomichnyk.web.api import operations, shapes
from pomichnyk.web.site import Site
from web import Answer, Browser, site

LESIA = {
    "name": "Леся Українка",
    "phones": [{"value": "067 123 45 67", "label": "work"}, {"value": "+380501112233"}],
    "emails": [{"value": "lesia@example.com"}],
    "messengers": [{"value": "10.0.0.7"}],
    "birthday": "1871-02-25",
    "tags": ["poet", "friend"],
    "comment": "Contra spem spero",
}
Program = Any
"""A client of httpx."""


@pytest.fixture
def api(here: Site) -> Program:
    """Return a program that asks the site."""
    return program(here)


def program(there: Site) -> Program:
    client = Browser(there).client
    client.base_url = f"{client.base_url}/api"
    return client


def add(api: Program, **fields: Any) -> Any:
    answer = api.post("/contacts", json={**LESIA, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def problem(answer: Answer, status: int) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert convert(told, shapes.Problem).status == status
    return told


def printed(app: App, *words: str) -> Any:
    """Return what the command line prints for programs."""
    out = StringIO()
    app.view = View.named("json")(out, StringIO(), translations("en"))
    assert execute(app, words) == 0
    return json.loads(out.getvalue())


def test_a_contact_is_what_the_command_prints(api: Program, app: App) -> None:
    made = add(api)

    assert made == printed(app, "contact", "show", made["id"])
    assert [made] == printed(app, "contact", "list") == api.get("/contacts").json()
    assert made["phones"][0] == {"label": "work", "value": "+380671234567"}
    assert made["messengers"] == [{"label": "", "value": "10.0.0.7"}]
    assert api.get(f"/contacts/{made['id']}").json() == made
    assert api.get("/contacts", params={"q": "укр"}).json() == [made]
    assert api.get("/contacts", params={"q": "нікого"}).json() == []
    assert api.get("/contacts", params={"tag": "poet"}).json() == [made]


def test_where_a_new_record_is_said(api: Program) -> None:
    answer = api.post("/notes", json={"text": "one", "tags": ["a"]})

    assert answer.status_code == 201
    path = answer.headers["location"].removeprefix("/api")
    assert api.get(path).json() == answer.json()


def test_put_makes_it_what_is_sent(api: Program) -> None:
    made = add(api)
    path = f"/contacts/{made['id']}"

    answer = api.put(path, json={"name": "Лариса Косач", "phones": [{"value": "0501112233"}]})

    changed = answer.json()
    assert changed["name"] == "Лариса Косач"
    assert changed["phones"] == [{"label": "", "value": "+380501112233"}]
    assert (changed["emails"], changed["tags"], changed["birthday"]) == ([], [], None)
    assert (changed["messengers"], changed["comment"]) == ([], "")
    assert (changed["id"], changed["created"]) == (made["id"], made["created"])
    assert api.get(path).json() == changed


def test_patch_changes_what_is_sent_and_null_clears(api: Program) -> None:
    made = add(api)
    path = f"/contacts/{made['id']}"

    answer = api.patch(path, json={"birthday": None, "tags": ["poet", "classic"], "emails": None})

    assert answer.json() == {
        **made,
        "birthday": None,
        "tags": ["poet", "classic"],
        "emails": [],
        "changed": answer.json()["changed"],
    }
    media = {"Content-Type": "application/merge-patch+json"}
    answer = api.patch(path, content=b'{"comment": "x"}', headers=media)
    assert answer.json()["comment"] == "x"
    assert api.patch(path, json={}).json() == answer.json()


def test_notes_are_changed_likewise(api: Program, app: App) -> None:
    lesia = add(api)
    made = api.post("/notes", json={"text": "call @Леся", "tags": ["todo"]}).json()
    path = f"/notes/{made['id']}"

    assert made["contacts"] == [lesia["id"]]
    assert api.get(f"/contacts/{lesia['id']}/notes").json() == [made]
    patched = api.patch(path, json={"tags": None}).json()
    assert (patched["text"], patched["tags"]) == ("call @Леся", [])
    replaced = api.put(path, json={"text": "done", "tags": ["old"]}).json()
    assert (replaced["text"], replaced["tags"], replaced["contacts"]) == ("done", ["old"], [])
    assert [replaced] == printed(app, "note", "list")
    assert api.delete(path).status_code == 204
    problem(api.get(path), 404)


def test_a_long_list_comes_in_parts_that_are_linked(api: Program) -> None:
    for number in range(5):
        api.post("/notes", json={"text": f"note {number}"})
    every = [one["text"] for one in api.get("/notes").json()]

    seen, path = [], "/notes?limit=2"
    while path:
        answer = api.get(path)
        seen += [one["text"] for one in answer.json()]
        following = answer.links.get("next", {}).get("url", "")
        path = following.removeprefix("/api")

    assert seen == every
    assert len(every) == 5
    assert answer.links["prev"]["url"] == "/api/notes?sort=added&limit=2&offset=2"
    found = api.get("/notes", params={"q": "note", "limit": 3, "offset": 3})
    assert len(found.json()) == 2


def test_what_has_not_changed_is_not_sent_again(api: Program) -> None:
    made = add(api)
    path = f"/contacts/{made['id']}"
    tag = api.get(path).headers["etag"]

    again = api.get(path, headers={"If-None-Match": f'"x", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    api.patch(path, json={"comment": "new"})
    assert api.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_what_somebody_else_changed_is_not_written_over(api: Program, method: str) -> None:
    made = add(api)
    path = f"/contacts/{made['id']}"
    tag = api.get(path).headers["etag"]
    theirs = api.patch(path, json={"comment": "theirs"}).json()
    body = {} if method == "delete" else {"json": {"name": "mine"}}

    problem(api.request(method, path, headers={"If-Match": tag}, **body), 412)

    answer = api.get(path)
    assert answer.json() == theirs
    again = api.request(method, path, headers={"If-Match": answer.headers["etag"]}, **body)
    assert again.status_code in {200, 204}


@pytest.mark.parametrize(
    ("path", "body"), [("/contacts", LESIA), ("/notes", {"text": "once", "tags": []})]
)
def test_a_repetition_makes_nothing_new(
    tmp_path: Path, path: str, body: dict[str, Any], api: Program
) -> None:
    key = {"Idempotency-Key": "9f0c"}
    first = api.post(path, json=body, headers=key)
    again = api.post(path, json=body, headers=key)
    other = {**body, "tags": ["other"]}

    assert (again.status_code, again.json()) == (201, first.json())
    problem(api.post(path, json=other, headers=key), 422)
    problem(api.post(path, json=body, headers={"Idempotency-Key": "k" * 256}), 400)
    with site(tmp_path / "access", f"sqlite:///{tmp_path}/book.db") as started_anew:
        later = program(started_anew)
        assert later.post(path, json=body, headers=key).json() == first.json()
    assert len(api.get(path).json()) == 1


def test_values_that_are_not_valid_are_named(api: Program) -> None:
    told = problem(api.post("/contacts", json={"name": "x", "phones": [{"value": "12"}]}), 422)

    assert told["errors"] == [{"field": "phone", "expected": "a number such as +380 67 123 45 67"}]
    ukrainian = api.post("/contacts", json={"name": " "}, headers={"Accept-Language": "uk"})
    assert problem(ukrainian, 422)["errors"][0]["field"] == "ім’я"
    assert api.get("/contacts").json() == []


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 200_000, "application/json", 422),
        (b'{"text": "x"}', "text/plain", 415),
        (b"text=x", "application/x-www-form-urlencoded", 415),
        (b'{"text": 1}', "application/json", 422),
        (b'{"text": "x", "unknown": 1}', "application/json", 422),
        (b'{"text": "\\ud800"}', "application/json", 400),
        (b'{"text": "a\\u0000b"}', "application/json", 422),
        (b'{"text": ""}', "application/json", 422),
        (b"null", "application/json", 422),
        (b'"' + b"x" * (9 << 20) + b'"', "application/json", 413),
    ],
)
def test_what_is_sent_amiss_is_refused(
    api: Program, content: bytes, media: str, status: int
) -> None:
    problem(api.post("/notes", content=content, headers={"Content-Type": media}), status)
    assert api.get("/notes").json() == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/contacts/x", 404),
        ("/contacts/00000000-0000-4000-8000-000000000000", 404),
        ("/contacts?limit=0", 422),
        ("/contacts?limit=x", 422),
        ("/contacts?offset=-1", 422),
        ("/contacts?sort=height", 422),
        ("/contacts?unknown=1", 422),
        ("/contacts/birthdays?from=2026-02-30", 422),
        ("/grades/questions/nothing", 404),
        ("/grades/questions/teacher-average", 400),
        ("/grades/questions/teacher-average?teacher=nobody", 404),
        ("/grades/nobodies", 404),
        ("/grades/student", 404),
    ],
)
def test_what_is_asked_amiss_is_refused(api: Program, path: str, status: int) -> None:
    problem(api.get(path), status)


def test_a_method_that_is_not_there_is_refused(api: Program) -> None:
    answer = api.delete("/contacts")
    problem(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_birthdays_are_those_of_the_command(api: Program, app: App) -> None:
    add(api)
    asked = {"from": "2026-02-20", "days": 10}

    assert api.get("/contacts/birthdays", params=asked).json() == printed(
        app, "contact", "birthdays", "--from", "2026-02-20", "--days", "10"
    )
    assert api.get("/contacts/birthdays", params={**asked, "days": 2}).json() == []
    assert api.get("/contacts/birthdays").status_code == 200


def test_the_questions_are_answered_as_by_the_command(api: Program, app: App) -> None:
    printed(app, "grades", "seed", "--seed", "7", "--year", "2026")

    names = {one["name"] for one in api.get("/grades/questions").json()}
    assert len(names) == 12
    best = api.get("/grades/questions/top-students", params={"limit": 3}).json()
    assert best["answer"] == printed(app, "grades", "ask", "top-students", "--limit", "3")
    average = api.get("/grades/questions/stream-average").json()["answer"]
    assert average == printed(app, "grades", "ask", "stream-average")["average"]
    group, subject = (api.get(f"/grades/{kind}").json()[0] for kind in ("groups", "subjects"))
    about = {"group": str(group["id"]), "subject": subject["name"]}
    assert api.get("/grades/questions/group-grades", params=about).json()["answer"] == printed(
        app, "grades", "ask", "group-grades", str(group["id"]), subject["name"]
    )


def test_a_message_is_sent_once_and_read(api: Program, app: App) -> None:
    with MessageServer(app.storage.messages, port=0) as server:
        server.start()
        sent = {"to": f"127.0.0.1:{server.address[1]}", "text": "привіт"}
        key = {"Idempotency-Key": "m1"}
        first = api.post("/messages", json=sent, headers=key)
        again = api.post("/messages", json=sent, headers=key)

    assert (first.status_code, first.json()["state"]) == (201, "delivered")
    assert again.json() == first.json()
    assert api.get("/messages").json() == printed(app, "message", "list")
    assert [one["state"] for one in api.get("/messages?q=прив").json()].count("delivered") == 1
    assert len(api.get("/messages?state=received").json()) == 1
    path = first.headers["location"].removeprefix("/api")
    assert api.get(path).json() == first.json()
    assert api.delete(path).status_code == 204
    problem(api.get(path), 404)
    problem(api.post("/messages", json={"to": "nobody is so called", "text": "x"}), 404)
    problem(api.post("/messages", json={"to": "127.0.0.1:1", "text": " "}), 422)


def test_the_storage_tells_of_itself(api: Program, app: App) -> None:
    add(api)

    assert api.get("/storage").json()["contacts"] == 1
    assert api.get("/storage/check").json() == {"problems": []}
    assert app.storage.info().url == api.get("/storage").json()["url"]


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, local=False) as made:
        made.access.set_password("correct horse")
        yield made


def test_a_token_opens_the_api_and_nothing_else_does(guarded: Site, tmp_path: Path) -> None:
    api = program(guarded)
    token = Access(tmp_path).new_token("phone")

    refused = api.get("/contacts")
    problem(refused, 401)
    assert refused.headers["www-authenticate"] == "Bearer"
    problem(api.get("/contacts", headers={"Authorization": "Bearer pomichnyk_x"}), 401)
    assert api.get("/contacts", headers={"Authorization": f"Bearer {token}"}).json() == []
    guarded.access.revoke_token("phone")
    problem(api.get("/contacts", headers={"Authorization": f"Bearer {token}"}), 401)


def test_another_site_may_not_ask(api: Program) -> None:
    foreign = {"Origin": "https://evil.example"}
    problem(api.post("/notes", json={"text": "x"}, headers=foreign), 403)
    problem(api.get("/notes", headers={"Host": "evil.example"}), 421)


def test_the_document_describes_every_operation(api: Program) -> None:
    document = api.get("/openapi.json").json()

    known = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert known == {
        (one.method, "/api" + one.path.replace(":uuid", "")) for one in operations()
    } | {("GET", "/api/openapi.json")}
    names = [
        one["operationId"] for methods in document["paths"].values() for one in methods.values()
    ]
    assert len(names) == len(set(names))
