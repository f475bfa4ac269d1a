"""The guidance itself, to build forms from and to check every rule in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter

from service.api.collections import ShelfRoute, add_routes
from service.api.protocols import Protocols
from service.api.route import Published
from service.api.services import ShelfDep
from service.api.shelf import Collection, Shelf

PATH = "/v1/guidance"
TAG = "Guidance"

COLLECTIONS = tuple(
    Collection(f"{PATH}/{name}", item, stem, what)
    for name, item, stem, what in (
        ("treatments", "service.api.guidance_items:Treatment", "Treatment", "treatments"),
        ("areas", "service.api.guidance_items:Area", "Area", "areas"),
        ("places", "service.api.guidance_items:Place", "Place", "places of a sign"),
        ("conditions", "service.api.guidance_items:Condition", "Condition", "conditions"),
        ("signs", "service.api.guidance_items:Sign", "Sign", "signs"),
        ("combinations", "service.api.guidance_items:Combination", "Combination", "combinations"),
        ("waits", "service.api.guidance_items:Wait", "Wait", "waits"),
        ("rules", "service.api.guidance_items:Rule", "Rule", "rules"),
        ("sources", "service.api.guidance_items:SourceItem", "Source", "sources"),
        ("protocols", "service.api.protocol_items:ProtocolItem", "Protocol", "protocols"),
        ("emergency_numbers", "service.api.guidance_items:EmergencyNumber", "EmergencyNumber", "emergency numbers"),
        ("exposure_groups", "service.api.guidance_items:ExposureGroup", "ExposureGroup", "exposure groups"),
        ("device_brands", "service.api.guidance_items:DeviceBrand", "DeviceBrand", "device brands"),
        (
            "injectable_contraindications",
            "service.api.guidance_items:InjectableContraindication",
            "InjectableContraindication",
            "contraindications of injectables",
        ),
        ("topics", "service.api.guidance_items:Topic", "Topic", "topics of the FAQ"),
    )
)

router = APIRouter()


def publish(protocols: Protocols, shelf: Shelf) -> None:
    """Put every collection and the overview on the shelf."""
    from service.api import guidance_items as items
    from service.api import protocol_items

    of_clinics: Mapping[str, Iterable[Any]] = {
        f"{PATH}/protocols": protocol_items.protocols_of_clinics(protocols),
        f"{PATH}/rules": protocol_items.rules_of_clinics(protocols),
    }
    links = [
        items.Link(
            id=collection.path.rpartition("/")[2],
            href=collection.path,
            count=shelf.put_all(collection, protocols.base, of_clinics.get(collection.path, ())),
        )
        for collection in COLLECTIONS
    ]
    shelf.put(PATH, items.Overview.of(protocols.base, links))


async def get_guidance(shelf: ShelfDep) -> Published:
    """Which guidance this is, until when it may be trusted without another look, and what it holds."""
    return shelf.get(PATH)


def _overview() -> Mapping[str, Any]:
    from service.api.guidance_items import Overview

    return {"response_model": Overview}


router.routes.append(ShelfRoute(PATH, get_guidance, _overview, tags=[TAG], operation_id="getGuidance"))
for _collection in COLLECTIONS:
    add_routes(router, _collection, TAG, f"list{_collection.stem}s", f"get{_collection.stem}")
