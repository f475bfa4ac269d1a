// Parts of forms: each has a label, a hint, and a place for the sentence that says what is wrong with it.

import { fill, goTo, h, newId } from "./dom.js";
import { today } from "./times.js";

export function field(label, control, hint) {
  const id = newId("field");
  control.id = id;
  const error = h("p", { class: "error", id: `${id}-error` });
  const about = hint && h("p", { class: "hint", id: `${id}-hint` }, hint);
  const describe = () =>
    control.setAttribute("aria-describedby", [about && about.id, error.id].filter(Boolean).join(" "));
  describe();
  const element = h("div", { class: "field" }, h("label", { for: id }, label), about, control, error);
  return withErrors({ element, control, error });
}

export function group(legend, hint, ...content) {
  const id = newId("group");
  const error = h("p", { class: "error", id: `${id}-error` });
  const about = hint && h("p", { class: "hint", id: `${id}-hint` }, hint);
  const described = [about && about.id, error.id].filter(Boolean).join(" ");
  const element = h("fieldset", { class: "group", id, tabindex: "-1", "aria-describedby": described },
    h("legend", {}, legend), about, content, error);
  return withErrors({ element, control: element, error });
}

function withErrors(part) {
  part.fail = (...message) => {
    fill(part.error, ...message);
    part.element.classList.add("failed");
    if (part.control.tagName !== "FIELDSET") part.control.setAttribute("aria-invalid", "true");
  };
  part.clear = () => {
    fill(part.error);
    part.element.classList.remove("failed");
    part.control.removeAttribute("aria-invalid");
  };
  return part;
}

// What is wrong, above a form: a list whose lines lead to their places, or a sentence of what did not work.
export function summary() {
  const element = h("div", { class: "summary", hidden: true, tabindex: "-1" });
  element.setAttribute("role", "group");
  const clear = () => {
    element.hidden = true;
    fill(element);
  };
  const show = (faults) => {
    for (const { part, message, more } of faults) part.fail(message, more);
    const lines = faults.map(({ part, message }) => h("li", {}, linkTo(part, message)));
    tell("What is still needed", faults.length === 1 ? "One thing first" : `${faults.length} things first`, h("ul", {}, lines));
  };
  const tellOfTrouble = (...sentences) =>
    tell("What went wrong", "That did not work", sentences.map((sentence) => h("p", {}, sentence)));
  const tell = (label, title, content) => {
    element.setAttribute("aria-label", label);
    fill(element, h("h2", {}, title), content);
    element.hidden = false;
    goTo(element);
  };
  return { element, clear, show, tellOfTrouble };
}

function linkTo(part, message) {
  const follow = (event) => {
    event.preventDefault();
    for (let around = part.element; around; around = around.parentElement) if (around.tagName === "DETAILS") around.open = true;
    part.control.focus();
  };
  return h("a", { href: `#${part.control.id}`, onclick: follow }, message);
}

export function radios(legend, hint, options, onchange) {
  const name = newId("choice");
  const inputs = options.map(([value]) => h("input", { type: "radio", name, value, id: newId("radio"), onchange }));
  const part = group(legend, hint, h("div", { class: "options" }, options.map(([, label, about], index) =>
    h("label", { class: "option", for: inputs[index].id }, inputs[index],
      h("span", {}, h("span", { class: "option-label" }, label), about && h("span", { class: "soft" }, about))))));
  part.value = () => inputs.find((input) => input.checked)?.value;
  part.choose = (value) => inputs.forEach((input) => { input.checked = input.value === value; });
  return part;
}

// Areas of the face and neck, as chips that are checkboxes.
export function areaChips(vocabulary, legend, hint) {
  const inputs = vocabulary.areas.map((area) => h("input", { type: "checkbox", value: area.id, id: newId("area") }));
  const chip = (area, index) => h("label", { class: "chip", for: inputs[index].id }, inputs[index], h("span", {}, area.label));
  const chips = vocabulary.areas.map(chip);
  const of = (onFace) => chips.filter((_, index) => vocabulary.areas[index].face === onFace);
  const part = group(legend, hint,
    h("div", { class: "chips" }, of(true)), h("p", { class: "chips-label" }, "Neck"), h("div", { class: "chips" }, of(false)));
  part.value = () => inputs.filter((input) => input.checked).map((input) => input.value);
  part.choose = (codes) => inputs.forEach((input) => { input.checked = codes.includes(input.value); });
  return part;
}

