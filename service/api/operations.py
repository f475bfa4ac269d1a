"""Health, version, and the description of this API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI
from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse

from service.api.about import PACKAGE_VERSION
from service.api.collections import add_routes
from service.api.errors import KIND_OF, NotReady, UnknownPath
from service.api.metrics import MEDIA_TYPE
from service.api.route import Published, Reply, StrictRoute
from service.api.services import GuidanceDep, Services, ServicesDep, services_of
from service.api.shelf import Collection, Shelf
from service.api.wire import Item, Wire
from service.guidance.guidance import Guidance

TAG = "Operations"

router = APIRouter(route_class=StrictRoute)


class Health(Wire):
    """The service answers."""

    status: Literal["ok"]
    guidance_version: str


class Version(Wire):
    """What runs here."""

    version: Annotated[str, Field(description="Of the service.")]
    guidance_version: str


class ProblemKind(Item, defer_build=True):
    """A kind of problem, as ``type`` of a problem names it."""

    title: str
    status: int
    detail: str

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[ProblemKind]:
        """Yield every kind."""
        for status, kind in KIND_OF.items():
            yield cls(id=kind.id, title=kind.title, status=status, detail=kind.detail)


PROBLEMS = Collection("/v1/problems", "service.api.operations:ProblemKind", "Problem", "kinds of problem")


def publish(guidance: Guidance, shelf: Shelf) -> None:
    """Put the kinds of problem on the shelf."""
    shelf.put_all(PROBLEMS, guidance)


def refuse_while_draining(request: Request) -> None:
    """
    Let nobody send new work to a service that stops.

    Raises:
        NotReady: While draining.
    """
    if services_of(request).draining:
        raise NotReady("The service is stopping.", {"Retry-After": "5"})


@router.get("/healthz", tags=[TAG], operation_id="getHealth", summary="Is the service alive?")
async def get_health(guidance: GuidanceDep) -> Health:
    """Alive; says nothing of whether it should get work."""
    return Health(status="ok", guidance_version=guidance.version)


@router.get("/readyz", tags=[TAG], operation_id="getReadiness", summary="Should the service get work?")
async def get_readiness(guidance: GuidanceDep, ready: Annotated[None, Depends(refuse_while_draining)]) -> Health:
    """The guidance is loaded and checked. 503 while the service stops."""
    return Health(status="ok", guidance_version=guidance.version)


@router.get("/version", tags=[TAG], operation_id="getVersion", summary="What runs here?")
async def get_version(guidance: GuidanceDep) -> Version:
    """The versions of the service and of its guidance."""
    return Version(version=PACKAGE_VERSION, guidance_version=guidance.version)


add_routes(router, PROBLEMS, TAG, "listProblems", "getProblem")


@router.get("/metrics", include_in_schema=False, response_class=PlainTextResponse, response_model=None)
async def get_metrics(services: ServicesDep) -> Reply:
    """Show the counts to Prometheus."""
    if not services.shows_metrics:
        raise UnknownPath
    return Reply(200, services.metrics.text(), MEDIA_TYPE)


async def description_of(app: FastAPI) -> tuple[Published, Published]:
    """
    Return the OpenAPI document and the page made of it. Both are made once.

    Its examples are asked of the app itself, which works out all that it works out on a first question. So the service
    does this before it listens, unless both were compiled, and nobody's first question takes longer.
    """
    services: Services = app.state.services
    if services.description is None:
        from service.api.document import describe, written
        from service.api.page import PAGE_HEADERS, page_of

        document = await describe(app)
        text, page = written(document).encode(), page_of(document).encode()
        services.description = (
            Published.of(text),
            Published.of(page, "text/html; charset=utf-8", PAGE_HEADERS),
        )
    return services.description


@router.get("/openapi.json", include_in_schema=False, response_model=None)
async def get_openapi(request: Request) -> Published:
    """Describe the API (OpenAPI 3.1)."""
    return (await description_of(request.app))[0]


@router.get("/docs", include_in_schema=False, response_class=HTMLResponse, response_model=None)
async def get_docs(request: Request) -> Published:
    """Show the description to people. The page loads nothing from anywhere."""
    return (await description_of(request.app))[1]
