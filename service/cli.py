"""The ``afterglow`` command: serve, check, openapi, contract-diff, key."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from service.api.document import describe, written
from service.api.guidance_items import claims_of
from service.app import create_app
from service.contract import changes_between
from service.guidance.check import BrokenContent
from service.guidance.guidance import Guidance
from service.guidance.load import CONTENT, load_guidance
from service.guidance.protocol import load_protocols
from service.server.keys import NAME, BadKeys, new_key
from service.server.serving import forget_counts, serve
from service.settings import BadSettings, Settings

OK, FAULTS_FOUND, BAD_SETTINGS, BAD_CONTENT = 0, 1, 2, 3
DOCUMENT = Path("openapi/openapi.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Returns:
        0; 1 where ``check`` finds a fault or ``contract-diff`` a breaking change; 2 for settings or keys that cannot
        be used; of ``serve`` and ``openapi`` 3 for content that must not be used.
    """
    chosen = _parser().parse_args(arguments)
    if chosen.command == "check":
        return _check(chosen.content, chosen.protocols)
    if chosen.command == "key":
        return _key(chosen.name)
    if chosen.command == "contract-diff":
        return _contract_diff(chosen.old, chosen.new)
    try:
        settings = Settings.from_environment()
        if settings.metrics_dir is not None:
            forget_counts(settings.metrics_dir)
        app = create_app(settings)
        return _openapi(app, chosen.output) if chosen.command == "openapi" else serve(app, settings)
    except (BadSettings, BadKeys) as error:
        print(error, file=sys.stderr)
        return BAD_SETTINGS
    except BrokenContent as broken:
        print(broken, file=sys.stderr)
        return BAD_CONTENT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="afterglow", description="Sourced answers on microcurrent after injectables.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the service (AFTERGLOW_HOST, AFTERGLOW_PORT)")
    check = commands.add_parser("check", help="check the guidance content and count what it holds")
    check.add_argument("--content", type=Path, default=CONTENT, metavar="DIR", help="another folder of content files")
    check.add_argument("--protocols", type=Path, metavar="DIR", help="a clinic's folder of protocols, checked as well")
    key = commands.add_parser("key", help="print a new API key, and its line for the file of keys")
    key.add_argument("name", type=_name, metavar="NAME", help="tells the keys apart: whose it is, and since when")
    openapi = commands.add_parser("openapi", help=f"write the description of the API ({DOCUMENT})")
    openapi.add_argument("--output", type=Path, default=DOCUMENT, metavar="FILE", help="another file")
    diff = commands.add_parser("contract-diff", help="tell breaking from harmless changes of the API")
    diff.add_argument("old", type=_document, metavar="OLD", help="an OpenAPI document, such as the last released one")
    diff.add_argument("new", type=_document, metavar="NEW", help=f"and a later one, such as {DOCUMENT}")
    return parser


def _check(content: Path, folder: Path | None) -> int:
    try:
        guidance = load_guidance(content)
        protocols = {} if folder is None else load_protocols(folder, guidance)
    except BrokenContent as broken:
        print(broken)
        count = len(broken.faults)
        print(f"{count} {'fault' if count == 1 else 'faults'}: this content must not be used.")
        return FAULTS_FOUND
    print("\n".join([*_report(guidance), *(f"Protocol {each.id}: {each.name}." for each in protocols.values())]))
    print("No fault.")
    return OK


def _report(guidance: Guidance) -> list[str]:
    counts = {
        "treatments": len(guidance.treatments),
        "areas": len(guidance.areas),
        "places": len(guidance.places),
        "waits": len(guidance.waits),
        "claims": len(claims_of(guidance)),
        "rules": len(guidance.rules),
        "extend factors": len(guidance.extend_factors),
        "conditions": len(guidance.conditions),
        "signs": len(guidance.signs),
        "combinations": len(guidance.combinations),
        "exposure groups": len(guidance.exposure_groups),
        "device brands": len(guidance.device_brands),
        "emergency numbers": len(guidance.emergency_numbers),
        "FAQ": len(guidance.faq),
        "sources": len(guidance.sources),
    }
    release = guidance.release
    return [
        f"Guidance {guidance.version}, released {release.released}, review due {release.review_due}.",
        *(f"  {count:>4} {what}" for what, count in counts.items()),
    ]


def _openapi(app: FastAPI, output: Path) -> int:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(written(asyncio.run(describe(app))), encoding="utf-8")
    print(f"Wrote {output}.")
    return OK


def _document(path: str) -> Any:
    try:
        document = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError):
        document = None
    if not isinstance(document, dict) or "openapi" not in document:
        raise argparse.ArgumentTypeError(f"{path} is no OpenAPI document in JSON")
    return document


def _contract_diff(old: Any, new: Any) -> int:
    changes = changes_between(old, new)
    count = sum(not change.is_harmless for change in changes)
    print("\n".join([*map(str, changes), f"{count} breaking, {len(changes) - count} harmless."]))
    return FAULTS_FOUND if count else OK


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("1 to 64 of the characters A-Z a-z 0-9 . _ -")
    return text


def _key(name: str) -> int:
    key, line = new_key(name)
    print(f"Key, for the caller alone:    {key}")
    print(f"Line, for the file of keys:   {line}")
    return OK


if __name__ == "__main__":
    sys.exit(main())
