"""What alarms in another language is seen the same day, though nothing of it is read."""

from __future__ import annotations

import pytest

from service.guidance.load import load_guidance
from service.guidance.names import fold
from service.guidance.records.common import Level
from service.guidance.report import Report
from service.guidance.triage import decide_triage
from tests.triage_report import AT

GUIDANCE = load_guidance()

ALARMING = [
    "No puedo respirar bien desde que me pusieron el botox",
    "Desde ayer no veo con el ojo izquierdo, relleno en la nariz",
    "depuis l'injection j'ai du mal à respirer",
    "J'ai mal à la poitrine depuis le soin",
    "Nach dem Filler in der Nase sehe ich auf dem rechten Auge nichts mehr",
    "ich kann seit dem Botox kaum schlucken",
    "dopo il filler non riesco a respirare",
    "não consigo ver nada do olho direito",
    "ik kan niet goed ademen sinds de botox",
    "po wypełniaczu nie mogę oddychać",
    "nu pot sa respir bine dupa botox",
    "botokstan sonra nefes almak zor",
    "после филлера не вижу левым глазом",
    "بعد الفيلر لا أرى بعيني اليمنى",
    "打完玻尿酸以后看不见了",
    "필러 맞고 숨을 못 쉬겠어요",
]
HARMLESS = [
    "mi cara me pica un poco con el gel",
    "un peu rouge juste après la séance",
    "Seit zwei Tagen ist meine Wange nach dem Gerät rot",
    "Keine Schmerzen, keine Schwellung, alles gut nach dem Filler gestern",
]


@pytest.mark.parametrize("text", ALARMING)
def test_what_alarms_in_another_language_is_urgent_and_not_understood(text: str) -> None:
    triage = decide_triage(GUIDANCE, Report(at=AT, text=text))

    assert triage.level is Level.URGENT
    assert not triage.understood
    assert "rule.not_english" in {reason.rule for reason in triage.reasons}


@pytest.mark.parametrize("text", HARMLESS)
def test_another_language_alone_does_not_alarm(text: str) -> None:
    triage = decide_triage(GUIDANCE, Report(at=AT, text=text))

    assert triage.level is Level.CONTACT_PROVIDER
    assert not triage.understood


def test_no_alarm_of_another_language_is_made_of_english_words() -> None:
    english = [
        phrase
        for phrase in GUIDANCE.reading.alarms_abroad
        if all(GUIDANCE.words.get(word, 0) for word in fold(phrase).split())
    ]

    assert english == []
