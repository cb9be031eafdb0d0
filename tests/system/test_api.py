"""The API asked at random, as its document allows and as it does not: no answer is a mistake."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from pomichnyk.commands._dispatch import execute
from pomichnyk.web.application import application
from pomichnyk.web.site import Site
from web import site

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import Case, GenerationMode
    from schemathesis.specs.openapi.checks import (
        negative_data_rejection,
        positive_data_acceptance,
    )

OURS: list[Any] = [positive_data_acceptance, negative_data_rejection]
"""What only its own check can tell: a valid phone number, or a body of too many bytes (413)."""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("api")
    with site(folder / "access", f"sqlite:///{folder}/book.db", local=False) as made:
        assert execute(made.app, ("grades", "seed", "--seed", "7")) == 0
        yield made


@pytest.fixture(scope="module")
def api_schema(here: Site) -> Any:
    return schemathesis.openapi.from_asgi("/api/openapi.json", application(here))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_one_that_the_document_tells_of(
    api_schema: Any, mode: GenerationMode
) -> None:
    asked = 0
    # A message is not sent to hosts that chance names.
    for found in api_schema.exclude(path="/api/messages", method="POST").get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=25,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=[*HealthCheck],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case[Any]) -> None:
            case.call_and_validate(excluded_checks=OURS)

        with suppress(Unsatisfiable):  # what takes nothing cannot be asked amiss
            ask()
            asked += 1
    assert asked > 10
