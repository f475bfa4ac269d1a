// Signs: written in free words, read by the service, and confirmed by the person.

import { checklist, radios } from "./fields.js";
import { h } from "./dom.js";
import { ask } from "./service.js";
import { withOffset } from "./times.js";

const STATES = [
  ["present", "Yes, now"],
  ["past", "I had it, it has gone"],
  ["absent", "No"],
];

// The words of the text that a sign was read in. The service counts code points, JavaScript does not.
const wordsOf = (text, matched) => [...text].slice(matched.start, matched.end).join("");

export function confirmations(reading, text) {
  const rows = reading.signs.map((read) => {
    const part = radios(read.question, undefined, STATES);
    part.choose(STATES.some(([state]) => state === read.status) ? read.status : "absent");
    part.element.classList.add("confirm");
    part.element.querySelector("legend").after(h("p", { class: "quote" }, "You wrote: ", h("q", {}, wordsOf(text, read.matched))));
    return { read, part };
  });
  return {
    element: h("div", { class: "confirmations" }, rows.map(({ part }) => part.element)),
    signs: () => rows.map(({ read, part }) => ({
      sign: read.sign,
      status: part.value(),
      ...(read.severity && { severity: read.severity }),
      ...(read.trend && { trend: read.trend }),
      ...(read.spreading !== undefined && { spreading: read.spreading }),
      ...(read.onsets?.length && { onset: read.onsets[0] }),
      ...(read.areas?.length && { areas: read.areas }),
      ...(read.lasted_hours && { started_at: withOffset(new Date(Date.now() - read.lasted_hours * 3600000)) }),
    })),
    // Whether the signs alone say as much as the text: one that was denied has to count for less than its words.
    sayAll: () => reading.understood && rows.some(({ part }) => part.value() !== "present")
      && rows.every(({ read }) => (read.onsets ?? []).length < 2),
  };
}

export const signList = (vocabulary) =>
  checklist("Or choose from the list", vocabulary.signs.map((sign) => ({ id: sign.id, label: sign.label, aliases: sign.aliases })));

export const readSigns = (text) => ask("v1/triage/parse", { text });

export function notRead(reading) {
  if (reading.understood) return undefined;
  return h("p", { class: "notice" }, reading.not_understood.length
    ? ["We could not read this part: ", reading.not_understood.map((words, index) => [index ? ", " : "", h("q", {}, words)]), ". It still counts: the answer will not be milder for it."]
    : "We could not read this. It still counts: the answer will not be milder for it.");
}
