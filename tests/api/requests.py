"""Requests that the service answers, for tests to bend."""

from __future__ import annotations

from typing import Any

ELIGIBILITY: dict[str, Any] = {
    "session": {"at": "2026-11-22T10:00:00-05:00", "areas": ["forehead"], "setting": "home"},
    "treatments": [{"product": "Dysport", "at": "2026-11-20", "areas": ["forehead"], "provider": {"cleared": True}}],
    "conditions": [],
    "signs": ["bruise"],
    "located": {"bruise": ["lips"]},
    "age": 40,
    "time_zone": "America/New_York",
    "protocol": "default",
}
SLOTS: dict[str, Any] = {
    "client": {name: value for name, value in ELIGIBILITY.items() if name not in ("session", "protocol")},
    "slots": [{"id": "a1", **ELIGIBILITY["session"]}],
    "protocol": "default",
}
TRIAGE: dict[str, Any] = {
    "signs": [
        {
            "sign": "skin_blanching",
            "status": "present",
            "severity": "moderate",
            "trend": "worsening",
            "spreading": False,
            "onset": "sudden",
            "started_at": "2026-11-22T08:00:00Z",
            "areas": ["lips"],
        }
    ],
    "text": "my top lip went white",
    "treatments": [
        {
            "treatment": "hyaluronic_acid_filler",
            "product": "Juvederm",
            "at": "2026-11-22T07:30:00Z",
            "areas": ["lips"],
            "provider": {"wait_until": "2026-12-01", "cleared": False},
        }
    ],
    "last_session_at": "2026-11-21T19:00:00Z",
    "conditions": ["pregnancy"],
    "at": "2026-11-22T10:00:00Z",
    "time_zone": "Europe/London",
    "country": "GB",
    "protocol": "default",
}
FAQ: dict[str, Any] = {
    "q": "how long after botox",
    "limit": 3,
    "at": "2026-11-22T10:00:00Z",
    "time_zone": "Europe/London",
}
