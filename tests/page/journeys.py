"""
The page in a real browser: three journeys, what goes wrong on them, and who can walk them.

Run by make test-page, in a run of their own: Playwright keeps a loop going in which no other test could start one.
"""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.page.opening import (
    ROOT,
    SCHEMES,
    SCREENSHOTS,
    SIZES,
    answer_screening,
    name_treatment,
    opened,
    press,
    violations,
)
from tests.server.running import Service, running_service

WHITE_LIP = "my top lip went white right after the filler and it really hurts"


def ask_about_botox(page: Page) -> None:
    name_treatment(page, "Botox", "2026-11-20")
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")
    answer_screening(page)


def report(page: Page, text: str) -> None:
    page.get_by_label("What do you see or feel?").fill(text)
    press(page, "How soon?")


def search(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    press(page, "Ask")


# Can I use microcurrent yet?


def test_an_answer_has_dates_reasons_sources_and_what_they_disagree_about(page: Page) -> None:
    ask_about_botox(page)

    answer = page.locator("#session-place .answer")
    expect(answer.get_by_role("heading", name="Not yet")).to_be_focused()
    expect(answer).to_contain_text("Wait until 23 November 2026.")
    expect(answer.locator(".timeline-drawing .stop")).to_have_count(4)
    expect(answer.locator(".stops li").last).to_contain_text("Saturday, 5 December 2026")
    answer.get_by_text("Where the sources disagree").click()
    expect(answer).to_contain_text("Sources say anything from 24 hours to 3 months.")
    answer.get_by_text("18 sources", exact=True).click()
    link = answer.get_by_role("link", name="FaceMaster FAQ")
    assert (link.get_attribute("href") or "").startswith("http")
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_several_treatments_count_also_one_that_is_booked(page: Page) -> None:
    name_treatment(page, "Botox", "2026-10-01")
    press(page, "Add another treatment")
    expect(page.get_by_label("Treatment or brand").nth(1)).to_be_focused()
    name_treatment(page, "Juvederm", "2026-12-20", position=1)
    expect(page.get_by_text("That lies ahead, so it counts as booked.")).to_be_visible()
    page.get_by_role("radio", name="In a salon").check()
    press(page, "Show me when")
    answer_screening(page)

    expect(page.locator(".stops")).to_contain_text("No session from here on, because of what is booked")


def test_nothing_done_and_nothing_against_it_is_a_yes(page: Page) -> None:
    page.get_by_role("button", name="Remove treatment 1").click()
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")
    answer_screening(page)

    expect(page.get_by_role("heading", name="Yes", exact=True)).to_be_visible()


def test_a_condition_on_the_list_forbids_it(page: Page) -> None:
    name_treatment(page, "Botox", "2026-01-20")
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")
    page.locator("#session-place").get_by_label("Find in the list").fill("pacemaker")
    page.get_by_label("Cardiac pacemaker").check()
    press(page, "This applies")

    expect(page.get_by_role("heading", name="No", exact=True)).to_be_visible()


def test_what_nobody_answered_is_never_a_yes(page: Page) -> None:
    name_treatment(page, "Botox", "2026-01-20")
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")
    for answer in ("I do not know", "I do not know", "Ask me on the day"):
        press(page, answer)

    expect(page.get_by_role("heading", name="Not certain yet")).to_be_visible()
    expect(page.get_by_role("heading", name="Still open")).to_be_visible()


def test_what_is_on_the_skin_is_read_and_confirmed(page: Page) -> None:
    name_treatment(page, "Botox", "2026-01-20")
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")
    press(page, "None of it applies")
    page.get_by_label("Years", exact=True).fill("41")
    press(page, "Continue")
    page.get_by_label("In your own words").fill("a bruise and no fever")
    press(page, "There is: continue")
    expect(page.get_by_role("heading", name="Did we read that right?")).to_be_focused()
    expect(page.get_by_role("radio", name="No", exact=True)).to_have_count(2)
    press(page, "There is: continue")

    expect(page.get_by_role("heading", name="Where on the face or neck is this")).to_be_focused()


def test_the_dates_can_be_saved(page: Page) -> None:
    ask_about_botox(page)
    with page.expect_download() as download:
        press(page, "Save the dates")

    assert download.value.suggested_filename == "session.ics"


def test_the_rules_of_a_clinic_can_be_chosen(browser: Browser) -> None:
    with (
        running_service(log_level="warning", protocols_dir=str(ROOT / "examples" / "protocols")) as service,
        opened(browser, service.url) as page,
    ):
        page.get_by_label("Whose rules?").select_option(index=1)
        ask_about_botox(page)

        expect(page.locator("#session-place .answer")).to_contain_text("their own, stricter rules count here")


# Something looks wrong


def test_an_emergency_fills_the_screen_with_the_number_of_the_country(page: Page) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    page.get_by_label("Country you are in").last.select_option("GB")
    report(page, WHITE_LIP)

    screen = page.get_by_role("alertdialog")
    expect(screen.get_by_role("heading").first).to_be_focused()
    call = screen.get_by_role("link", name="999")
    expect(call).to_have_attribute("href", "tel:999")
    expect(call).to_be_in_viewport()
    box = screen.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (SIZES["phone"]["width"], SIZES["phone"]["height"])
    screen.get_by_label("Country you are in").select_option("US")
    expect(screen.get_by_role("link", name="911")).to_be_visible()
    press(page, "Back to what I wrote")
    expect(screen).to_be_hidden()
    press(page, "Change what I wrote")
    expect(page.get_by_label("What do you see or feel?")).to_have_value(WHITE_LIP)


def test_without_a_country_no_number_is_guessed(page: Page) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    report(page, WHITE_LIP)

    screen = page.get_by_role("alertdialog")
    expect(screen).to_contain_text("Ring your local emergency number")
    expect(screen.get_by_role("link")).to_have_count(0)


def test_signs_are_confirmed_and_questions_are_answered_on_the_spot(page: Page) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    report(page, "a small bruise on my left cheek and no fever")

    expect(page.get_by_role("heading", name="Did we read that right?")).to_be_focused()
    bruise = page.get_by_role("group", name="Do you have a bruise?")
    expect(bruise.get_by_role("radio", name="Yes, now")).to_be_checked()
    press(page, "Continue")
    expect(page.locator(".within")).to_be_visible()
    asked = page.locator(".asked")
    count = asked.get_by_role("group").count()
    assert count > 0
    for index in range(count):
        asked.get_by_role("group").nth(index).get_by_label("No", exact=True).check()
    press(page, "Take these in")
    expect(page.locator("#wrong-place .verdict")).to_be_focused()


def test_words_that_cannot_be_read_are_never_watched_at_home(page: Page) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    report(page, "flibber zorp quanxel")

    expect(page.get_by_role("heading", name="We could not read that")).to_be_focused()
    press(page, "Continue")
    expect(page.locator(".within")).to_have_text("Within a day or two")


# Ask a question


def test_a_question_is_answered_and_leads_on_to_the_dates(page: Page) -> None:
    page.goto(page.url.replace("#session", "#ask"))
    search(page, "botox 3 days ago, nuface ok?")
    expect(page.locator(".found h2").first).to_be_focused()
    expect(page.locator(".prose").first).to_contain_text("48 hours")
    press(page, "Work out my own dates")

    expect(page.get_by_label("Treatment or brand").first).to_have_value("Botulinum toxin (wrinkle-relaxing) injections")
    expect(page.get_by_label("Day of the treatment").first).to_have_value("2026-11-19")


def test_what_is_not_known_is_said_and_not_guessed(page: Page) -> None:
    page.goto(page.url.replace("#session", "#ask"))
    search(page, "what is the capital of France")

    expect(page.get_by_role("heading", name="We have no answer to that")).to_be_focused()


def test_a_sign_in_a_question_comes_before_its_answer(page: Page) -> None:
    page.goto(page.url.replace("#session", "#ask"))
    search(page, "my lip went white after bottox")

    safety = page.get_by_role("region", name="Safety first")
    expect(safety.get_by_role("heading")).to_be_focused()
    assert page.locator(".found > *").first.get_attribute("class") == "safety"
    safety.get_by_label("Country you are in").select_option("GB")
    expect(safety.get_by_role("link", name="999")).to_have_attribute("href", "tel:999")
    press(page, "Tell us more")
    expect(page.get_by_label("What do you see or feel?")).to_have_value("my lip went white after bottox")


# What goes wrong


def test_a_date_that_is_missing_is_asked_for_by_name(page: Page) -> None:
    name_treatment(page, "Botox", None)
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")

    link = page.get_by_role("link", name="Botox: give the date, or tick that you do not know it.")
    expect(page.get_by_role("group", name="What is still needed")).to_be_focused()
    link.click()
    expect(page.get_by_label("Day of the treatment")).to_be_focused()
    expect(page.get_by_label("Day of the treatment")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Treatment or brand")).to_have_value("Botox")
    expect(page.get_by_role("radio", name="At home")).to_be_checked()


def test_a_session_without_a_date_is_asked_for_its_date(page: Page) -> None:
    name_treatment(page, "Botox", "2026-11-20")
    page.get_by_label("Day of the session").fill("")
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")

    expect(page.get_by_role("link", name="The session: give the date.")).to_be_visible()
    expect(page.get_by_label("Treatment or brand")).to_have_value("Botox")
    expect(page.get_by_label("Day of the treatment")).to_have_value("2026-11-20")


@pytest.mark.parametrize(
    ("field", "what"),
    [("When did it begin?", "When it began"), ("Your last microcurrent session", "Your last session")],
)
def test_what_has_happened_does_not_lie_in_the_future(page: Page, field: str, what: str) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    page.get_by_label(field).fill("2026-12-24")
    report(page, "a bruise")

    link = page.get_by_role("link", name=f"{what}: this date lies in the future")
    link.click()
    expect(page.get_by_label(field)).to_be_focused()
    expect(page.get_by_label(field)).to_have_value("2026-12-24")
    expect(page.get_by_label("What do you see or feel?")).to_have_value("a bruise")


def test_an_unknown_brand_gets_the_closest_names(page: Page) -> None:
    name_treatment(page, "zork", "2026-11-20")
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")
    expect(page.get_by_role("link", name="The service does not know “zork” by this name.")).to_be_visible()
    expect(page.get_by_label("Treatment or brand")).to_have_value("zork")
    page.locator(".offers button").first.click()

    expect(page.get_by_label("Treatment or brand")).to_have_value("Biostimulator")
    expect(page.get_by_label("Day of the treatment")).to_have_value("2026-11-20")


def test_an_unknown_brand_beside_a_reaction_loses_no_word_of_it(page: Page) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    page.get_by_role("radio", name="Yes", exact=True).check()
    name_treatment(page, "zork", "2026-11-20")
    report(page, "a bruise")

    expect(page.get_by_role("link", name="The service does not know “zork” by this name.")).to_be_visible()
    expect(page.get_by_label("What do you see or feel?")).to_have_value("a bruise")
    expect(page.locator("#wrong-place").get_by_label("Day of the treatment")).to_have_value("2026-11-20")


@pytest.mark.parametrize("length", [2000, 2001, 5000])
def test_a_long_text_is_kept_whole(page: Page, length: int) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    text = long_text(length)
    report(page, text)

    expect(page.get_by_label("What do you see or feel?")).to_have_value(text)
    if length > 2000:
        over = "1 character" if length == 2001 else f"{length - 2000:,} characters"
        expect(page.get_by_role("link", name=f"Your text is {over} longer than the 2,000")).to_be_visible()
    else:
        expect(page.get_by_role("heading", name="Did we read that right?")).to_be_visible()


@pytest.mark.parametrize("length", [2000, 2001])
def test_a_long_question_is_kept_whole(page: Page, length: int) -> None:
    page.goto(page.url.replace("#session", "#ask"))
    text = long_text(length)
    search(page, text)

    expect(page.get_by_label("Your question")).to_have_value(text)
    if length > 2000:
        expect(page.get_by_role("link", name="1 character longer than the 2,000")).to_be_visible()
    else:
        expect(page.locator(".found h2").first).to_be_focused()


def long_text(length: int) -> str:
    return ("a bruise on my cheek. " * 300)[: length - 1] + "."


def test_a_question_without_words_is_asked_for_them(page: Page) -> None:
    page.goto(page.url.replace("#session", "#ask"))
    press(page, "Ask")

    expect(page.get_by_role("link", name="Type a question first.")).to_be_visible()


AWAY = [
    (None, "The service cannot be reached. Check your connection and try again."),
    (503, "The service is busy or about to restart. Wait a few seconds and try again."),
    (500, "The service could not answer that. Try again in a while."),
    (429, "The service has many questions just now. Wait a moment and try again."),
]
DO_NOT_WAIT = "ring your injector's emergency line or your local emergency number"


def be_away(page: Page, path: str, status: int | None = None) -> None:
    """Let the calls of this path fail from now on: with a status, or without any answer."""

    def fail(route: Route) -> None:
        if status is None:
            route.abort()
        else:
            route.fulfill(status=status, content_type="application/problem+json", body="{}")

    page.route(f"**{path}", fail)


def trouble_of(page: Page) -> Locator:
    """Return where the page says what did not work."""
    return page.get_by_role("group", name="What went wrong")


@pytest.mark.parametrize(("status", "sentence"), AWAY)
def test_a_service_that_does_not_answer_loses_nothing(page: Page, status: int | None, sentence: str) -> None:
    be_away(page, "/v1/eligibility", status)
    name_treatment(page, "Botox", "2026-11-20")
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")

    expect(trouble_of(page)).to_be_focused()
    expect(trouble_of(page)).to_contain_text(f"{sentence} Nothing you typed is lost.")
    expect(page.get_by_label("Treatment or brand")).to_have_value("Botox")
    page.unroute("**/v1/eligibility")
    press(page, "Show me when")
    expect(page.locator("#session-place .question")).to_be_visible()


def test_a_service_that_goes_away_between_two_questions_loses_no_answer(page: Page) -> None:
    name_treatment(page, "Botox", "2026-01-20")
    page.get_by_role("radio", name="At home").check()
    press(page, "Show me when")
    press(page, "None of it applies")
    be_away(page, "/v1/eligibility")
    page.get_by_label("Years", exact=True).fill("41")
    press(page, "Continue")

    expect(trouble_of(page)).to_contain_text("cannot be reached")
    expect(page.get_by_label("Years", exact=True)).to_have_value("41")
    page.unroute("**/v1/eligibility")
    press(page, "Continue")
    expect(page.get_by_role("heading", name="on the skin today?")).to_be_focused()


@pytest.mark.parametrize(("status", "sentence"), AWAY)
def test_a_reaction_is_not_lost_and_need_not_wait_for_the_service(
    page: Page, status: int | None, sentence: str
) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    be_away(page, "/v1/triage", status)
    report(page, WHITE_LIP)

    expect(trouble_of(page)).to_contain_text(sentence)
    expect(trouble_of(page)).to_contain_text(DO_NOT_WAIT)
    expect(page.get_by_label("What do you see or feel?")).to_have_value(WHITE_LIP)
    page.unroute("**/v1/triage")
    press(page, "How soon?")
    expect(page.get_by_role("alertdialog")).to_be_visible()


def test_a_service_that_is_away_leaves_the_number_of_the_country(page: Page) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    be_away(page, "/v1/triage")
    page.get_by_label("Country you are in").last.select_option("GB")
    report(page, WHITE_LIP)

    expect(trouble_of(page)).to_contain_text("ring your injector's emergency line or 999")


def test_signs_that_were_confirmed_stay_confirmed_while_the_service_is_away(page: Page) -> None:
    page.goto(page.url.replace("#session", "#wrong"))
    report(page, "a small bruise on my left cheek and no fever")
    page.get_by_role("group", name="Do you have a bruise?").get_by_role("radio", name="I had it, it has gone").check()
    be_away(page, "/v1/triage")
    press(page, "Continue")

    expect(trouble_of(page)).to_contain_text("cannot be reached")
    bruise = page.get_by_role("group", name="Do you have a bruise?")
    expect(bruise.get_by_role("radio", name="I had it, it has gone")).to_be_checked()
    page.unroute("**/v1/triage")
    press(page, "Continue")
    expect(page.locator(".within")).to_be_visible()


@pytest.mark.parametrize(("status", "sentence"), AWAY)
def test_a_question_is_not_lost_while_the_service_is_away(page: Page, status: int | None, sentence: str) -> None:
    page.goto(page.url.replace("#session", "#ask"))
    be_away(page, "/v1/faq/search", status)
    search(page, "how long after botox")

    expect(trouble_of(page)).to_contain_text(sentence)
    expect(trouble_of(page)).to_contain_text(DO_NOT_WAIT)
    expect(page.get_by_label("Your question")).to_have_value("how long after botox")
    page.unroute("**/v1/faq/search")
    press(page, "Ask")
    expect(page.locator(".found h2").first).to_be_focused()


def test_a_page_that_opens_while_the_service_is_away_can_try_again(browser: Browser, service: Service) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/v1/guidance/**", lambda route: route.fulfill(status=503, body=""))
    page.goto(service.url)
    expect(page.get_by_role("alert")).to_contain_text("busy or about to restart")
    expect(page.get_by_role("alert")).to_contain_text(DO_NOT_WAIT)
    page.unroute("**/v1/guidance/**")
    press(page, "Try again")

    expect(page.get_by_label("Treatment or brand")).to_be_visible()
    context.close()


# Who can walk them


def test_the_first_journey_needs_no_mouse(page: Page) -> None:
    keyboard = page.keyboard
    keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_label("Treatment or brand").focus()
    keyboard.type("bot")
    keyboard.press("ArrowDown")
    option = page.get_by_role("option", selected=True)
    expect(page.get_by_label("Treatment or brand")).to_have_attribute(
        "aria-activedescendant", option.get_attribute("id") or ""
    )
    keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()
    for key in ("Tab", "2", "2", "1", "1", "2", "0", "2", "5"):
        keyboard.press(key)
    walk_to(page, "At home")
    keyboard.press("Space")
    keyboard.press("Enter")
    expect(page.locator("#session-place .question")).to_be_focused()
    walk_to(page, "None of it applies")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="How old are you?")).to_be_focused()
    walk_to(page, "Years")
    keyboard.type("41")
    walk_to(page, "Continue")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="on the skin today?")).to_be_focused()
    walk_to(page, "Nothing")
    keyboard.press("Enter")
    expect(page.locator("#session-place .verdict")).to_be_focused()


def walk_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what has this name."""
    for _ in range(200):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "() => { const on = document.activeElement;"
            " return (on.labels?.[0] ?? on).innerText?.trim().split('\\n')[0] ?? ''; }"
        )
        if label == name:
            return
    raise AssertionError(f"no Tab leads to {name}")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_view(browser: Browser, service: Service, size: str, scheme: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    options: dict[str, Any] = {"viewport": SIZES[size], "color_scheme": scheme, "bypass_csp": True}
    found: dict[str, list[str]] = {}

    def look(name: str, page: Page, *, whole: bool = True) -> None:
        page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{scheme}.png", full_page=whole)
        if faults := violations(page):
            found[name] = faults

    with opened(browser, service.url, **options) as page:
        look("1-form", page)
        press(page, "Show me when")
        look("2-faults", page)
        page.get_by_label("Treatment or brand").fill("bot")
        look("3-names", page)
        name_treatment(page, "Botox", "2026-11-20")
        page.get_by_role("radio", name="At home").check()
        press(page, "Show me when")
        page.locator("#session-place .question").wait_for()
        look("4-question", page)
        answer_screening(page)
        page.get_by_text("Where the sources disagree").click()
        page.locator(".claims").wait_for()
        look("5-answer", page)
    with opened(browser, service.url, "wrong", **options) as page:
        look("6-wrong", page)
        report(page, "a bruise on my left cheek and some redness")
        page.locator(".confirm").first.wait_for()
        look("7-confirm", page)
        press(page, "Continue")
        page.locator("#wrong-place .verdict").wait_for()
        look("8-level", page)
        press(page, "Change what I wrote")
        page.get_by_label("Country you are in").last.select_option("GB")
        report(page, WHITE_LIP)
        page.get_by_role("alertdialog").wait_for()
        look("9-emergency", page, whole=False)
    with opened(browser, service.url, "ask", **options) as page:
        search(page, "botox 3 days ago, nuface ok?")
        page.locator(".found .prose").first.wait_for()
        look("10-question", page)
        search(page, "my lip went white after bottox")
        page.locator(".safety").wait_for()
        look("11-safety", page)
        be_away(page, "/v1/faq/search")
        press(page, "Ask")
        trouble_of(page).wait_for()
        look("12-away", page)

    assert found == {}


@pytest.mark.parametrize("journey", ["session", "wrong", "ask"])
def test_text_of_double_size_needs_no_sideways_scrolling(browser: Browser, service: Service, journey: str) -> None:
    with opened(browser, service.url, journey, bypass_csp=True) as page:
        page.add_style_tag(content="html { font-size: 200% !important; }")
        wide, narrow = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        page.screenshot(path=SCREENSHOTS / f"zoom-{journey}.png", full_page=True)

    assert wide <= narrow


def test_nothing_moves_where_that_is_not_wanted(page: Page) -> None:
    ask_about_botox(page)

    assert page.evaluate("document.getAnimations().length") == 0


# What it keeps, and what it asks


def test_it_keeps_nothing_and_asks_nobody_else(browser: Browser, service: Service) -> None:
    asked: list[str] = []
    with opened(browser, service.url) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.reload()
        page.wait_for_selector("[data-ready]")
        ask_about_botox(page)
        kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")

        assert all(url.startswith(service.url) for url in asked)
        assert not [url for url in asked if "?" in url]
        assert kept == [0, 0, ""]
        assert page.url == f"{service.url}/#session"
        assert page.context.cookies() == []


@pytest.fixture(scope="module")
def spa() -> Iterator[str]:
    """Serve a page of somebody else, which frames whatever its query names."""

    class Spa(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{self.path[2:]}" width="400" height="700"></iframe>'.encode())

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Spa) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_listed_page_can_frame_it(browser: Browser, spa: str) -> None:
    with running_service(log_level="warning", frame_ancestors=spa) as service:
        assert "Can I use microcurrent yet?" in framed_text(browser, spa, service.url)


def test_no_other_page_can(browser: Browser, spa: str, service: Service) -> None:
    assert "Can I use microcurrent yet?" not in framed_text(browser, spa, service.url)


def framed_text(browser: Browser, spa: str, url: str) -> str:
    """Return what is to be read in the frame."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{spa}/?{url}/", wait_until="networkidle")
        text: str = page.frames[1].evaluate("document.body?.innerText ?? ''")
        return text
