"""The document: all operations as OpenAPI 3.1 describes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from pomichnyk import __version__
from pomichnyk.web.api import shapes
from pomichnyk.web.api.call import Call
from pomichnyk.web.api.operation import Answer, Operation
from pomichnyk.web.problems import API, MEDIA

Json = dict[str, Any]
REFERENCE = "#/components/schemas/{name}"
PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")
ALWAYS = (401, 403, 413, 421, 500, 503)
"""Statuses by which any operation may be refused."""
CONDITIONAL = {"PUT": "If-Match", "PATCH": "If-Match", "DELETE": "If-Match", "GET": "If-None-Match"}


def described(operations: Sequence[Operation]) -> Operation:
    """Return the operation that answers the description of these."""

    def run(_call: Call) -> Answer:
        return Answer(document(operations))

    return Operation("GET", "/openapi.json", run, "Answer this document.", answer=Json)


def document(operations: Sequence[Operation]) -> Json:
    """Return the description of operations."""
    types = {one for each in operations for one in (each.body, each.answer) if one}
    ordered = [*sorted(types, key=str), shapes.Problem]
    _, components = msgspec.json.schema_components(ordered, ref_template=REFERENCE)
    paths: Json = {}
    for one in operations:
        path = API + PARAMETER.sub(r"{\1}", one.path)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pomichnyk",
            "version": __version__,
            "description": "Contacts, notes and grades, in the shapes of `--view json`.",
        },
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Operation) -> Json:
    made: Json = {
        "operationId": f"{one.method.lower()}{re.sub(r'[^a-zA-Z]+', '_', one.path)}".rstrip("_"),
        "summary": one.summary,
        "tags": [one.noun],
        "parameters": [*_path(one.path), *_query(one.query), *_headers(one)],
        "responses": _responses(one),
    }
    if one.body:
        media = ["application/json", *(["application/merge-patch+json"] * (one.method == "PATCH"))]
        content = {kind: {"schema": _schema(one.body)} for kind in media}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _path(path: str) -> Iterable[Json]:
    for name, kind in PARAMETER.findall(path):
        schema = {"type": "string", **({"format": "uuid"} if kind == "uuid" else {"minLength": 1})}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query(shape: type[msgspec.Struct] | None) -> Iterable[Json]:
    if not shape:
        return
    (_,), components = msgspec.json.schema_components([shape], ref_template=REFERENCE)
    for name, schema in components[shape.__name__]["properties"].items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}


def _headers(one: Operation) -> Iterable[Json]:
    names = [CONDITIONAL[one.method]] if one.method in CONDITIONAL else ["Idempotency-Key"]
    for name in names:
        yield {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}


def _responses(one: Operation) -> Json:
    done: Json = {"description": "Done."}
    if one.answer:
        done["content"] = {"application/json": {"schema": _schema(one.answer)}}
    made = {str(one.status): done}
    if one.method == "GET":
        made["304"] = {"description": "It has not changed."}
    shape = [422] * bool(one.body or one.query) + [400, 415] * bool(one.body)
    for status in sorted({*ALWAYS, *one.refusals, *shape, 400}):
        content = {MEDIA: {"schema": _schema(shapes.Problem)}}
        made[str(status)] = {"description": "Not done.", "content": content}
    return made


def _schema(shape: Any) -> Mapping[str, Any]:
    (schema,), _ = msgspec.json.schema_components([shape], ref_template=REFERENCE)
    return schema
