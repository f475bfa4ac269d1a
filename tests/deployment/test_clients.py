"""What the pages about clients promise, as far as no client is needed to see it. ``make test-clients`` runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.clients.recipes import README, ROOT, blocks_in, blocks_of, shell

DOCUMENT = json.loads((ROOT / "openapi" / "openapi.json").read_text("utf-8"))
GENERATOR = ROOT / "openapi" / "generate"


def test_the_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE)) <= targets


def test_the_archive_that_is_named_is_that_of_this_version() -> None:
    for page in (README, (ROOT / "README.md").read_text("utf-8")):
        assert set(re.findall(r"afterglow-client-([\d.]+)\.tgz", page)) == {DOCUMENT["info"]["version"]}


@pytest.mark.parametrize("folder", [GENERATOR, ROOT / "tests" / "clients"], ids=lambda folder: folder.name)
def test_tools_are_pinned_and_locked(folder: Path) -> None:
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["devDependencies"]
    locked = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]

    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert locked[f"node_modules/{name}"]["version"] == version
        assert locked[f"node_modules/{name}"]["integrity"].startswith("sha512-")


def test_the_paths_that_clients_call_are_described() -> None:
    called = {path for block in blocks_in("ts") for path in re.findall(r'(?:GET|POST)\("([^"]+)"', block.text)}

    assert called
    assert called <= DOCUMENT["paths"].keys()


def test_the_readme_begins_as_the_page_of_clients_does() -> None:
    readme = {block.text for block in blocks_of((ROOT / "README.md").read_text("utf-8"))}

    assert {shell("mkdir ../first-call").text, shell("npx tsc").text} <= readme