// A day, and an hour where it is known.
export function when(label, { hint, isPast = false, mayBeUnknown = false, onchange } = {}) {
  const tell = () => {
    const ahead = date.control.value > today();
    fill(note, ahead && !isPast ? "That lies ahead, so it counts as booked." : "");
    onchange?.();
  };
  const date = field(label, h("input", { type: "date", min: "1900-01-01", max: "2200-12-31", onchange: tell }), hint);
  const time = field("Time, if you know it", h("input", { type: "time" }));
  const unknown = h("input", { type: "checkbox", id: newId("unknown") });
  const note = h("p", { class: "hint", "aria-live": "polite" });
  unknown.addEventListener("change", () => {
    date.control.disabled = time.control.disabled = unknown.checked;
    onchange?.();
  });
  const element = h("div", { class: "when" }, h("div", { class: "pair" }, date.element, time.element), note,
    mayBeUnknown && h("label", { class: "check", for: unknown.id }, unknown, h("span", {}, "I do not know the date")));
  return {
    element, date, time,
    day: () => (unknown.checked ? undefined : date.control.value || undefined),
    hour: () => time.control.value || undefined,
    isUnknown: () => unknown.checked,
    set(day, hour) {
      unknown.checked = false;
      date.control.disabled = time.control.disabled = false;
      date.control.value = day ?? "";
      time.control.value = hour ?? "";
      tell();
    },
    setUnknown() {
      unknown.checked = true;
      date.control.disabled = time.control.disabled = true;
    },
    clear: () => [date, time].forEach((part) => part.clear()),
    // What is wrong with it, if anything.
    *faults(isNeeded, what) {
      const input = date.control;
      if (unknown.checked) return;
      if (input.validity.badInput) yield { part: date, message: `${what}: this is no date that the calendar has.` };
      else if (!input.value && time.control.value) yield { part: date, message: `${what}: a time needs its date.` };
      else if (!input.value && isNeeded)
        yield { part: date, message: mayBeUnknown ? `${what}: give the date, or tick that you do not know it.` : `${what}: give the date.` };
      else if (input.value && (input.value < "1900" || input.value > "2200-12-31"))
        yield { part: date, message: `${what}: the year has to lie between 1900 and 2200.` };
      else if (isPast && input.value > today())
        yield { part: date, message: `${what}: this date lies in the future. Give the day on which it began or was done.` };
    },
  };
}

// Many things to tick, found by typing part of a name.
export function checklist(legend, items, hint) {
  const inputs = items.map((item) => h("input", { type: "checkbox", value: item.id, id: newId("tick") }));
  const rows = items.map((item, index) =>
    h("label", { class: "row", for: inputs[index].id }, inputs[index],
      h("span", {}, item.label, item.help && h("span", { class: "soft" }, item.help))));
  const words = items.map((item) => [item.label, ...(item.aliases ?? [])].join(" ").toLowerCase());
  const found = h("p", { class: "hint", role: "status" });
  const look = () => {
    const wanted = search.control.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !inputs[index].checked && !words[index].includes(wanted);
      if (!row.hidden) shown += 1;
    });
    fill(found, wanted ? `${shown} of ${rows.length} shown` : "");
  };
  const search = field("Find in the list", h("input", { type: "search", autocomplete: "off", oninput: look }));
  const part = group(legend, hint, search.element, found, h("div", { class: "rows" }, rows));
  part.value = () => inputs.filter((input) => input.checked).map((input) => input.value);
  part.choose = (codes) => inputs.forEach((input) => { input.checked = codes.includes(input.value); });
  return part;
}

export const LONGEST = 2000;

// Free text that is never cut off: what is too long is said, and stays.
export function writing(label, hint, rows = 4) {
  const count = h("p", { class: "count" });
  const tell = () => {
    const length = [...area.value].length;
    count.classList.toggle("over", length > LONGEST);
    fill(count, length > LONGEST * 0.8 ? `${length.toLocaleString("en-GB")} of ${LONGEST.toLocaleString("en-GB")} characters` : "");
  };
  const area = h("textarea", { rows, autocomplete: "off", oninput: tell });
  const part = field(label, area, hint);
  part.element.append(count);
  part.value = () => area.value.trim();
  part.set = (text) => {
    area.value = text;
    tell();
  };
  part.faults = function* () {
    const over = [...part.value()].length - LONGEST;
    if (over > 0)
      yield { part, message: `Your text is ${over.toLocaleString("en-GB")} ${over === 1 ? "character" : "characters"} longer than the ${LONGEST.toLocaleString("en-GB")} that can be read at once. Please shorten it.` };
  };
  return part;
}

export const button = (label, onclick, kind = "plain") => h("button", { type: "button", class: kind, onclick }, label);

// Run what a button starts: one at a time, and say so.
export async function busily(element, work) {
  if (element.getAttribute("aria-disabled") === "true") return;
  element.setAttribute("aria-disabled", "true");
  element.classList.add("busy");
  try {
    await work();
  } finally {
    element.removeAttribute("aria-disabled");
    element.classList.remove("busy");
  }
}
