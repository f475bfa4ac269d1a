"""The page as a browser gets it: its policy, its files, and when it is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.api.site import FILES
from service.app import create_app
from service.settings import BadSettings, Settings
from tests.client import Client

ASSETS = re.compile(r'(?:href|src)="(assets/[^"]+)"')


def policy_of(client: Client) -> dict[str, str]:
    """Return the directives of the page's policy."""
    policy = client.get("/").headers["content-security-policy"]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


def test_the_page_asks_again_and_is_told_when_nothing_changed(client: Client) -> None:
    page = client.get("/")
    again = client.get("/", headers={"if-none-match": page.headers["etag"]})

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert again.status_code == 304
    assert client.request("HEAD", "/").headers["content-length"] == str(len(page.content))


def test_its_policy_allows_its_own_origin_and_nothing_inline(client: Client) -> None:
    policy = policy_of(client)

    assert policy["default-src"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    for directive in ("script-src", "style-src", "img-src", "connect-src"):
        assert policy[directive] == "'self'"
    assert "unsafe" not in str(policy)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>", client.get("/").text)


def test_its_assets_are_kept_for_a_year_under_a_name_that_changes_with_them(client: Client) -> None:
    found = set(ASSETS.findall(client.get("/").text))

    assert len({path.split("/")[1] for path in found}) == 1
    for path in found:
        asset = client.get(f"/{path}")
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert asset.headers["x-content-type-options"] == "nosniff"
        again = client.get(f"/{path}", headers={"if-none-match": asset.headers["etag"]})
        assert again.status_code == 304


def test_every_script_that_a_script_imports_is_there(client: Client) -> None:
    folder = ASSETS.findall(client.get("/").text)[0].rpartition("/")[0]

    for script in FILES.glob("*.js"):
        for name in re.findall(r'from "\./([^"]+)"', script.read_text("utf-8")):
            assert client.get(f"/{folder}/{name}").status_code == 200


def test_it_refers_to_nobody_else() -> None:
    for file in FILES.iterdir():
        addresses = set(re.findall(r"https?://[^\s\"'`)]+", file.read_text("utf-8")))
        assert addresses <= {"http://www.w3.org/2000/svg"}, file.name


def test_it_puts_nothing_into_the_browser_and_makes_no_markup_of_words() -> None:
    for file in FILES.glob("*.js"):
        code = file.read_text("utf-8")
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|innerHTML|insertAdjacent", code)


def test_another_version_of_an_asset_is_not_there(client: Client) -> None:
    assert client.get("/assets/0000000000000000/afterglow.js").status_code == 404
    assert client.get("/assets/x/..%2F..%2Fsettings.py").status_code == 404


def test_no_other_page_may_frame_it_unless_it_is_listed() -> None:
    listed = Settings.from_environment({"AFTERGLOW_FRAME_ANCESTORS": "https://spa.example, https://desk.example"})

    assert policy_of(Client(create_app(Settings())))["frame-ancestors"] == "'none'"
    assert policy_of(Client(create_app(listed)))["frame-ancestors"] == "https://spa.example https://desk.example"


@pytest.mark.parametrize("listed", ["*", "spa.example", "https://spa.example; script-src *", "https://spa.example/x"])
def test_what_is_no_origin_is_refused_at_the_start(listed: str) -> None:
    with pytest.raises(BadSettings, match="AFTERGLOW_FRAME_ANCESTORS"):
        Settings.from_environment({"AFTERGLOW_FRAME_ANCESTORS": listed})


def test_it_can_be_switched_off() -> None:
    client = Client(create_app(Settings.from_environment({"AFTERGLOW_PAGE": "off"})))

    assert client.get("/").status_code == 404
    assert client.get("/docs").status_code == 200


def test_it_is_off_where_callers_need_a_key(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"desk {'0' * 64}\n", encoding="utf-8")
    app = create_app(Settings(api_keys_file=keys))

    assert Client(app).get("/").status_code == 401
    assert not [route for route in app.routes if getattr(route, "path", "") == "/"]


def test_it_is_no_part_of_the_api(client: Client) -> None:
    assert "/" not in client.get("/openapi.json").json()["paths"]
