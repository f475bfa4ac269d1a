"""The two routes of a collection: all of it, and one of it."""

from __future__ import annotations

from enum import Enum
from typing import Any

from fastapi import APIRouter

from service.api.route import Published
from service.api.services import ShelfDep
from service.api.shelf import Collection


def add_routes(
    router: APIRouter, collection: Collection[Any], tag: str, list_operation: str, get_operation: str
) -> None:
    """Add the two routes of a collection. *router* may have a prefix that its path begins with, and the tag."""
    tags: list[str | Enum] = [] if tag in router.tags else [tag]  # twice, it makes clients with two of each method
    path = collection.path.removeprefix(router.prefix)

    async def read_all(shelf: ShelfDep) -> Published:
        return shelf.get(collection.path)

    async def read_one(id: str, shelf: ShelfDep) -> Published:
        return shelf.get_item(collection.path, id)

    router.add_api_route(
        path,
        read_all,
        response_model=collection.list_model,
        tags=tags,
        operation_id=list_operation,
        summary=f"All {collection.what}",
        description=collection.item_model.__doc__ or "",
    )
    router.add_api_route(
        f"{path}/{{id}}",
        read_one,
        response_model=collection.item_model,
        tags=tags,
        operation_id=get_operation,
        summary=f"One of the {collection.what}, by its id",
        description=collection.item_model.__doc__ or "",
    )
