// An emergency fills the screen: what to do, and the number to ring.

import { byId, fill, h } from "./dom.js";
import { button, field } from "./fields.js";

let country = "";

export const chosenCountry = () => country || undefined;

const watching = new Set();

// The country is asked for and never guessed: a wrong number costs minutes.
export function countryField(vocabulary, onchange) {
  const select = h("select", { autocomplete: "off" },
    h("option", { value: "" }, "Choose your country"),
    vocabulary.emergency_numbers.map((each) => h("option", { value: each.id }, each.label)));
  select.value = country;
  select.addEventListener("change", () => {
    country = select.value;
    watching.forEach((other) => { other.value = country; });
    onchange?.();
  });
  watching.add(select);
  return field("Country you are in", select, "For the emergency number.");
}

export const numberOf = (vocabulary) => vocabulary.emergency_numbers.find((each) => each.id === country);

// For when the service does not answer: nobody should wait for it.
export const doNotWait = (phone) =>
  `If something is wrong and cannot wait, do not wait for this page: ring your injector's emergency line or ${phone ?? "your local emergency number"}.`;

export const callLink = (phone, label) =>
  h("a", { class: "call", href: `tel:${phone.replace(/[^+\d]/g, "")}` }, h("span", {}, label), h("strong", {}, phone));

export function showEmergency(vocabulary, { headline, actions, handOver, clinicPhone, back, onback }) {
  const dialog = byId("emergency");
  const number = h("div", { class: "numbers", "aria-live": "polite" });
  const tell = () => {
    const found = numberOf(vocabulary);
    fill(number,
      found ? callLink(found.phone, `Emergency number in ${found.label}`)
        : h("p", {}, "Ring your local emergency number, or choose the country to see it."),
      clinicPhone && callLink(clinicPhone, "Your clinic"));
  };
  const title = h("h2", { id: "emergency-title", tabindex: "-1" }, headline);
  const close = () => {
    dialog.close();
    onback?.();
  };
  fill(dialog,
    h("div", { class: "emergency-inside" },
      h("p", { class: "emergency-word" }, "Emergency"),
      title,
      h("ul", { id: "emergency-actions", class: "emergency-actions" }, actions.map((each) => h("li", {}, each.text))),
      number,
      countryField(vocabulary, tell).element,
      h("p", { class: "emergency-device" }, "Put the device away."),
      handOver && h("div", { class: "hand-over" }, h("h3", {}, "Say or show this"), h("p", {}, handOver)),
      button(back ?? "Back to what I wrote", close, "on-dark")));
  tell();
  dialog.oncancel = () => onback?.();
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  title.focus();
}
