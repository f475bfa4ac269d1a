"""The files that deploy the service are what their readers take, down to the last name, and hold what they promise."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
FOLDER = DOCKER / "kubernetes"
OBJECTS = sorted(path.name for path in FOLDER.glob("*.yaml") if path.name not in ("kustomization.yaml", "route.yaml"))


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = str(Path(sys.executable).with_name(tool))
    return subprocess.run([command, *arguments], capture_output=True, text=True, check=False)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def documents() -> Iterator[dict[str, Any]]:
    for path in FOLDER.glob("*.yaml"):
        yield from yaml.safe_load_all(path.read_text("utf-8"))


def of_kind(kind: str) -> dict[str, Any]:
    (found,) = [each for each in documents() if each["kind"] == kind]
    return found


def test_compose_takes_its_file() -> None:
    done = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(DOCKER / "compose.yaml"))

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", OBJECTS)
def test_kubernetes_knows_every_name_of_an_object(name: str) -> None:
    done = run("kubernetes-validate", "--strict", str(FOLDER / name))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout + done.stderr


@pytest.mark.parametrize("path", [ROOT / "Dockerfile", DOCKER / "gateway" / "Dockerfile"], ids=["service", "gateway"])
def test_the_linter_has_nothing_to_say_of_a_dockerfile(path: Path) -> None:
    done = run("hadolint", str(path))

    assert done.returncode == 0, done.stdout
    assert done.stdout == ""


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="needs kubectl")
def test_kustomize_puts_everything_together(tmp_path: Path) -> None:
    done = subprocess.run(["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    rendered = [each for each in yaml.safe_load_all(done.stdout) if each["kind"] != "HTTPRoute"]
    file = tmp_path / "rendered.yaml"
    file.write_text(yaml.safe_dump_all(rendered), "utf-8")
    assert run("kubernetes-validate", "--strict", str(file)).returncode == 0


def test_kustomize_is_told_of_every_file() -> None:
    listed = read(FOLDER / "kustomization.yaml")["resources"]

    assert sorted([*OBJECTS, "route.yaml"]) == sorted(listed)


def test_a_route_leads_to_what_people_ask_and_to_nothing_else() -> None:
    """Its kind is an addition of the Gateway API, whose schema no package holds; so its names are looked at here."""
    route = of_kind("HTTPRoute")
    (rule,) = route["spec"]["rules"]

    assert route["apiVersion"] == "gateway.networking.k8s.io/v1"
    assert set(route["spec"]) == {"parentRefs", "hostnames", "rules"}
    assert set(rule) == {"matches", "timeouts", "backendRefs"}
    assert [(each["path"]["type"], each["path"]["value"]) for each in rule["matches"]] == [
        ("PathPrefix", "/v1"),
        ("Exact", "/"),
        ("PathPrefix", "/assets"),
        ("Exact", "/docs"),
        ("Exact", "/openapi.json"),
        ("Exact", "/version"),
    ]
    assert rule["backendRefs"] == [{"name": "afterglow", "port": 80}]


def test_a_pod_has_no_rights() -> None:
    pod = of_kind("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "runAsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_nobody_sets_settings_of_ours_by_accident() -> None:
    """Kubernetes would set AFTERGLOW_PORT to the address of the service of that name."""
    assert of_kind("Deployment")["spec"]["template"]["spec"]["enableServiceLinks"] is False


def test_every_setting_in_the_files_is_one() -> None:
    texts = [path.read_text("utf-8") for path in (*FOLDER.glob("*.yaml"), DOCKER / "compose.yaml", ROOT / "Dockerfile")]
    named = {name for text in texts for name in re.findall(r"AFTERGLOW_([A-Z_]+)", text)}

    assert named - {"TLS_PORT"} <= {name.upper() for name in Settings.model_fields} | {"PORT"}


def test_a_pod_has_the_time_that_it_takes_to_stop() -> None:
    pod = of_kind("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    settings = {each["name"]: float(each["value"]) for each in container["env"]}
    takes = (
        container["lifecycle"]["preStop"]["sleep"]["seconds"]
        + settings["AFTERGLOW_DRAIN_SECONDS"]
        + settings["AFTERGLOW_GRACE_SECONDS"]
    )

    assert pod["terminationGracePeriodSeconds"] > takes


def test_a_container_of_compose_has_the_time_that_it_takes_to_stop() -> None:
    given = read(DOCKER / "compose.yaml")["services"]["afterglow"]["stop_grace_period"]

    assert int(given.removesuffix("s")) > Settings().drain_seconds + Settings().grace_seconds


def test_nothing_goes_out() -> None:
    policy = of_kind("NetworkPolicy")["spec"]
    compose = read(DOCKER / "compose.yaml")

    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["egress"] == []
    assert compose["services"]["afterglow"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_every_pod_is_chosen_by_what_belongs_to_it() -> None:
    labels = of_kind("Deployment")["spec"]["template"]["metadata"]["labels"]

    assert of_kind("Deployment")["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("Service")["spec"]["selector"] == labels
    assert of_kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels
    assert of_kind("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == "afterglow"


def test_a_connection_is_kept_longer_by_the_service_than_by_the_gateway() -> None:
    text = (DOCKER / "gateway" / "haproxy.cfg").read_text("utf-8")
    kept = re.search(r"timeout http-keep-alive (\d+)s", text)
    pooled = re.search(r"pool-purge-delay (\d+)s", text)

    assert kept is not None
    assert pooled is not None
    assert int(kept[1]) < Settings().idle_seconds
    assert 2 * int(pooled[1]) < Settings().idle_seconds


def test_the_gateway_logs_nothing_that_somebody_asked() -> None:
    lines = (DOCKER / "gateway" / "haproxy.cfg").read_text("utf-8").splitlines()
    formats = [line for line in lines if "log-format" in line]

    assert len(formats) == 2
    assert not re.search(r"%(HU|HP|HQ|HPO|r|ci|cp|hr|hs)\b|%\[(src|path|url|query|req)", " ".join(formats))
    assert not [line for line in lines if "option httplog" in line or "option forwardfor" in line]
