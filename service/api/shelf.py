"""Documents that are the same for everybody: their bytes are made once, when the app is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from pydantic import create_model

from service.api.errors import UnknownRecord
from service.api.headers import version_header
from service.api.route import Published
from service.api.wire import Item, Wire
from service.guidance.guidance import Guidance

T = TypeVar("T", bound=Item)


class Collection(Generic[T]):
    """
    Records of one kind, as a list under *path* and each under *path* and its id.

    Args:
        stem: Names its operations: ``Treatment`` makes ``getTreatment``.
        what: Names it in sentences: ``treatments``.
        all: Makes its items from the guidance.
    """

    def __init__(self, path: str, item: type[T], stem: str, what: str, all: Callable[[Guidance], Iterable[T]]) -> None:
        self.path = path
        self.stem = stem
        self.what = what
        self.all = all
        self.list_model: Any = create_model(
            f"{item.__name__}Collection",
            __base__=Wire,
            items=(tuple[item, ...], ...),  # type: ignore[valid-type]
            guidance_version=(str, ...),
        )
        self.item_model: Any = create_model(
            f"{item.__name__}Record", __base__=item, __doc__=item.__doc__, guidance_version=(str, ...)
        )


class Shelf:
    """Every published document, keyed by its path."""

    def __init__(self) -> None:
        self._documents: dict[str, Published] = {}
        self._ids: dict[str, tuple[str, ...]] = {}

    def put(self, path: str, answer: Wire) -> None:
        """Publish one answer."""
        body = type(answer).__pydantic_serializer__.to_json(answer, by_alias=True, exclude_none=True)
        self._documents[path] = Published.of(body, headers=version_header(answer))

    def place(self, path: str, document: Published) -> None:
        """Publish what is no answer of the API."""
        self._documents[path] = document

    def put_all(self, collection: Collection[T], guidance: Guidance, more: Iterable[T] = ()) -> int:
        """
        Publish a collection and each of its items; return how many there are.

        Args:
            more: What clinics add; an item with the id of another one takes its place.
        """
        found = {item.id: item for item in (*collection.all(guidance), *more)}
        items = tuple(found.values())
        version = guidance.version
        self.put(collection.path, collection.list_model.model_construct(items=items, guidance_version=version))
        for id, item in found.items():
            answer = collection.item_model.model_construct(**{"guidance_version": version, **dict(item)})
            self.put(f"{collection.path}/{id}", answer)
        self._ids[collection.path] = tuple(found)
        return len(found)

    def get(self, path: str) -> Published:
        """Return the document of a path."""
        return self._documents[path]

    def find(self, path: str) -> Published | None:
        """Return the document of a path, if there is one."""
        return self._documents.get(path)

    def get_item(self, path: str, id: str) -> Published:
        """
        Return one item of a collection.

        Raises:
            UnknownRecord: With the closest ids.
        """
        if id not in self._ids[path]:
            raise UnknownRecord(id, self._ids[path])
        return self._documents[f"{path}/{id}"]
