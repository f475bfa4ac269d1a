// A question in plain words: safety first, then the answers, or the honest word that there is none.

import { busily, button, summary, writing } from "./fields.js";
import { fill, goTo, h, say } from "./dom.js";
import { ask, get, sentenceOf } from "./service.js";
import { now, timeZone } from "./times.js";
import { callLink, countryField, doNotWait, numberOf, showEmergency } from "./emergency.js";
import { folded, sourceList } from "./reasons.js";

const RESULTS = 3;

export function questionBox(vocabulary, place, lead) {
  const faults = summary();
  const text = writing("Your question", "Such as: botox 3 days ago, can I use my device?", 2);
  const submit = h("button", { type: "submit", class: "main" }, "Ask");
  const found = h("div", { class: "found" });
  const form = h("form", { novalidate: true, autocomplete: "off", onsubmit: (event) => {
    event.preventDefault();
    busily(submit, search);
  } }, faults.element, text.element, submit);
  fill(place, form, found);

  async function search() {
    faults.clear();
    text.clear();
    const wrong = [...text.faults()];
    if (!text.value()) wrong.push({ part: text, message: "Type a question first." });
    if (wrong.length) return faults.show(wrong);
    say("One moment …");
    try {
      const zone = timeZone();
      const answer = await ask("v1/faq/search", { q: text.value(), limit: RESULTS, at: now(), ...(zone && { time_zone: zone }) });
      say("");
      showFound(answer);
    } catch (trouble) {
      say("");
      faults.tellOfTrouble(sentenceOf(trouble), doNotWait());
    }
  }

  function showFound(answer) {
    const [best, ...others] = answer.results;
    const heading = h("h2", {}, !answer.answered ? "We have no answer to that" : best.question);
    fill(found,
      answer.safety && safety(answer.safety, answer.next),
      answer.corrections.length > 0 && h("p", { class: "soft" }, answer.corrections.map((each) => `Read “${each.from}” as “${each.to}”. `)),
      heading,
      best ? entry(best) : h("p", {}, answer.suggestions.length
        ? "None that we are sure of, so we do not guess. These are near:"
        : "None that we are sure of, so we do not guess. Try other words, or ask the person who treated you."),
      answer.suggestions.length > 0 && h("ul", { class: "suggestions" }, answer.suggestions.map((each) =>
        h("li", {}, button(each.question, (event) => busily(event.currentTarget, () => openEntry(each.id)), "offer")))),
      answer.ambiguous && h("p", { class: "soft" }, "The next one fits about as well."),
      nextStep(answer),
      others.length > 0 && h("section", { class: "part" }, h("h3", {}, "Also"), others.map((each) => folded(each.question, entry(each)))));
    goTo(answer.safety ? found.querySelector(".safety h2") : heading);
  }

  function nextStep(answer) {
    if (!answer.next || (answer.next.kind === "triage" && answer.safety)) return undefined;
    const isTriage = answer.next.kind === "triage";
    return h("div", { class: "next" },
      h("p", {}, isTriage ? "You mention something that you see or feel." : "You mention a treatment and when it was."),
      button(isTriage ? "Look at this first" : "Work out my own dates", () => lead(answer.next), "main"));
  }

  function safety(warning, next) {
    const call = h("div", { "aria-live": "polite" });
    const tell = () => {
      const number = warning.level === "emergency" && numberOf(vocabulary);
      fill(call, number && callLink(number.phone, `Emergency number in ${number.label}`));
    };
    tell();
    return h("section", { class: "safety", "aria-label": "Safety first" },
      h("p", { class: "within" }, warning.level === "emergency" ? "Now" : "Today"),
      h("h2", {}, warning.headline),
      h("ul", {}, warning.actions.map((each) => h("li", {}, each.text))),
      call,
      warning.level === "emergency" && countryField(vocabulary, tell).element,
      h("div", { class: "buttons" },
        warning.level === "emergency" && button("Fill the screen with this", () => showEmergency(vocabulary, { ...warning, back: "Back to my question" }), "main"),
        next?.kind === "triage" && button("Tell us more", () => lead(next))));
  }

  function entry(each) {
    const sources = h("div", {}, h("p", { class: "soft" }, "Looking them up …"));
    const look = async () => {
      try {
        const items = await Promise.all(each.citations.map((id) => get(`v1/guidance/sources/${encodeURIComponent(id)}`)));
        fill(sources, sourceList(items));
      } catch (trouble) {
        fill(sources, h("p", { class: "error" }, sentenceOf(trouble)));
      }
    };
    const count = each.citations.length;
    return h("div", { class: "entry" }, h("p", { class: "prose" }, each.answer),
      count > 0 && folded(count === 1 ? "1 source" : `${count} sources`, sources, look));
  }

  async function openEntry(id) {
    try {
      const each = await get(`v1/faq/${encodeURIComponent(id)}`);
      const heading = h("h2", {}, each.question);
      const safetyFirst = found.querySelector(".safety");
      fill(found, safetyFirst, heading, entry(each));
      goTo(heading);
    } catch (trouble) {
      faults.tellOfTrouble(sentenceOf(trouble));
    }
  }

  return { firstHeading: () => text.control };
}
