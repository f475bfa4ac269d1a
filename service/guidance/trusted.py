"""
Make records from values that are known to be right, since this package made them, without looking at them again.

An answer takes dozens of records. To validate each, or to run its ``__init__``, would take longer than to decide.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")
Owner = TypeVar("Owner")
Model = TypeVar("Model", bound=BaseModel)

_set = object.__setattr__


class once(Generic[Owner, T]):
    """What :class:`functools.cached_property` is from Python 3.12 on: the older one takes a lock, which costs more."""

    def __init__(self, work: Callable[[Owner], T]) -> None:
        self.work = work
        self.__doc__ = work.__doc__

    def __get__(self, instance: Owner, _owner: type[Owner] | None = None) -> T:
        """Work it out, and keep it on the instance."""
        found = instance.__dict__[self.work.__name__] = self.work(instance)
        return found


def changed(record: T, **changes: Any) -> T:
    """
    Return what :func:`dataclasses.replace` would.

    For frozen dataclasses without slots, and without anything cached on them.
    """
    copy: T = object.__new__(type(record))
    copy.__dict__.update(record.__dict__, **changes)
    return copy


def built(model: type[Model], values: dict[str, Any]) -> Model:
    """
    Return what :meth:`pydantic.BaseModel.model_construct` would.

    Args:
        values: Every field by its name, those with a default too; the model keeps this very mapping.
    """
    made = model.__new__(model)
    _set(made, "__dict__", values)
    _set(made, "__pydantic_fields_set__", set(values))
    _set(made, "__pydantic_extra__", None)
    _set(made, "__pydantic_private__", None)
    return made
