"""The guidance itself, to build forms from and to check every rule in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter

from service.api import guidance_items as items
from service.api import protocol_items
from service.api.collections import add_routes
from service.api.protocols import Protocols
from service.api.route import Published, StrictRoute
from service.api.services import ShelfDep
from service.api.shelf import Collection, Shelf

PATH = "/v1/guidance"
TAG = "Guidance"

COLLECTIONS: tuple[Collection[Any], ...] = (
    Collection(f"{PATH}/treatments", items.Treatment, "Treatment", "treatments", items.Treatment.all),
    Collection(f"{PATH}/areas", items.Area, "Area", "areas", items.Area.all),
    Collection(f"{PATH}/places", items.Place, "Place", "places of a sign", items.Place.all),
    Collection(f"{PATH}/conditions", items.Condition, "Condition", "conditions", items.Condition.all),
    Collection(f"{PATH}/signs", items.Sign, "Sign", "signs", items.Sign.all),
    Collection(f"{PATH}/combinations", items.Combination, "Combination", "combinations", items.Combination.all),
    Collection(f"{PATH}/waits", items.Wait, "Wait", "waits", items.Wait.all),
    Collection(f"{PATH}/rules", items.Rule, "Rule", "rules", items.Rule.all),
    Collection(f"{PATH}/sources", items.SourceItem, "Source", "sources", items.SourceItem.all),
    Collection(
        f"{PATH}/protocols", protocol_items.ProtocolItem, "Protocol", "protocols", protocol_items.ProtocolItem.all
    ),
    Collection(
        f"{PATH}/emergency_numbers",
        items.EmergencyNumber,
        "EmergencyNumber",
        "emergency numbers",
        items.EmergencyNumber.all,
    ),
    Collection(
        f"{PATH}/exposure_groups", items.ExposureGroup, "ExposureGroup", "exposure groups", items.ExposureGroup.all
    ),
    Collection(f"{PATH}/device_brands", items.DeviceBrand, "DeviceBrand", "device brands", items.DeviceBrand.all),
    Collection(
        f"{PATH}/injectable_contraindications",
        items.InjectableContraindication,
        "InjectableContraindication",
        "contraindications of injectables",
        items.InjectableContraindication.all,
    ),
    Collection(f"{PATH}/topics", items.Topic, "Topic", "topics of the FAQ", items.Topic.all),
)

router = APIRouter(prefix=PATH, route_class=StrictRoute)


def publish(protocols: Protocols, shelf: Shelf) -> None:
    """Put every collection and the overview on the shelf."""
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


@router.get("", tags=[TAG], operation_id="getGuidance", response_model=items.Overview)
async def get_guidance(shelf: ShelfDep) -> Published:
    """Which guidance this is, until when it may be trusted without another look, and what it holds."""
    return shelf.get(PATH)


for _collection in COLLECTIONS:
    add_routes(router, _collection, TAG, f"list{_collection.stem}s", f"get{_collection.stem}")
