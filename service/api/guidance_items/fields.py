"""What fields of several items are."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Id = Annotated[str, Field(description="The code that requests and answers use.")]
Label = Annotated[str, Field(description="For a person to read.")]
Aliases = Annotated[tuple[str, ...], Field(description="Other names, for a search box.")]
Help = Annotated[str, Field(description="A sentence to show beside it.")]
Citations = Annotated[tuple[str, ...], Field(description="Ids of /v1/guidance/sources.")]
Codes = tuple[str, ...]
