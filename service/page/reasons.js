// Why an answer is what it is: its rules, who says so, and where the sources disagree.

import { fill, h } from "./dom.js";
import { get } from "./service.js";
import { sayHours } from "./times.js";

const GRADES = {
  A: "a label or a regulator",
  B: "a reviewed study or guideline",
  C: "a maker of devices or products",
  D: "a clinic, an article or somebody else",
};

export function sourceList(citations) {
  return h("ul", { class: "sources" }, citations.map((source) =>
    h("li", {},
      source.url
        ? h("a", { href: source.url, rel: "noopener noreferrer", target: "_blank" }, source.title, h("span", { class: "out" }, " (opens a new tab)"))
        : source.title,
      h("span", { class: "soft" }, `${source.publisher}. Grade ${source.grade}: ${GRADES[source.grade] ?? "see the guidance"}.`))));
}

export function folded(title, content, onopen) {
  const details = h("details", { class: "more" }, h("summary", {}, title), content);
  if (onopen) details.addEventListener("toggle", () => details.open && onopen(), { once: true });
  return details;
}

export function reasonCards(answer, heading = "Why") {
  if (!answer.reasons.length) return undefined;
  const cited = new Map(answer.citations.map((source) => [source.id, source]));
  return h("section", { class: "part" }, h("h3", {}, heading), answer.reasons.map((reason) => {
    const sources = reason.citations.map((id) => cited.get(id)).filter(Boolean);
    return h("div", { class: "reason" },
      h("p", {}, reason.text),
      /^wait(_before)?\./.test(reason.rule) && disagreement(reason.rule, cited),
      sources.length > 0 &&
        folded(sources.length === 1 ? "1 source" : `${sources.length} sources`, sourceList(sources)));
  }));
}

// What each source claims about a wait. Asked for when somebody wants to see it.
function disagreement(rule, cited) {
  const place = h("div", {}, h("p", { class: "soft" }, "Looking it up …"));
  const look = async () => {
    try {
      fill(place, claimsOf(await get(`v1/guidance/waits/${encodeURIComponent(rule)}`), cited));
    } catch (trouble) {
      fill(place, h("p", { class: "error" }, trouble.message));
    }
  };
  return folded("Where the sources disagree", place, look);
}

function figure(claim) {
  if (claim.hours === undefined) return claim.condition ?? "no figure";
  const hours = claim.hours_max === undefined || claim.hours_max === claim.hours
    ? sayHours(claim.hours) : `${sayHours(claim.hours)} to ${sayHours(claim.hours_max)}`;
  return claim.condition ? `${hours}; ${claim.condition}` : hours;
}

function claimsOf(wait, cited) {
  const range = wait.claimed && (wait.claimed.from_hours === wait.claimed.to_hours
    ? `Every figure that we found is ${sayHours(wait.claimed.from_hours)}.`
    : `Sources say anything from ${wait.claimed.from_hours === 0 ? "no wait at all" : sayHours(wait.claimed.from_hours)} to ${sayHours(wait.claimed.to_hours)}.`);
  const claims = [...wait.claims].sort((one, other) => (one.hours ?? -1) - (other.hours ?? -1));
  return [
    h("p", {}, range ?? "No source that we found gives a figure.",
      ` We use ${sayHours(wait.minimum_hours)} at least, and recommend ${sayHours(wait.recommended_hours)}.`),
    h("p", { class: "soft" }, wait.why),
    claims.length > 0 && h("ul", { class: "claims" }, claims.map((claim) => {
      const source = cited.get(claim.source);
      return h("li", {}, h("span", { class: "claimed" }, figure(claim)),
        h("span", { class: "soft" }, `${source?.publisher ?? claim.source.replaceAll("_", " ")}, grade ${claim.grade}`));
    })),
  ];
}
