"""Read a clinic's folder of protocols, and check each against the guidance that it tightens."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from service.guidance.check import BrokenContent, Fault
from service.guidance.guidance import Guidance
from service.guidance.load import Reading, by_id
from service.guidance.protocol import DEFAULT
from service.guidance.protocol.checking import bookable_faults, condition_faults, raised_faults, wait_faults
from service.guidance.protocol.rules import OwnCondition, Protocol, ProtocolFile, RaisedCondition, StricterWait
from service.guidance.records.common import Record

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LISTS: dict[str, type[Record]] = {
    "waits": StricterWait,
    "conditions": OwnCondition,
    "raised_conditions": RaisedCondition,
}


def load_protocols(folder: Path, guidance: Guidance) -> Mapping[str, Protocol]:
    """
    Read and check every protocol of *folder*, and return them by id, in the order of their ids.

    An empty folder holds none. Names that begin with a dot are passed over, as a mounted volume brings its own.

    Raises:
        BrokenContent: With all faults of all files at once, each with file, record and cure.
    """
    if not folder.is_dir():
        raise BrokenContent([Fault(str(folder), "", "is no folder", "mount the protocols there, or correct the path")])
    if not os.access(folder, os.R_OK | os.X_OK):
        raise BrokenContent([Fault(str(folder), "", "may not be read", "let the user that runs the service read it")])
    faults: list[Fault] = []
    found: dict[str, Protocol] = {}
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
        if misplaced := _misplaced(path):
            faults.append(misplaced)
        elif not path.is_dir():
            reading = Reading(folder)
            protocol = _protocol(reading, path.name, guidance)
            faults += reading.faults
            if protocol is not None:
                found[protocol.id] = protocol
    faults += _defined_twice(found.values())
    if faults:
        raise BrokenContent(faults)
    return MappingProxyType(found)


def _misplaced(path: Path) -> Fault | None:
    """Return the fault of a file that can be no protocol: left alone it would drop its rules in silence."""
    if path.is_dir():
        inside = next(path.rglob("*.yaml"), None)
        if inside is None:
            return None
        return Fault(path.name, "", "nothing reads this folder", f"move {inside.name} out of it")
    if path.suffix != ".yaml":
        return Fault(path.name, "", "nothing reads this file", f"call it {path.stem}.yaml, or remove it")
    if path.stem == DEFAULT:
        return Fault(path.name, "", f"the id '{DEFAULT}' is that of the base guidance", "give the file another name")
    if not _ID.fullmatch(path.stem):
        what = f"its name '{path.stem}' is no id of 1 to 40 small letters, digits and underscores, a letter first"
        proposed = re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_0123456789")[:40]
        return Fault(path.name, "", what, f"call it {proposed or 'clinic'}.yaml")
    return None


def _protocol(reading: Reading, file: str, guidance: Guidance) -> Protocol | None:
    """Read one protocol and note its faults; ``None`` if it does not even have the form of one."""
    content = reading.parse(file)
    if file in reading.broken:
        return None
    if not isinstance(content, dict):
        reading.fault(file, "", "the file does not hold the keys of a protocol", "begin with 'name: ...'")
        return None
    lists: dict[str, Any] = {}
    for key, kind in _LISTS.items():
        if isinstance(content.get(key), list):
            lists[key] = reading.entries(file, content[key], kind, each=f"{key} record")
            by_id(reading, file, lists[key])
    reading.faults += _faults(file, guidance, content, lists)
    written = reading.record(file, "", {**content, **lists}, ProtocolFile)
    if written is None:
        return None
    given = {key: getattr(written, key) for key in written.model_fields_set}
    return Protocol(id=Path(file).stem, digest=reading.digest.hexdigest()[:12], **given)


def _faults(
    file: str, guidance: Guidance, content: Mapping[str, Any], lists: Mapping[str, Iterable[Any]]
) -> Iterator[Fault]:
    """Yield every fault against the guidance, also where something else of the file is broken."""
    bookable = content.get("bookable")
    if isinstance(bookable, list):
        yield from bookable_faults(file, guidance, bookable)
    for check, key in ((wait_faults, "waits"), (condition_faults, "conditions"), (raised_faults, "raised_conditions")):
        for record in lists.get(key, ()):
            yield from check(file, guidance, record)


def _defined_twice(protocols: Iterable[Protocol]) -> Iterator[Fault]:
    """Yield conditions that two protocols define differently: a rule id means one thing."""
    first: dict[str, tuple[Protocol, OwnCondition]] = {}
    for protocol in protocols:
        for own in protocol.conditions:
            other, same = first.setdefault(own.id, (protocol, own))
            if same != own:
                what = f"{other.id}.yaml defines it otherwise"
                yield Fault(f"{protocol.id}.yaml", own.id, what, f"call it {protocol.id}_{own.id}")
