"""Read the content files, check them, and hand out one :class:`Guidance`. The core's only input.

A bad file is never half used: every fault is collected first, and one fault is enough for no guidance at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from service.guidance import CONTENT as CONTENT
from service.guidance.check import BrokenContent, Fault, faults_of
from service.guidance.collector import no_collecting
from service.guidance.generics import with_generics
from service.guidance.guidance import Guidance
from service.guidance.linear_model import read_model
from service.guidance.names import did_you_mean, fold
from service.guidance.records.common import Release, Source
from service.guidance.records.eligibility import EligibilityTexts
from service.guidance.records.faq import FaqEntry, SearchSettings, Topic
from service.guidance.records.protocol import (
    Area,
    Condition,
    DeviceBrand,
    ExtendFactor,
    InjectableNote,
    Place,
    ProductWords,
    Rule,
    Treatment,
    Wait,
)
from service.guidance.records.reading import ReadingTexts
from service.guidance.records.triage import Combination, EmergencyNumber, ExposureGroup, Sign, TriageTexts
from service.guidance.window_model import read_windows
from service.guidance.word_tables import WordCounts


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


_R = TypeVar("_R", bound=BaseModel)
_I = TypeVar("_I", bound=_Identified)
_L = TypeVar("_L")

_LISTS: dict[str, type[BaseModel]] = {
    "sources.yaml": Source,
    "areas.yaml": Area,
    "places.yaml": Place,
    "treatments.yaml": Treatment,
    "waits.yaml": Wait,
    "rules.yaml": Rule,
    "extend_factors.yaml": ExtendFactor,
    "conditions.yaml": Condition,
    "injectable_contraindications.yaml": InjectableNote,
    "signs.yaml": Sign,
    "combinations.yaml": Combination,
    "exposure_groups.yaml": ExposureGroup,
    "device_brands.yaml": DeviceBrand,
    "emergency_numbers.yaml": EmergencyNumber,
    "topics.yaml": Topic,
}
_SINGLES: dict[str, type[BaseModel]] = {
    "release.yaml": Release,
    "eligibility.yaml": EligibilityTexts,
    "triage.yaml": TriageTexts,
    "reading.yaml": ReadingTexts,
    "search.yaml": SearchSettings,
    "product_words.yaml": ProductWords,
}
_FAQ_FOLDER = "faq"
_WORDS, _FAQ_MODEL = "learned/words.txt", "learned/faq.model"
_SIGN_MODEL, _WINDOW_MODEL, _DETAIL_MODEL = "learned/signs.model", "learned/windows.model", "learned/details.model"
_LEARNED = (_WORDS, _FAQ_MODEL, _SIGN_MODEL, _WINDOW_MODEL, _DETAIL_MODEL)
_RETRAIN = "run make train, or restore it"


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """YAML in which a key given twice is an error, and dates stay what they are."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        if len(mapping) < len(node.value):
            seen: set[Hashable] = set()
            for key_node, _ in node.value:
                key = self.construct_object(key_node, deep=True)
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key!r} is given twice", key_node.start_mark
                    )
                seen.add(key)
        return mapping


