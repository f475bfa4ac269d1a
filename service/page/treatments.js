// What was done to the face, or is booked: one card for each treatment.

import { button, areaChips, when } from "./fields.js";
import { treatmentField } from "./combobox.js";
import { fill, h, newId } from "./dom.js";
import { asTime, instant, dayOf } from "./times.js";
import { closestNames } from "./service.js";

const AT_MOST = 20;

function card(vocabulary, index, onremove) {
  const titleId = newId("treatment");
  const title = h("h3", { id: titleId });
  const name = treatmentField(vocabulary, "Treatment or brand", "Such as Botox, lip filler or a peel. “Filler” will do, if you do not know which.", () => { each.cleared = undefined; });
  const time = when("Day of the treatment", { mayBeUnknown: true });
  const areas = areaChips(vocabulary, "Where was it?", "Leave empty if you do not know.");
  const places = h("details", { class: "more" }, h("summary", {}, "Where on the face or neck"), areas.element);
  const remove = button("Remove", () => onremove(each), "quiet");
  const element = h("section", { class: "card", "aria-labelledby": titleId },
    h("div", { class: "card-head" }, title, remove), name.element, time.element, places);
  const each = {
    element, name, time, areas, places, cleared: undefined,
    number(position, count) {
      fill(title, count > 1 ? `Treatment ${position + 1}` : "Treatment");
      remove.setAttribute("aria-label", `Remove treatment ${position + 1}`);
    },
    clear: () => [name, areas, time].forEach((part) => part.clear()),
    *faults(isDateNeeded) {
      if (!name.text()) yield { part: name, message: "Name the treatment or its brand." };
      yield* time.faults(isDateNeeded, name.text() || "The treatment");
    },
    request() {
      const day = time.day();
      const codes = areas.value();
      return {
        ...name.named(),
        ...(day && { at: asTime(day, time.hour()) }),
        ...(codes.length && { areas: codes }),
        ...(each.cleared !== undefined && { provider: { cleared: each.cleared } }),
      };
    },
  };
  return each;
}

export function treatmentCards(vocabulary) {
  const list = h("div", { class: "cards" });
  const add = button("Add another treatment", () => {
    addCard();
    cards.at(-1).name.control.focus();
  });
  const cards = [];
  const renumber = () => {
    cards.forEach((each, index) => each.number(index, cards.length));
    fill(list, cards.map((each) => each.element));
    fill(add, cards.length ? "Add another treatment" : "Add a treatment");
    add.hidden = cards.length >= AT_MOST;
  };
  const addCard = () => {
    cards.push(card(vocabulary, cards.length, (each) => {
      cards.splice(cards.indexOf(each), 1);
      renumber();
      add.focus();
    }));
    renumber();
    return cards.at(-1);
  };
  const keepAt = (count) => { cards.length = Math.min(cards.length, count); while (cards.length < count) addCard(); renumber(); };
  return {
    element: h("div", {}, list, add),
    cards,
    addCard,
    clear: () => cards.forEach((each) => each.clear()),
    reset: () => { cards.length = 0; addCard(); },
    *faults(isDateNeeded) {
      for (const each of cards) yield* each.faults(isDateNeeded);
    },
    requests: () => cards.map((each) => each.request()),
    // Take over what another part of the page has read, as `next` of the FAQ does.
    fillIn(requests) {
      cards.length = 0;
      keepAt(requests.length);
      requests.forEach((request, index) => {
        const each = cards[index];
        const known = vocabulary.treatments.find((treatment) => treatment.id === request.treatment);
        each.name.set(known?.label ?? request.product ?? "");
        if (request.at) each.time.set(...splitTime(request.at));
        if (request.areas) {
          each.areas.choose(request.areas);
          each.places.open = true;
        }
      });
    },
    // Put the faults of a refusal where they belong: `/treatments/1/product` to the name of the second card.
    placeFault(fault) {
      const match = /\/treatments\/(\d+)(?:\/(\w+))?/.exec(fault.pointer);
      const each = match && cards[Number(match[1])];
      if (!each) return undefined;
      if (match[2] === "at") return { part: each.time.date, message: "This date cannot be used. Please check it." };
      if (match[2] === "areas") return { part: each.areas, message: "One of these places is not known to the service." };
      const names = closestNames(fault.detail);
      const message = `The service does not know “${each.name.text()}” by this name.`;
      const take = (name) => button(name, () => { each.name.set(name); each.name.clear(); each.name.control.focus(); }, "offer");
      const more = names.length
        ? h("span", { class: "offers" }, h("span", {}, "Did you mean"), names.map(take))
        : h("span", {}, " Try what it is, such as filler, laser or peel.");
      return { part: each.name, message, more };
    },
  };
}

function splitTime(at) {
  if (!/T/.test(at)) return [at];
  const date = instant(at);
  return [dayOf(date), `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`];
}
