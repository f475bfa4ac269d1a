"""The page under /docs: the OpenAPI document for people, as plain HTML without any script."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from typing import Any

STYLE = """
:root { color-scheme: light dark; --ink: #1d2428; --soft: #5c676d; --line: #d8dee1; --paper: #fff; --code: #f4f6f7;
  --accent: #a3412a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ea; --soft: #9aa5ab; --line: #3a4348; --paper: #15191b;
  --code: #1e2427; --accent: #f0937b; } }
body { margin: 0 auto; max-width: 56rem; padding: 2rem 1rem 4rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin-bottom: 0; } h2 { margin: 3rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2rem 0 .25rem; font-size: 1rem; } p { margin: .25rem 0 .75rem; }
a { color: var(--accent); } .soft { color: var(--soft); }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; margin: .5rem 0; padding: .75rem; background: var(--code); border-radius: .25rem; }
.method { display: inline-block; min-width: 3.5rem; color: var(--accent); font-weight: 700; }
summary { cursor: pointer; color: var(--soft); } nav li { margin: .1rem 0; } nav ul { padding-left: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0; } dd { margin: 0; }
"""
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
PAGE_HEADERS = (
    (
        b"content-security-policy",
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'".encode(),
    ),
)


def page_of(document: Mapping[str, Any]) -> str:
    """Return the page for an OpenAPI document."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    info = document["info"]
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(info['title'])}</title><style>{STYLE}</style></head><body>"
    yield f'<h1>{escape(info["title"])} <span class="soft">{escape(info["version"])}</span></h1>'
    yield f"<p>{escape(info['summary'])}</p>"
    yield from (f"<p>{escape(part)}</p>" for part in info["description"].split("\n\n"))
    yield '<p>The same as <a href="/openapi.json">OpenAPI 3.1</a>, to generate a client from.</p>'
    yield from _contents(document)
    for tag in document["tags"]:
        yield f"<h2>{escape(tag['name'])}</h2><p>{escape(tag['description'])}</p>"
        for path, method, operation in _operations(document, tag["name"]):
            yield from _operation(path, method, operation)
    yield "</body></html>"


def _operations(document: Mapping[str, Any], tag: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield path, method.upper(), operation


def _contents(document: Mapping[str, Any]) -> Iterator[str]:
    yield "<nav><ul>"
    for tag in document["tags"]:
        for path, method, operation in _operations(document, tag["name"]):
            link = f'<a href="#{operation["operationId"]}"><code>{escape(path)}</code></a>'
            yield f'<li><code class="method">{method}</code> {link} {escape(operation["summary"])}</li>'
    yield "</ul></nav>"


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    heading = f'<span class="method">{method}</span> {escape(path)}'
    yield f'<section id="{operation["operationId"]}"><h3><code>{heading}</code></h3>'
    yield f"<p>{escape(operation['summary'])}</p>"
    yield from (
        f'<p class="soft">{escape(part)}</p>' for part in operation.get("description", "").split("\n\n") if part
    )
    yield from _parameters(operation)
    yield from _examples(path, method, operation)
    yield "</section>"


def _parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    if parameters := operation.get("parameters"):
        yield "<dl>"
        for parameter in parameters:
            about = parameter.get("description") or parameter["schema"].get("description", "")
            need = "Required. " if parameter["required"] else ""
            yield f"<dt><code>{escape(parameter['name'])}</code></dt><dd>{need}{escape(about)}</dd>"
        yield "</dl>"


def _examples(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    requests = _examples_in(operation.get("requestBody", {}))
    for name, example in _examples_in(operation["responses"]["200"]).items():
        yield f"<details><summary>Example: {escape(example['summary'])}</summary>"
        if name in requests:
            yield f"<pre>{method} {escape(path)}\n\n{_json(requests[name]['value'])}</pre>"
        yield f"<pre>{_json(example['value'])}</pre></details>"


def _examples_in(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    examples: Mapping[str, Any] = holder.get("content", {}).get("application/json", {}).get("examples", {})
    return examples


def _json(value: Any) -> str:
    return escape(json.dumps(value, indent=2, ensure_ascii=False), quote=False)
