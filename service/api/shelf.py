"""Documents that are the same for everybody: their bytes are made once, when the app is made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pkgutil import resolve_name
from typing import Any

from pydantic import create_model

from service.api.errors import UnknownRecord
from service.api.headers import version_header
from service.api.route import Published
from service.api.wire import Item, Wire
from service.guidance.guidance import Guidance


class Collection:
    """
    Records of one kind, as a list under *path* and each under *path* and its id.

    Args:
        item: Where the class of its items is, as ``module:name``. Only who publishes or describes them needs it; the
            start of a service does neither, where its content is compiled.
        stem: Names its operations: ``Treatment`` makes ``getTreatment``.
        what: Names it in sentences: ``treatments``.
    """

    def __init__(self, path: str, item: str, stem: str, what: str) -> None:
        self.path = path
        self.stem = stem
        self.what = what
        self._item = item

    @cached_property
    def item(self) -> type[Item]:
        """The class of its items, which makes them of the guidance."""
        found: type[Item] = resolve_name(self._item)
        return found

    @cached_property
    def list_model(self) -> Any:
        """All of its items."""
        return create_model(
            f"{self.item.__name__}Collection",
            __base__=Wire,
            items=(tuple[self.item, ...], ...),  # type: ignore[name-defined]
            guidance_version=(str, ...),
        )

    @cached_property
    def item_model(self) -> Any:
        """One of its items."""
        item = self.item
        return create_model(f"{item.__name__}Record", __base__=item, __doc__=item.__doc__, guidance_version=(str, ...))


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

    def put_all(self, collection: Collection, guidance: Guidance, more: Iterable[Item] = ()) -> int:
        """
        Publish a collection and each of its items; return how many there are.

        Args:
            more: What clinics add; an item with the id of another one takes its place.
        """
        found = {item.id: item for item in (*collection.item.all(guidance), *more)}
        items = tuple(found.values())
        version = guidance.version
        self.put(collection.path, collection.list_model.model_construct(items=items, guidance_version=version))
        for id, item in found.items():
            answer = collection.item_model.model_construct(**{"guidance_version": version, **dict(item)})
            self.put(f"{collection.path}/{id}", answer)
        self._ids[collection.path] = tuple(found)
        return len(found)

    def paths(self) -> Iterable[str]:
        """Return the path of every document."""
        return self._documents

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
