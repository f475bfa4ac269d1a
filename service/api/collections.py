"""The two routes of a collection: all of it, and one of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi.routing import APIRoute, APIRouter

from service.api.route import Published, StrictRoute
from service.api.services import ShelfDep
from service.api.shelf import Collection


class ShelfRoute(StrictRoute):
    """
    A route whose endpoint takes a document off the shelf.

    Args:
        answer: Returns what the document is made from, as FastAPI wants to be told. Nobody asks before the route is
            described.
    """

    def __init__(
        self, path: str, endpoint: Callable[..., Any], answer: Callable[[], Mapping[str, Any]], **described: Any
    ) -> None:
        super().__init__(path, endpoint, response_model=None, **described)
        self._answer_of = answer

    def describe(self) -> APIRoute:
        """Return the same route as FastAPI describes it."""
        return APIRoute(self.path, self.endpoint, **{**self._described, **self._answer_of()})


def add_routes(router: APIRouter, collection: Collection, tag: str, list_operation: str, get_operation: str) -> None:
    """Add the two routes of a collection. *router* may have the tag too."""
    tags = list(dict.fromkeys([*router.tags, tag]))  # twice, it makes clients with two of each method

    async def read_all(shelf: ShelfDep) -> Published:
        return shelf.get(collection.path)

    async def read_one(id: str, shelf: ShelfDep) -> Published:
        return shelf.get_item(collection.path, id)

    router.routes.append(
        ShelfRoute(
            collection.path,
            read_all,
            lambda: {"response_model": collection.list_model, "description": collection.item_model.__doc__ or ""},
            tags=tags,
            operation_id=list_operation,
            summary=f"All {collection.what}",
        )
    )
    router.routes.append(
        ShelfRoute(
            f"{collection.path}/{{id}}",
            read_one,
            lambda: {"response_model": collection.item_model, "description": collection.item_model.__doc__ or ""},
            tags=tags,
            operation_id=get_operation,
            summary=f"One of the {collection.what}, by its id",
        )
    )
