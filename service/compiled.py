"""
The shipped content as it was read, checked and worked out: written once, so that a start need not do it again.

It is used only where nothing has changed since: a digest over every file of this package, its content and its code, and
over the versions that it was made with, has to be that of now. Otherwise all is read and checked, as it is for another
folder of content. The file lies where Python keeps what it compiles of our code, is trusted as far, and is as easily
made again: ``afterglow compile``, which compiles our code too.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import file_digest, sha256
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import fastapi
import pydantic

from service.guidance import CONTENT
from service.guidance.collector import no_collecting
from service.prepared import Described, Prepared, prepare
from service.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

PACKAGE = Path(__file__).parent
CACHE = "__pycache__"
COMPILED = PACKAGE / CACHE / f"afterglow.{sys.implementation.cache_tag}.compiled"
_MADE_WITH = f"afterglow 1, Python {sys.version}, FastAPI {fastapi.__version__}, pydantic {pydantic.VERSION}"
_DIGEST_BYTES = 32
_HEAD_BYTES = 2 * _DIGEST_BYTES


def prepared_for(settings: Settings) -> Prepared:
    """
    Return what an app is made of: compiled where that may be used, else read and checked.

    Raises:
        BrokenContent: Content that must not be used.
    """
    found = read_compiled() if settings.content_dir == CONTENT else None
    return prepare(settings.content_dir) if found is None else found


def read_compiled(file: Path = COMPILED, package: Path = PACKAGE) -> Prepared | None:
    """Return what *file* holds if it was made of the *package* as it is now, else ``None``."""
    try:
        made_of = digest_of(package)
        with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as held:
            return _read(memoryview(held), made_of)
    except (OSError, ValueError):  # it cannot be read, or is empty
        return None


def _read(held: memoryview, made_of: bytes) -> Prepared | None:
    with held, held[:_DIGEST_BYTES] as of, held[_DIGEST_BYTES:_HEAD_BYTES] as digest, held[_HEAD_BYTES:] as content:
        if of != made_of or digest != sha256(content).digest():
            return None
        with no_collecting():
            prepared: Prepared = pickle.loads(content)
        return prepared


def write_compiled(make_app: Any, file: Path = COMPILED, package: Path = PACKAGE) -> None:
    """
    Read and check the shipped content, and write what comes of it; compile the code of the *package* as well.

    Python would do that by itself on a first start, but not where it may not write, or was told not to.

    Raises:
        BrokenContent: Content that must not be used.
        OSError: The file cannot be written, or something was changed meanwhile.
    """
    from compileall import compile_dir

    made_of = digest_of(package)
    held = _pickled(_described(make_app))
    if digest_of(package) != made_of:
        raise OSError("the content or the code was changed while it was compiled")
    file.parent.mkdir(exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    try:
        unfinished.write_bytes(made_of + sha256(held).digest() + held)
        unfinished.replace(file)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()
    compile_dir(package, quiet=2)


def digest_of(package: Path) -> bytes:
    """
    Return the digest of every file in a folder, and of the versions that read it.

    Raises:
        OSError: A file that cannot be read.
    """
    digest = sha256(_MADE_WITH.encode())
    for file in _files(str(package)):
        digest.update(file.removeprefix(str(package)).encode() + b"\0")
        with open(file, "rb", buffering=0) as opened:  # noqa: PTH123 - a path for each file takes longer than reading it
            digest.update(file_digest(opened, "sha256").digest())
    return digest.digest()


def _files(folder: str) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda each: each.name):
        if not entry.is_dir():
            yield entry.path
        elif entry.name != CACHE:
            yield from _files(entry.path)


def _described(make_app: Any) -> Prepared:
    """Prepare the shipped content, and describe the API: its examples work out what else is worked out once."""
    from service.api.operations import description_of

    settings = Settings()
    prepared = prepare(CONTENT)
    app: FastAPI = make_app(settings, prepared)
    return replace(prepared, description=asyncio.run(description_of(app)), described=Described.of(settings))


_PLAIN = (str, bytes)


class _Pickler(pickle._Pickler):
    """
    Writes texts that are equal, and tuples of these, once: that spares an eighth of the memory that they are read into.

    Pickle's own class for it is written in C, and does not let us see a text.
    """

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._first: dict[Any, Any] = {}

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        """Write an object, or where its like was written."""
        if type(obj) in _PLAIN or (type(obj) is tuple and all(type(each) in _PLAIN for each in obj)):
            obj = self._first.setdefault(obj, obj)
        super().save(obj, save_persistent_id)  # type: ignore[misc]

    def reducer_override(self, held: Any) -> Any:
        """Write a mapping that may only be read, which pickle knows no way to write."""
        return (_read_only, (dict(held),)) if isinstance(held, MappingProxyType) else NotImplemented


def _read_only(held: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(held)


def _pickled(prepared: Prepared) -> bytes:
    import pickletools

    written = BytesIO()
    _Pickler(written).dump(prepared)
    return pickletools.optimize(written.getvalue())
