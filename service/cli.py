"""
The ``afterglow`` command: serve, check, compile, openapi, contract-diff, key.

What only one command needs is imported by that command: ``serve`` should not wait for the others.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.guidance import CONTENT
from service.guidance.collector import no_collecting

if TYPE_CHECKING:
    from fastapi import FastAPI

    from service.guidance.guidance import Guidance
    from service.settings import Settings

OK, FAULTS_FOUND, BAD_SETTINGS, BAD_CONTENT = 0, 1, 2, 3
DOCUMENT = Path("openapi/openapi.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Returns:
        0; 1 where ``check`` finds a fault or ``contract-diff`` a breaking change; 2 for settings or keys that cannot
        be used; of ``serve``, ``openapi`` and ``compile`` 3 for content that must not be used.
    """
    chosen = _parser().parse_args(arguments)
    if chosen.command == "check":
        return _check(chosen.content, chosen.protocols)
    if chosen.command == "key":
        return _key(chosen.name)
    if chosen.command == "contract-diff":
        return _contract_diff(chosen.old, chosen.new)
    if chosen.command == "openapi":
        return _with_app(lambda app, _settings: _openapi(app, chosen.output))
    return _compile() if chosen.command == "compile" else _with_app(_serve)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="afterglow", description="Sourced answers on microcurrent after injectables.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the service (AFTERGLOW_HOST, AFTERGLOW_PORT)")
    check = commands.add_parser("check", help="check the guidance content and count what it holds")
    check.add_argument("--content", type=Path, default=CONTENT, metavar="DIR", help="another folder of content files")
    check.add_argument("--protocols", type=Path, metavar="DIR", help="a clinic's folder of protocols, checked as well")
    commands.add_parser("compile", help="write the shipped content as it was read and checked, for quick starts")
    key = commands.add_parser("key", help="print a new API key, and its line for the file of keys")
    key.add_argument("name", type=_name, metavar="NAME", help="tells the keys apart: whose it is, and since when")
    openapi = commands.add_parser("openapi", help=f"write the description of the API ({DOCUMENT})")
    openapi.add_argument("--output", type=Path, default=DOCUMENT, metavar="FILE", help="another file")
    diff = commands.add_parser("contract-diff", help="tell breaking from harmless changes of the API")
    diff.add_argument("old", type=_document, metavar="OLD", help="an OpenAPI document, such as the last released one")
    diff.add_argument("new", type=_document, metavar="NEW", help=f"and a later one, such as {DOCUMENT}")
    return parser


def _with_app(use: Callable[[FastAPI, Settings], int]) -> int:
    """Make the app that the environment describes, and use it; or say what stands against it."""
    with no_collecting():
        from service.app import create_app
        from service.guidance.check import BrokenContent
        from service.server.keys import BadKeys
        from service.server.serving import forget_counts
        from service.settings import BadSettings, Settings
    try:
        with no_collecting():
            settings = Settings.from_environment()
            if settings.metrics_dir is not None:
                forget_counts(settings.metrics_dir)
            app = create_app(settings)
        return use(app, settings)
    except (BadSettings, BadKeys) as error:
        print(error, file=sys.stderr)
        return BAD_SETTINGS
    except BrokenContent as broken:
        print(broken, file=sys.stderr)
        return BAD_CONTENT


def _serve(app: FastAPI, settings: Settings) -> int:
    from service.server.serving import serve

    return serve(app, settings)


def _check(content: Path, folder: Path | None) -> int:
    from service.guidance.check import BrokenContent
    from service.guidance.load import load_guidance
    from service.guidance.protocol.loading import load_protocols

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
    from service.api.guidance_items.waits import claims_of

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
    import asyncio

    from service.api.document import describe, written

    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(written(asyncio.run(describe(app))), encoding="utf-8")
    print(f"Wrote {output}.")
    return OK


def _compile() -> int:
    from service.app import create_app
    from service.compiled import COMPILED, write_compiled
    from service.guidance.check import BrokenContent

    try:
        write_compiled(create_app)
    except BrokenContent as broken:
        print(broken, file=sys.stderr)
        return BAD_CONTENT
    print(f"Wrote {COMPILED}.")
    return OK


def _document(path: str) -> Any:
    import json

    try:
        document = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError):
        document = None
    if not isinstance(document, dict) or "openapi" not in document:
        raise argparse.ArgumentTypeError(f"{path} is no OpenAPI document in JSON")
    return document


def _contract_diff(old: Any, new: Any) -> int:
    from service.contract import changes_between

    changes = changes_between(old, new)
    count = sum(not change.is_harmless for change in changes)
    print("\n".join([*map(str, changes), f"{count} breaking, {len(changes) - count} harmless."]))
    return FAULTS_FOUND if count else OK


def _name(text: str) -> str:
    from service.server.keys import NAME

    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("1 to 64 of the characters A-Z a-z 0-9 . _ -")
    return text


def _key(name: str) -> int:
    from service.server.keys import new_key

    key, line = new_key(name)
    print(f"Key, for the caller alone:    {key}")
    print(f"Line, for the file of keys:   {line}")
    return OK


if __name__ == "__main__":
    sys.exit(main())
