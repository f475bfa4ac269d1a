"""The types that requests and answers are made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from service.guidance.guidance import Guidance
from service.guidance.times import BadTime, TimeOutOfRange, UnknownZone, read_time, zone_of

TREATMENTS_AT_MOST = 20
CONDITIONS_AT_MOST = 60
SIGNS_AT_MOST = 40
AREAS_AT_MOST = 40
TEXT_AT_MOST = 2000
CODE_AT_MOST = 80
ID_AT_MOST = 128
ERRORS_AT_MOST = 20


def refusal(code: str, detail: str) -> PydanticCustomError:
    """Make the error of a validator: *code* of the contract's list, *detail* says what is accepted."""
    return PydanticCustomError(code, "{detail}", {"detail": detail})


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _time(value: Any) -> datetime | date:
    if not isinstance(value, str):
        raise refusal("wrong_type", "a string with a date-time or a date")
    try:
        return read_time(value)
    except BadTime as error:
        raise refusal("bad_format", str(error)) from None
    except TimeOutOfRange as error:
        raise refusal("out_of_range", str(error)) from None


def _instant(value: Any) -> datetime:
    time = _time(value)
    if not isinstance(time, datetime):
        raise refusal("bad_format", "a date-time with an offset (2026-11-20T15:30:00-05:00)")
    return time


def _zone(value: Any) -> tzinfo:
    if not isinstance(value, str):
        raise refusal("wrong_type", "a string with an IANA time zone name")
    try:
        return zone_of(value)
    except UnknownZone as error:
        raise refusal("unknown_code", str(error)) from None


@cache
def _countries() -> frozenset[str]:
    """Return the codes of ISO 3166-1, as the time zone database lists them."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    return frozenset(line.split("\t")[0] for line in table.splitlines() if not line.startswith("#"))


def _country(value: Any) -> str:
    if not isinstance(value, str):
        raise refusal("wrong_type", "a string with a country code")
    if value not in _countries():
        raise refusal("unknown_code", "an ISO 3166-1 alpha-2 code in capitals, such as GB or US")
    return value


Integer = Annotated[int, Strict(), BeforeValidator(_whole)]
"""3 and 3.0; neither ``true`` nor ``"3"``."""

Flag = Annotated[bool, Strict()]
"""``true`` or ``false``, nothing that looks like them."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=CODE_AT_MOST)]
"""An id that the guidance may or may not define."""

GivenId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=ID_AT_MOST),
    Field(description="The caller's own; it comes back with the answer."),
]

Areas = Annotated[tuple[Code, ...], Field(max_length=AREAS_AT_MOST)]

_YEARS = "(?:19[0-9]{2}|2[01][0-9]{2}|2200)"
_DAY = f"{_YEARS}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_HOUR = r"[Tt ](?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

Time = Annotated[
    datetime | date,
    PlainValidator(_time),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_DAY}(?:{_HOUR})?$",
            "description": "RFC 3339 date-time with an offset, or a bare date; years 1900 to 2200.",
            "examples": ["2026-11-20T15:30:00-05:00", "2026-11-20"],
        }
    ),
]
"""A date-time that keeps its offset, or a date."""

Instant = Annotated[
    datetime,
    PlainValidator(_instant),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_DAY}{_HOUR}$",  # says more than the format date-time, which knows no space for the T
            "description": "RFC 3339 date-time with an offset; years 1900 to 2200.",
            "examples": ["2026-11-22T10:00:00Z"],
        }
    ),
]
"""A date-time that keeps its offset."""

Zone = Annotated[
    tzinfo,
    PlainValidator(_zone),
    WithJsonSchema(
        {
            "type": "string",
            "maxLength": 64,
            "description": "IANA time zone name, such as Europe/London.",
            "examples": ["Europe/London"],
        }
    ),
]

Country = Annotated[
    str,
    PlainValidator(_country),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$", "description": "ISO 3166-1 alpha-2 code."}),
]


class Wire(BaseModel):
    """
    A request, an answer, or a part of one.

    What is only ever read as a part of something else says ``defer_build=True``: its own validator is never needed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Item(Wire):
    """One record of a collection."""

    id: Annotated[str, Field(description="The code that requests and answers use.")]

    @classmethod
    def all(cls, guidance: Guidance) -> Iterator[Item]:
        """Yield every record of the guidance that is one of these."""
        raise NotImplementedError