class Reading:
    """Content as read so far: the faults met, and the names of the files and records that have them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.broken: set[str] = set()
        self.digest = hashlib.sha256()

    def fault(self, file: str, record: str, what: str, cure: str) -> None:
        self.faults.append(Fault(file, record, what, cure))

    def raw(self, file: str, cure: str = "restore it") -> bytes | None:
        """Return the bytes of a file, which the version tells from others, or ``None`` after noting that it lacks."""
        try:
            raw = (self.folder / file).read_bytes()
        except OSError:
            self.fault(file, "", "the file is missing or cannot be read", cure)
            self.broken.add(file)
            return None
        self.digest.update(file.encode() + b"\0" + raw + b"\0")
        return raw

    def learned(self, file: str, read: Callable[[bytes], _L]) -> _L | None:
        """Return what was learned from the corpus, or ``None`` after noting why it cannot be read."""
        raw = self.raw(file, _RETRAIN)
        if raw is None:
            return None
        try:
            return read(raw)
        except ValueError as error:
            self.broken.add(file)
            self.fault(file, "", str(error), _RETRAIN)
            return None

    def parse(self, file: str) -> Any:
        """Return what the file holds, or ``None`` after noting why it cannot be read."""
        raw = self.raw(file)
        if raw is None:
            return None
        try:
            return yaml.load(raw.decode("utf-8"), Loader=_Loader)  # a safe loader, with one more check
        except UnicodeDecodeError:
            self.broken.add(file)
            self.fault(file, "", "the file is not UTF-8", "save it as UTF-8")
        except yaml.YAMLError as error:
            self.broken.add(file)
            mark = getattr(error, "problem_mark", None)
            place = f"line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or "not readable as YAML"
            self.fault(file, place, f"not readable: {problem}", "correct the YAML at that line")
        except ValueError as error:  # a day or a number that YAML recognises but that does not exist
            self.broken.add(file)
            self.fault(file, "", f"not readable: {error}", "correct it, or put it in quotes")
        return None

    def records_of(self, file: str, kind: type[_R], given: Mapping[str, str] | None = None) -> list[_R]:
        """Return the good records of a list file, and note the others' faults. Its name tells what is *given*."""
        content = self.parse(file)
        if content is None:
            return []
        if not isinstance(content, list):
            self.fault(file, "", "the file does not hold a list of records", "begin each record with '- '")
            return []
        return self.entries(file, content, kind, given)

    def entries(
        self,
        file: str,
        entries: list[Any],
        kind: type[_R],
        given: Mapping[str, str] | None = None,
        each: str = "record",
    ) -> list[_R]:
        """Return the good ones of a list of records, and note the others' faults. *each* names one without an id."""
        records = []
        for number, entry in enumerate(entries, start=1):
            name = _name_of(entry, f"{each} {number}")
            records.append(self.record(file, name, self._with(given or {}, file, name, entry), kind))
        return [record for record in records if record is not None]

    def _with(self, given: Mapping[str, str], file: str, name: str, entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry
        for key in given.keys() & entry.keys():
            self.fault(file, name, f"unknown key '{key}'", "remove it: the file's name says it")
        return {**entry, **given}

    def record(self, file: str, name: str, entry: Any, kind: type[_R]) -> _R | None:
        """Return the record if it is a good one, or ``None`` after noting its faults."""
        try:
            return kind.model_validate(entry)
        except ValidationError as error:
            self.broken.add(name)
            for each in error.errors(include_url=False):
                where = ".".join(str(part) for part in each["loc"])
                self.fault(file, name, *_explain(each, where, kind))
        return None

    def single(self, file: str, kind: type[_R]) -> _R | None:
        content = self.parse(file)
        return None if content is None else self.record(file, _name_of(content, ""), content, kind)


def _name_of(entry: Any, otherwise: str) -> str:
    return str(entry["id"]) if isinstance(entry, dict) and isinstance(entry.get("id"), str) else otherwise


def _given(value: Any) -> str:
    """Say a value that is short enough to be said."""
    return f", not {value!r}" if isinstance(value, str | int | float) and len(repr(value)) <= 60 else ""


def _explain(error: ErrorDetails, where: str, model: type[BaseModel]) -> tuple[str, str]:
    """Return what is wrong and its cure, in a content author's words."""
    kind, message = error["type"], error["msg"]
    if kind == "extra_forbidden":
        key = where.split(".")[-1]
        return f"unknown key '{where}'", f"remove it{did_you_mean(key, model.model_fields)}"
    if kind == "missing":
        return f"the key '{where}' is missing", "add it"
    if kind == "value_error":
        return message.removeprefix("Value error, "), f"correct '{where}'" if where else "correct the record"
    return f"'{where}': {message[0].lower()}{message[1:]}{_given(error['input'])}", "correct the value"


def by_id(reading: Reading, file: str, entries: Iterable[_I]) -> Mapping[str, _I]:
    found: dict[str, _I] = {}
    for entry in entries:
        if entry.id in found:
            reading.fault(file, entry.id, "the id is given twice", "rename or remove one of the two records")
        found[entry.id] = entry
    return MappingProxyType(found)


def _names(
    reading: Reading, treatments: Mapping[str, Treatment]
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    names: dict[str, str] = {}
    areas: dict[str, tuple[str, ...]] = {}
    for treatment in treatments.values():
        for name in (treatment.id, treatment.label, *treatment.names, *treatment.name_areas):
            other = names.setdefault(fold(name), treatment.id)
            if other != treatment.id:
                reading.fault(
                    "treatments.yaml",
                    treatment.id,
                    f"the name '{name}' also belongs to {other}",
                    "keep it with one treatment, or give it to a generic one",
                )
        areas |= {fold(name): places for name, places in treatment.name_areas.items()}
    return MappingProxyType(names), MappingProxyType(areas)


def read_words(raw: bytes) -> WordCounts:
    """
    Read one word a line, with how often the corpus uses it, if it does.

    Raises:
        ValueError: A count is no number.
    """
    lines = (line.partition(" ") for line in raw.decode("utf-8").splitlines())
    return WordCounts.of({word: int(count or 0) for word, _, count in lines})


def load_guidance(folder: Path = CONTENT) -> Guidance:
    """
    Read and check every content file of *folder*.

    Raises:
        BrokenContent: With all faults at once, each with file, record and cure.
    """
    with no_collecting():
        return _loaded(Reading(folder))


def _loaded(reading: Reading) -> Guidance:
    folder = reading.folder
    _refuse_strangers(reading)
    lists: dict[str, list[Any]] = {file: reading.records_of(file, kind) for file, kind in _LISTS.items()}
    singles: dict[str, Any] = {file: reading.single(file, kind) for file, kind in _SINGLES.items()}
    faq_files = sorted(f"{_FAQ_FOLDER}/{path.name}" for path in (folder / _FAQ_FOLDER).glob("*.yaml"))
    entries = [entry for file in faq_files for entry in reading.records_of(file, FaqEntry, {"topic": Path(file).stem})]
    by_file: dict[str, Any] = {
        file: by_id(reading, file, found) for file, found in lists.items() if "id" in _LISTS[file].model_fields
    }
    names, name_areas = _names(reading, by_file["treatments.yaml"])
    faq = by_id(reading, "faq", entries)
    words = reading.learned(_WORDS, read_words)
    faq_model = reading.learned(_FAQ_MODEL, read_model)
    sign_model, detail_model = reading.learned(_SIGN_MODEL, read_model), reading.learned(_DETAIL_MODEL, read_model)
    window_model = reading.learned(_WINDOW_MODEL, read_windows)
    if words is None or faq_model is None or sign_model is None or window_model is None or detail_model is None:
        raise BrokenContent(reading.faults)
    if None in singles.values():
        raise BrokenContent(reading.faults)
    guidance = Guidance(
        version=f"{singles['release.yaml'].version}+{reading.digest.hexdigest()[:12]}",
        **{file.removesuffix(".yaml"): found for file, found in singles.items()},
        waits=with_generics(by_file["waits.yaml"], by_file["treatments.yaml"]),
        device_brands=tuple(lists["device_brands.yaml"]),
        faq=faq,
        words=words,
        faq_model=faq_model,
        sign_model=sign_model,
        window_model=window_model,
        detail_model=detail_model,
        names=names,
        name_areas=name_areas,
        tightened_from=None,
        **{
            file.removesuffix(".yaml"): found
            for file, found in by_file.items()
            if file not in ("waits.yaml", "device_brands.yaml")
        },
    )
    faults = [*reading.faults, *faults_of(guidance, frozenset(reading.broken))]
    if faults:
        raise BrokenContent(faults)
    return guidance


def _refuse_strangers(reading: Reading) -> None:
    """Note every file that nothing reads: a misspelt file name would otherwise drop its records in silence."""
    known = {*_LISTS, *_SINGLES, *_LEARNED}
    for path in sorted(reading.folder.rglob("*")):
        file = path.relative_to(reading.folder).as_posix()
        if path.is_dir() or file in known or (path.parent.name == _FAQ_FOLDER and path.suffix == ".yaml"):
            continue
        reading.fault(file, "", "nothing reads this file", f"rename or remove it{did_you_mean(file, known)}")
