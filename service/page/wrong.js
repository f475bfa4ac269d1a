// "Something looks wrong": free words, read and confirmed; then how soon it needs a person.

import { busily, button, radios, summary, when, writing } from "./fields.js";
import { fill, goTo, h, say } from "./dom.js";
import { ask, sentenceOf } from "./service.js";
import { asTime, now, timeZone } from "./times.js";
import { callLink, chosenCountry, countryField, doNotWait, numberOf, showEmergency } from "./emergency.js";
import { confirmations, notRead, readSigns, signList } from "./signs.js";
import { folded, reasonCards } from "./reasons.js";
import { treatmentCards } from "./treatments.js";

const WITHIN = { self_care: "Watch it at home", contact_provider: "Within a day or two", urgent: "Today", emergency: "Now" };
const DEVICE = { stop: "No microcurrent.", pause: "No microcurrent for now.", allowed_when_gone: "Microcurrent again when it has gone." };

export function wrongJourney(vocabulary, place) {
  const views = { form: h("div", {}), confirm: h("div", { hidden: true }), answer: h("div", { hidden: true }) };
  fill(place, Object.values(views));
  const show = (name) => Object.entries(views).forEach(([each, view]) => { view.hidden = each !== name; });

  const faults = summary();
  const text = writing("What do you see or feel?", "Plain words are fine. Such as: my lip is white and it hurts more than yesterday.", 5);
  const chosen = signList(vocabulary);
  const began = when("When did it begin?", { isPast: true });
  const cards = treatmentCards(vocabulary);
  const cardPlace = h("div", { hidden: true }, cards.element);
  const treated = radios("Was anything done to your face in the last months?", undefined, [["yes", "Yes"], ["no", "No, nothing"]], () => {
    cardPlace.hidden = treated.value() !== "yes";
    if (treated.value() === "yes" && !cards.cards.length) cards.addCard();
  });
  const last = when("Your last microcurrent session, if any", { isPast: true });
  const country = countryField(vocabulary);
  const submit = h("button", { type: "submit", class: "main" }, "How soon?");
  const form = h("form", { novalidate: true, autocomplete: "off", onsubmit: (event) => {
    event.preventDefault();
    busily(submit, start);
  } });
  fill(form, faults.element,
    h("div", { class: "step" }, h("h2", {}, "What it is"), text.element, folded("Or choose from a list", chosen.element), began.element),
    h("div", { class: "step" }, h("h2", {}, "What came before"), treated.element, cardPlace, last.element),
    h("div", { class: "step" }, h("h2", {}, "Where you are"), country.element),
    submit);
  fill(views.form, form);

  let told = { signs: [], withText: true };

  function request() {
    const day = began.day();
    const startedAt = day && asTime(day, began.hour());
    const lastDay = last.day();
    const signs = [...told.signs, ...chosen.value().filter((code) => !told.signs.some((sign) => sign.sign === code)).map((sign) => ({ sign }))]
      .map((sign) => (startedAt && (sign.status ?? "present") === "present" ? { ...sign, started_at: startedAt } : sign));
    return {
      ...(signs.length && { signs }),
      ...(text.value() && (told.withText || !signs.length) && { text: text.value() }),
      ...(treated.value() === "yes" && cards.cards.length && { treatments: cards.requests() }),
      ...(treated.value() === "no" && { treatments: [] }),
      ...(lastDay && { last_session_at: asTime(lastDay, last.hour()) }),
      at: now(),
      ...(timeZone() && { time_zone: timeZone() }),
      ...(chosenCountry() && { country: chosenCountry() }),
    };
  }

  async function start() {
    faults.clear();
    [text, treated, country].forEach((part) => part.clear());
    [began, last].forEach((part) => part.clear());
    cards.clear();
    const found = [...text.faults(), ...began.faults(false, "When it began")];
    if (!text.value() && !chosen.value().length) found.unshift({ part: text, message: "Say what you see or feel, or choose it from the list." });
    if (treated.value() === "yes") found.push(...cards.faults(false));
    found.push(...last.faults(false, "Your last session"));
    if (found.length) return faults.show(found);
    told = { signs: [], withText: true };
    await attempt(async () => {
      // What is an emergency as it was written is not held up by questions.
      const answer = await ask("v1/triage", request());
      if (answer.level === "emergency") return emergency(answer);
      if (!text.value()) return showAnswer(answer);
      const reading = await readSigns(text.value());
      return reading.signs.length || !reading.understood ? confirm(reading, answer) : showAnswer(answer);
    });
  }

  // What fails is said where the person is, so that nothing chosen there is lost; a fault of a field, at the field.
  async function attempt(work, here = faults) {
    here.clear();
    say("One moment …");
    try {
      await work();
      say("");
    } catch (trouble) {
      say("");
      const placed = (trouble.faults ?? []).map((fault) => cards.placeFault(fault)).filter(Boolean);
      if (placed.length) {
        show("form");
        return faults.show(placed);
      }
      here.tellOfTrouble(sentenceOf(trouble), doNotWait(numberOf(vocabulary)?.phone));
    }
  }

  function confirm(reading) {
    const heading = h("h2", {}, reading.signs.length ? "Did we read that right?" : "We could not read that");
    const rows = confirmations(reading, text.value());
    const error = summary();
    const carryOn = (event) => busily(event.currentTarget, () => attempt(async () => {
      told = { signs: rows.signs(), withText: !rows.sayAll() };
      const answer = await ask("v1/triage", request());
      return answer.level === "emergency" ? emergency(answer) : showAnswer(answer);
    }, error));
    fill(views.confirm, heading, error.element, notRead(reading), rows.element,
      h("div", { class: "buttons" }, button("Continue", carryOn, "main"),
        button("Change what I wrote", backToForm, "quiet")));
    show("confirm");
    goTo(heading);
  }

  function backToForm() {
    show("form");
    goTo(form.querySelector("h2"));
  }

  function emergency(answer) {
    showAnswer(answer, false);
    showEmergency(vocabulary, {
      headline: answer.headline, actions: answer.actions, handOver: answer.hand_over, clinicPhone: answer.clinic?.phone,
      onback: () => goTo(views.answer.querySelector("h2")),
    });
  }

  function showAnswer(answer, moves = true) {
    const heading = h("h2", { class: "verdict" }, answer.headline);
    const number = numberOf(vocabulary);
    fill(views.answer,
      h("div", { class: `answer level-${answer.level}` },
        h("p", { class: "within" }, WITHIN[answer.level]), heading,
        h("ul", { class: "actions" }, answer.actions.map((each) => h("li", {}, each.text))),
        answer.level === "emergency" && number && callLink(number.phone, `Emergency number in ${number.label}`),
        h("p", { class: "device" }, DEVICE[answer.microcurrent]),
        !answer.understood && h("p", { class: "notice" }, "We did not understand all that you wrote, so this answer is on the careful side."),
        questions(answer),
        advice(answer),
        answer.watch_for.length > 0 && h("section", { class: "part" }, h("h3", {}, "Get help sooner if you notice"), h("ul", {}, answer.watch_for.map((each) => h("li", {}, each)))),
        answer.hand_over && h("section", { class: "part" }, h("h3", {}, "For the person who helps you"), h("p", { class: "hand-over" }, answer.hand_over)),
        reasonCards(answer),
        answer.report_to.length > 0 && folded("Report a side effect", h("ul", {}, answer.report_to.map((each) =>
          h("li", {}, h("a", { href: each.url, rel: "noopener noreferrer", target: "_blank" }, each.title, h("span", { class: "out" }, " (opens a new tab)"))))))),
      h("div", { class: "buttons" }, button("Change what I wrote", backToForm, "main"), button("Start anew", anew, "quiet")));
    show("answer");
    if (moves) goTo(heading);
  }

  const advice = (answer) => {
    const helpful = answer.signs.filter((sign) => sign.advice);
    return helpful.length > 0 && h("section", { class: "part" }, h("h3", {}, "What helps"),
      h("ul", {}, helpful.map((sign) => h("li", {}, h("strong", {}, `${sign.label}: `), sign.advice))));
  };

  // Questions whose answers could make it more urgent, to be answered on the spot.
  function questions(answer) {
    const askable = answer.ask_next.filter((each) => each.sign && (!each.pointer || /\/spreading$/.test(each.pointer)));
    if (!askable.length || answer.level === "emergency") return undefined;
    const error = summary();
    const parts = askable.map((each) => ({ each, part: radios(each.question, undefined, [["yes", "Yes"], ["no", "No"]]) }));
    const again = (event) => busily(event.currentTarget, () => attempt(async () => {
      for (const { each, part } of parts) {
        if (!part.value()) continue;
        const known = told.signs.find((sign) => sign.sign === each.sign);
        if (each.pointer) {
          const sign = known ?? { sign: each.sign };
          sign.spreading = part.value() === "yes";
          if (!known) told.signs.push(sign);
        } else if (known) known.status = part.value() === "yes" ? "present" : "absent";
        else told.signs.push({ sign: each.sign, status: part.value() === "yes" ? "present" : "absent" });
      }
      const changed = await ask("v1/triage", request());
      return changed.level === "emergency" ? emergency(changed) : showAnswer(changed);
    }, error));
    return h("section", { class: "part asked" }, h("h3", {}, "To be more certain"), error.element, parts.map(({ part }) => part.element),
      button("Take these in", again, "main"));
  }

  function anew() {
    text.set("");
    chosen.choose([]);
    [began, last].forEach((part) => part.set());
    treated.choose(undefined);
    cardPlace.hidden = true;
    cards.cards.length = 0;
    told = { signs: [], withText: true };
    backToForm();
  }

  return {
    fillIn(partial) {
      if (partial.text) text.set(partial.text);
      if (partial.treatments) {
        treated.choose("yes");
        cardPlace.hidden = false;
        cards.fillIn(partial.treatments);
      }
      faults.clear();
      show("form");
    },
    firstHeading: () => form.querySelector("h2"),
  };
}
