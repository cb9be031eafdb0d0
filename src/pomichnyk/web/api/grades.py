"""The gradebook's twelve questions, and who there is, for programs."""

from __future__ import annotations

from pomichnyk.commands._grades_ask import record
from pomichnyk.commands._grades_questions import QUESTIONS, answer
from pomichnyk.errors import NotFoundError
from pomichnyk.gradebook.references import KINDS
from pomichnyk.text import Text
from pomichnyk.web.api import shapes
from pomichnyk.web.api.call import Call
from pomichnyk.web.api.operation import Answer, Operation


def questions(call: Call) -> Answer:
    """Answer which questions there are."""
    return Answer(
        [
            {"name": name, "about": [*one.kinds], "sentence": call.say(one.sentence)}
            for name, one in QUESTIONS.items()
        ]
    )


def asked(call: Call) -> Answer:
    """Answer a question about those whom the query names."""
    name = call.path["name"]
    if name not in QUESTIONS:
        raise NotFoundError(Text("there is no question “{name}”", name=name))
    question = QUESTIONS[name]
    about = [whom for kind in question.kinds if (whom := getattr(call.query, kind))]
    with call.app.gradebook.reading() as session:
        answered = answer(session, name, about, call.query.limit)
    if question.row is not None:
        fields = getattr(question.row, "_fields", ())
        answered = [record(fields, row) for row in answered]
    return Answer({"question": name, "answer": answered})


def people(call: Call) -> Answer:
    """Answer all students, groups, subjects or teachers there are."""
    kind = call.path["kind"].removesuffix("s")
    if kind not in KINDS or not call.path["kind"].endswith("s"):
        raise NotFoundError(Text("there is no such list: {name}", name=call.path["kind"]))
    with call.app.gradebook.reading() as session:
        found = session.rows(f"{kind}.all")
    return Answer([{"id": one[0], "name": one[1]} for one in found])


operations = [
    Operation(
        "GET", "/grades/questions", questions, "Answer which questions there are.",
        answer=list[shapes.Question],
    ),
    Operation(
        "GET", "/grades/questions/{name}", asked, "Answer a question about grades.",
        query=shapes.QuestionAsked, answer=shapes.Answered, refusals=(404, 409),
    ),
    Operation(
        "GET", "/grades/{kind}", people, "Answer all students, groups, subjects or teachers.",
        answer=list[shapes.Person], refusals=(404,),
    ),
]  # fmt: skip
