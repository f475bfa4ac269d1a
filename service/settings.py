"""What an operator may set, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, LiteralString, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from service.guidance import CONTENT
from service.guidance.names import closest, or_one_of

PREFIX = "AFTERGLOW_"

_NO_FOLDER: LiteralString = (
    "AFTERGLOW_WORKERS: more than one worker adds up metrics in a folder that can be written; "
    "set AFTERGLOW_METRICS_DIR, or AFTERGLOW_METRICS=false"
)


class BadSettings(ValueError):
    """Settings that cannot be used, with a line for each."""


def _named(folder: object) -> object:
    """Refuse an empty name, which would mean the folder that the service happens to be started in."""
    if folder == "":
        raise PydanticCustomError("empty", "names no folder; give its path, or remove the variable")
    return folder


def _listed(text: object) -> object:
    """Split a list that is separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(text, str) else text


_Folder = Annotated[Path, BeforeValidator(_named)]
_File = _Folder
_Port = Annotated[int, Field(ge=0, le=65535)]
_Seconds = Annotated[float, Field(ge=0.05, le=3600, allow_inf_nan=False)]
_Origin = Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]


class Settings(BaseModel):
    """Every setting; each is also an environment variable: ``AFTERGLOW_`` and its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: _Port = 8000
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    body_bytes: Annotated[int, Field(ge=1024, le=16 * 1024 * 1024)] = 64 * 1024
    slots_bytes: Annotated[int, Field(ge=1024, le=16 * 1024 * 1024)] = 256 * 1024
    batch_bytes: Annotated[int, Field(ge=1024, le=256 * 1024 * 1024)] = 16 * 1024 * 1024
    line_bytes: Annotated[int, Field(ge=1024, le=1024 * 1024)] = 64 * 1024
    most_treatments: Annotated[int, Field(ge=1, le=20)] = 20
    most_conditions: Annotated[int, Field(ge=1, le=60)] = 60
    most_signs: Annotated[int, Field(ge=1, le=40)] = 40
    most_text: Annotated[int, Field(ge=1, le=2000)] = 2000
    most_slots: Annotated[int, Field(ge=1, le=500)] = 500
    most_items: Annotated[int, Field(ge=1, le=10_000)] = 10_000
    head_bytes: Annotated[int, Field(ge=1024, le=64 * 1024)] = 16 * 1024
    head_seconds: _Seconds = 10
    body_seconds: _Seconds = 30
    send_seconds: _Seconds = 30
    idle_seconds: _Seconds = 75
    connections: Annotated[int, Field(ge=1, le=50_000)] = 512
    drain_seconds: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 5
    grace_seconds: Annotated[float, Field(ge=1, le=3600, allow_inf_nan=False)] = 20
    content_dir: _Folder = CONTENT
    protocols_dir: _Folder | None = None
    log_level: Literal["info", "warning", "error"] = "info"
    metrics: bool = True
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    metrics_dir: _Folder | None = None
    telemetry: bool = False
    api_keys_file: _File | None = None
    cors_origins: Annotated[tuple[_Origin, ...], BeforeValidator(_listed)] = ()
    page: bool = True
    frame_ancestors: Annotated[tuple[_Origin, ...], BeforeValidator(_listed)] = ()

    @property
    def shows_page(self) -> bool:
        """Whether the page is there. It has no key, so it is not where callers need one."""
        return self.page and self.api_keys_file is None

    @property
    def counts(self) -> dict[str, int]:
        """Return how many a request may have, keyed by the member that holds them; those alone that were lowered."""
        members = {
            "treatments": "most_treatments",
            "conditions": "most_conditions",
            "signs": "most_signs",
            "text": "most_text",
            "q": "most_text",
            "slots": "most_slots",
        }
        fields = type(self).model_fields
        return {
            member: getattr(self, name)
            for member, name in members.items()
            if getattr(self, name) < fields[name].default
        }

    @model_validator(mode="after")
    def _check_metrics(self) -> Self:
        """Refuse counts that would not add up, and a port that has nothing to show."""
        if self.metrics and self.workers > 1 and self.metrics_dir is None:
            raise PydanticCustomError("no_folder", _NO_FOLDER)
        if self.metrics_port is not None and not self.metrics:
            raise PydanticCustomError("no_metrics", "AFTERGLOW_METRICS_PORT: needs AFTERGLOW_METRICS=true")
        if self.metrics_port == self.port:
            raise PydanticCustomError("one_port", "AFTERGLOW_METRICS_PORT: has to differ from AFTERGLOW_PORT")
        return self

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """
        Read the settings of *environment*, by default that of the process.

        Raises:
            BadSettings: A value that does not fit, or a name with our prefix that is no setting.
        """
        variables = os.environ if environment is None else environment
        given = {
            name.removeprefix(PREFIX).lower(): value for name, value in variables.items() if name.startswith(PREFIX)
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise BadSettings("\n".join(_line(each["loc"], each["msg"]) for each in error.errors())) from None


def _line(place: tuple[int | str, ...], message: str) -> str:
    if not place:
        return message
    name = str(place[0])
    if name in Settings.model_fields:
        return f"{PREFIX}{name.upper()}: {message[0].lower()}{message[1:]}"
    meant = or_one_of(f"{PREFIX}{each.upper()}" for each in closest(name, Settings.model_fields))
    return f"{PREFIX}{name.upper()} is no setting{meant.replace('; ', ': ', 1)}"
