"""The API's own page, drawn from its OpenAPI description without anybody else's script."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from pydantic import JsonValue

from bot.web.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    where: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing the API does; `body` is an example, else the schema, of what it takes."""

    method: str
    path: str
    description: str
    parameters: tuple[Parameter, ...]
    body: str
    responses: tuple[tuple[str, str], ...]


class ApiPage:
    """Describes the API to people."""

    def __init__(self, site: Site, app: FastAPI) -> None:
        self._site = site
        self._app = app

    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/docs", self.show)
        return router

    async def show(self, request: Request) -> HTMLResponse:
        """Draw every operation."""
        look = self._site.look(request)
        return self._site.page(
            "api.html", look, title=look.texts("api.title"), operations=tuple(operations(self._app.openapi()))
        )


def operations(description: Mapping[str, JsonValue]) -> Iterator[Operation]:
    """Read the operations out of an OpenAPI description."""
    schemas = _object(_object(description.get("components")).get("schemas"))
    for path, methods in _object(description.get("paths")).items():
        for method, told in _object(methods).items():
            operation = _object(told)
            yield Operation(
                method=method.upper(),
                path=path,
                description=str(operation.get("description", "")),
                parameters=tuple(_parameters(operation.get("parameters"))),
                body=_body(operation.get("requestBody"), schemas),
                responses=tuple(
                    (status, str(_object(response).get("description", "")))
                    for status, response in _object(operation.get("responses")).items()
                ),
            )


def _parameters(listed: JsonValue) -> Iterator[Parameter]:
    for each in listed if isinstance(listed, list) else []:
        parameter = _object(each)
        yield Parameter(
            name=str(parameter["name"]),
            where=str(parameter["in"]),
            required=bool(parameter.get("required")),
        )


def _body(body: JsonValue, schemas: Mapping[str, JsonValue]) -> str:
    media = _object(_object(_object(body).get("content")).get("application/json"))
    schema = _object(media.get("schema"))
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found = _object(schemas[name]) if name in schemas else schema
    examples = found.get("examples")
    shown = examples[0] if isinstance(examples, list) and examples else found
    return json.dumps(shown, ensure_ascii=False, indent=2) if shown else ""


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
