"""One frozen class for each kind of record in a clinic's protocol file. Their ground is the clinic's own word."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from service.guidance.records.common import Code, ConditionClass, Decision, Hours, Record, Text
from service.guidance.records.protocol import Figures

NAME_LENGTH, TEXT_LENGTH = 80, 500
_PHONE = re.compile(r"\+[1-9](?:[ -]?[0-9]){6,14}", re.ASCII)


def _not_empty(value: object, key: ValidationInfo) -> object:
    """Refuse a key with nothing behind it: whoever wrote it meant to say something."""
    if value is None:
        raise ValueError(f"the key '{key.field_name}' has no value")
    return value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


_NotEmpty = BeforeValidator(_not_empty)


class StricterFigures(Record):
    """Figures that replace those of a wait. What is left out stays as it is."""

    minimum_hours: Annotated[Hours | None, _NotEmpty] = None
    recommended_hours: Annotated[Hours | None, _NotEmpty] = None
    provider_clearance: Annotated[bool | None, Field(strict=True), _NotEmpty] = None

    @property
    def given(self) -> dict[str, int | bool]:
        """The figures that are not left out, by key."""
        figures = {key: getattr(self, key) for key in StricterFigures.model_fields}
        return {key: figure for key, figure in figures.items() if figure is not None}

    @property
    def figures(self) -> Figures:
        """All figures: what is left out asks for nothing, and a minimum is recommended too."""
        minimum = self.minimum_hours or 0
        return Figures(
            minimum_hours=minimum,
            recommended_hours=max(minimum, self.recommended_hours or 0),
            provider_clearance=bool(self.provider_clearance),
        )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        minimum, recommended = self.minimum_hours, self.recommended_hours
        if minimum is not None and recommended is not None and minimum > recommended:
            raise ValueError(f"minimum_hours {minimum} is above recommended_hours {recommended}")
        return self


class StricterArea(StricterFigures):
    """Figures for some areas, or for ``elsewhere``: the areas that were not treated."""

    where: Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(_as_list)]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.given:
            raise ValueError(f"the areas {', '.join(self.where)} have no figure")
        return self


class StricterWait(StricterFigures):
    """A base wait made longer, generally or for some areas, and why."""

    id: Text
    why: Text
    areas: tuple[StricterArea, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.given and not self.areas:
            raise ValueError("gives no figure")
        return self


class OwnCondition(Record):
    """A condition that the base guidance does not know."""

    id: Code
    label: Text
    class_: Annotated[ConditionClass, Field(alias="class")]
    lay_terms: tuple[Text, ...]
    why: Text
    advice: Text
    sources: tuple[Code, ...] = ()


class RaisedCondition(Record):
    """
    A base condition in a higher class.

    With advice of its own: "allowed, on the lowest setting" does not fit an answer that now says no.
    """

    id: Text
    class_: Annotated[ConditionClass, Field(alias="class")]
    why: Text
    advice: Text


class ProtocolFile(Record):
    """What a clinic writes down. Phone and text are for people, shown with every answer."""

    name: Annotated[Text, StringConstraints(max_length=NAME_LENGTH)]
    phone: str | None = None
    text: Annotated[Annotated[Text, StringConstraints(max_length=TEXT_LENGTH)] | None, _NotEmpty] = None
    bookable: Annotated[tuple[Decision, ...] | None, _NotEmpty] = None
    waits: tuple[StricterWait, ...] = ()
    conditions: tuple[OwnCondition, ...] = ()
    raised_conditions: tuple[RaisedCondition, ...] = ()

    @field_validator("phone", mode="before")
    @classmethod
    def _can_be_called(cls, phone: object) -> object:
        """Refuse what no phone outside its own country can call, and what YAML took for a number."""
        if not isinstance(phone, str) or not _PHONE.fullmatch(phone):
            raise ValueError(
                f"phone {phone!r} is no phone number with its country code, in quotes, such as '+44 20 7946 0958'"
            )
        return phone


class Protocol(ProtocolFile):
    """A protocol that was read and checked. ``id`` is the name of its file, ``digest`` that of its bytes."""

    id: Code
    digest: str
