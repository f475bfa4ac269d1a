"""What the documents name exists, what they link to is there, and the figures of their tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from service.api.guidance_items.waits import claims_of
from service.guidance.load import load_guidance
from service.guidance.records.common import Grade
from service.settings import Settings
from tests.client import Client
from tests.documents.blocks import DOCUMENTS, ROOT

GUIDES = [path for path in DOCUMENTS if path.parent.name == "docs"]
FIGURES = sorted((ROOT / "docs").glob("*.svg")) + sorted((ROOT / "docs").glob("*.webp"))
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
LARGEST_PICTURE = 200_000


def of_each(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.relative_to(ROOT).as_posix())


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def prose_of(path: Path) -> str:
    """Return a document without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text_of(path), flags=re.MULTILINE | re.DOTALL)


def anchors_of(path: Path) -> set[str]:
    """Return the anchors of a document, as they are made of its headings."""
    headings = re.findall(r"^#+ (.+)$", prose_of(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@of_each(DOCUMENTS)
def test_every_link_leads_somewhere(path: Path) -> None:
    for _, _, target in LINK.findall(prose_of(path)):
        if re.match(r"https?://", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        assert not anchor or anchor in anchors_of(there), target


@of_each(DOCUMENTS)
def test_every_picture_is_told_in_words_too(path: Path) -> None:
    for _, words, target in (match for match in LINK.findall(prose_of(path)) if match[0]):
        assert len(words) > 40, target


def test_the_readme_leads_to_every_guide_and_picture() -> None:
    targets = {target.partition("#")[0] for _, _, target in LINK.findall(text_of(ROOT / "README.md"))}

    assert {f"docs/{path.name}" for path in [*GUIDES, *FIGURES]} <= targets


def test_the_readme_asks_each_of_the_three_questions() -> None:
    asked = re.findall(r"^curl .*(/v1/[a-z/]+)", text_of(ROOT / "README.md"), re.MULTILINE)

    assert set(asked) == {"/v1/eligibility", "/v1/triage", "/v1/faq/search"}


@of_each(FIGURES)
def test_a_picture_is_small(path: Path) -> None:
    assert path.stat().st_size < LARGEST_PICTURE


def test_the_drawing_says_what_it_is_and_brings_nothing_along() -> None:
    drawing = ElementTree.parse(ROOT / "docs" / "request-flow.svg").getroot()
    names = [each.tag.rpartition("}")[2] for each in drawing.iter()]

    assert {"title", "desc"} <= set(names)
    assert not {"script", "image", "foreignObject"} & set(names)
    assert "prefers-color-scheme: dark" in text_of(ROOT / "docs" / "request-flow.svg")


@of_each(DOCUMENTS)
def test_every_path_metric_setting_and_target_that_is_named_exists(path: Path, client: Client) -> None:
    named = set(CODE.findall(prose_of(path)))
    metrics = client.get("/metrics").text
    targets = re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE)

    for name in named:
        for setting in re.findall(r"\bAFTERGLOW_([A-Z_]+)", name):
            assert setting.lower() in Settings.model_fields, name
        for target in re.findall(r"^make ([a-z-]+)", name):
            assert target in targets, name
        if re.fullmatch(r"afterglow_[a-z_]+", name):
            assert f"# HELP {name} " in metrics, name
        if re.fullmatch(r"(service|tests|docker|openapi|examples|docs|corpus|training)/[\w./-]*", name):
            assert (ROOT / name).exists(), name


@of_each(GUIDES)
def test_every_call_that_is_named_exists(path: Path, client: Client) -> None:
    known = {re.sub(r"\{\w+\}", "{id}", each) for each in client.get("/openapi.json").json()["paths"]}
    known |= {"/metrics", "/docs", "/openapi.json", "/"}

    for name in CODE.findall(prose_of(path)):
        call = re.fullmatch(
            r"(?:GET|POST|HEAD|QUERY )?\s*(/(?:v1/|healthz|readyz|version|metrics|docs)[\w/{}.]*)", name
        )
        if call:
            assert known & {call[1], re.sub(r"/[^/]+$", "/{id}", call[1])}, name


def test_every_setting_is_named_with_its_default() -> None:
    rows = re.findall(r"^\| (`AFTERGLOW_.+?) \| (.+?) \|", text_of(ROOT / "docs" / "operations.md"), re.MULTILINE)
    told = {
        setting: default.strip().strip("`")
        for names, defaults in rows
        for setting, default in zip(names.split(", "), spread(defaults, names.count(",") + 1), strict=True)
    }

    assert set(told) == {f"`AFTERGLOW_{name.upper()}`" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = told[f"`AFTERGLOW_{name.upper()}`"]
        if isinstance(field.default, bool):
            assert default in (("on", "true") if field.default else ("off", "false")), name
        elif isinstance(field.default, int | float | str):
            assert default == str(field.default), name
        else:
            assert not default or not default[0].isdigit(), name


def test_the_claims_are_counted_by_their_grade() -> None:
    guidance = load_guidance()
    claims = [(guidance.sources[claim.source].grade, claim.direct) for claim in claims_of(guidance)]
    rows = re.findall(
        r"^\| ([A-D]) \| .+ \| (\d+) \| (\d+) \|$", text_of(ROOT / "docs" / "clinicians.md"), re.MULTILINE
    )

    assert [(grade, int(all_claims), int(direct)) for grade, all_claims, direct in rows] == [
        (grade.value, sum(each is grade for each, _ in claims), claims.count((grade, True))) for grade in Grade
    ]


def spread(defaults: str, count: int) -> list[str]:
    """Return a default for each of several settings of one row."""
    parts = defaults.split(", ")
    return parts if len(parts) == count else [defaults] * count
