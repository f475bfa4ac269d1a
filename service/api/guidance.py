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
        ("treatments", "service.api.guidance_items.treatments:Treatment", "Treatment", "treatments"),
        ("areas", "service.api.guidance_items.treatments:Area", "Area", "areas"),
        ("places", "service.api.guidance_items.treatments:Place", "Place", "places of a sign"),
        ("conditions", "service.api.guidance_items.treatments:Condition", "Condition", "conditions"),
        ("signs", "service.api.guidance_items.signs:Sign", "Sign", "signs"),
        ("combinations", "service.api.guidance_items.signs:Combination", "Combination", "combinations"),
        ("waits", "service.api.guidance_items.waits:Wait", "Wait", "waits"),
        ("rules", "service.api.guidance_items.rules:Rule", "Rule", "rules"),
        ("sources", "service.api.guidance_items.sources:SourceItem", "Source", "sources"),
        ("protocols", "service.api.protocol_items:ProtocolItem", "Protocol", "protocols"),
        (
            "emergency_numbers",
            "service.api.guidance_items.signs:EmergencyNumber",
            "EmergencyNumber",
            "emergency numbers",
        ),
        ("exposure_groups", "service.api.guidance_items.treatments:ExposureGroup", "ExposureGroup", "exposure groups"),
        ("device_brands", "service.api.guidance_items.treatments:DeviceBrand", "DeviceBrand", "device brands"),
        (
            "injectable_contraindications",
            "service.api.guidance_items.treatments:InjectableContraindication",
            "InjectableContraindication",
            "contraindications of injectables",
        ),
        ("topics", "service.api.guidance_items.faq:Topic", "Topic", "topics of the FAQ"),
    )
)

router = APIRouter()


def publish(protocols: Protocols, shelf: Shelf) -> None:
    """Put every collection and the overview on the shelf."""
    from service.api import protocol_items
    from service.api.guidance_items.overview import Link, Overview

    of_clinics: Mapping[str, Iterable[Any]] = {
        f"{PATH}/protocols": protocol_items.protocols_of_clinics(protocols),
        f"{PATH}/rules": protocol_items.rules_of_clinics(protocols),
    }
    links = [
        Link(
            id=collection.path.rpartition("/")[2],
            href=collection.path,
            count=shelf.put_all(collection, protocols.base, of_clinics.get(collection.path, ())),
        )
        for collection in COLLECTIONS
    ]
    shelf.put(PATH, Overview.of(protocols.base, links))


async def get_guidance(shelf: ShelfDep) -> Published:
    """Which guidance this is, until when it may be trusted without another look, and what it holds."""
    return shelf.get(PATH)


def _overview() -> Mapping[str, Any]:
    from service.api.guidance_items.overview import Overview

    return {"response_model": Overview}


router.routes.append(ShelfRoute(PATH, get_guidance, _overview, tags=[TAG], operation_id="getGuidance"))
for _collection in COLLECTIONS:
    add_routes(router, _collection, TAG, f"list{_collection.stem}s", f"get{_collection.stem}")
