// A text field with a list of known names below it (the combobox pattern of the ARIA practices). Other names may be typed.

import { field } from "./fields.js";
import { fill, h, newId } from "./dom.js";

const AT_MOST = 40;
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function namesOf(treatments) {
  return treatments.flatMap((each) => [
    { text: each.label, treatment: each, isLabel: true, folded: folded(each.label) },
    ...each.aliases.map((alias) => ({ text: alias, treatment: each, isLabel: false, folded: folded(alias) })),
  ]);
}

function found(names, typed) {
  const wanted = folded(typed.trim());
  if (!wanted) return names.filter((name) => name.isLabel);
  const starts = (name) => (name.folded.startsWith(wanted) ? 0 : name.folded.includes(` ${wanted}`) ? 1 : 2);
  return names
    .filter((name) => name.folded.includes(wanted))
    .sort((one, other) => starts(one) - starts(other) || one.text.length - other.text.length)
    .slice(0, AT_MOST);
}

export function treatmentField(vocabulary, label, hint, onchange) {
  const names = namesOf(vocabulary.treatments);
  const listId = newId("names");
  const input = h("input", {
    type: "text", role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: "120",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId,
  });
  const part = field(label, input, hint);
  const list = h("ul", { id: listId, role: "listbox", "aria-label": "Known treatments and brands", hidden: true });
  const around = h("div", { class: "combobox" });
  input.replaceWith(around);
  around.append(input, list);
  let shown = [];
  let current = -1;

  const close = () => {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    current = index;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    const option = list.children[index];
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const choose = (name) => {
    input.value = name.text;
    close();
    part.clear();
    onchange?.();
  };
  const open = () => {
    shown = found(names, input.value);
    fill(list, shown.map((name) =>
      h("li", { role: "option", id: newId("name"), "aria-selected": "false",
        onmousedown: (event) => event.preventDefault(), onclick: () => choose(name) },
        h("span", {}, name.text),
        name.isLabel
          ? name.treatment.aliases.length > 0 && h("span", { class: "soft" }, name.treatment.aliases.slice(0, 3).join(", "))
          : h("span", { class: "soft" }, name.treatment.label))));
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    mark(-1);
  };

  input.addEventListener("input", () => { open(); onchange?.(); });
  input.addEventListener("click", () => (list.hidden ? open() : undefined));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (shown.length) mark((current + step + shown.length + (current < 0 && step < 0 ? 1 : 0)) % shown.length);
    } else if (event.key === "Enter") {
      if (!list.hidden && current >= 0) {
        event.preventDefault();
        choose(shown[current]);
      }
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });

  part.text = () => input.value.trim();
  part.set = (text) => { input.value = text; close(); };
  // As a request names it: a code where the list has it, else the words as they are.
  part.named = () => {
    const typed = folded(part.text());
    const known = names.find((name) => name.folded === typed);
    return known?.isLabel ? { treatment: known.treatment.id } : { product: part.text() };
  };
  part.treatment = () => names.find((name) => name.folded === folded(part.text()))?.treatment;
  return part;
}
