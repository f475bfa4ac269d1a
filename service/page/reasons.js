// Why an answer is what it is: its rules, who says so, and where the sources disagree.

import { fill, h } from "./dom.js";
import { get, sentenceOf } from "./service.js";
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
      /^wait(_before)?\./.test(reason.rule) && disagreement(reason.rule),
      sources.length > 0 &&
        folded(sources.length === 1 ? "1 source" : `${sources.length} sources`, sourceList(sources)));
  }));
}

// What each source claims about a wait. Asked for when somebody wants to see it.
function disagreement(rule) {
  const place = h("div", { class: "part" }, h("p", { class: "soft" }, "Looking it up …"));
  const look = async () => {
    try {
      const [wait, sources] = await Promise.all([get(`v1/guidance/waits/${encodeURIComponent(rule)}`), get("v1/guidance/sources")]);
      fill(place, claimsOf(wait, new Map(sources.items.map((source) => [source.id, source]))));
    } catch (trouble) {
      fill(place, h("p", { class: "error" }, sentenceOf(trouble)));
    }
  };
  return folded("Where the sources disagree", place, look);
}

const IN_WORDS = "in words only";

function figure(claim) {
  if (claim.hours === undefined) return IN_WORDS;
  if (claim.hours_max === undefined || claim.hours_max === claim.hours) return claim.hours === 0 ? "no wait" : sayHours(claim.hours);
  return `${sayHours(claim.hours)} to ${sayHours(claim.hours_max)}`;
}

function claimsOf(wait, sources) {
  const { claimed } = wait;
  const least = claimed && (claimed.from_hours === 0 ? "no wait at all" : sayHours(claimed.from_hours));
  const range = claimed && (claimed.from_hours === claimed.to_hours
    ? `Every figure that we found is ${least}.`
    : `Sources say anything from ${least} to ${sayHours(claimed.to_hours)}.`);
  const claims = [...wait.claims].sort((one, other) => (one.hours ?? Infinity) - (other.hours ?? Infinity) || (one.hours_max ?? 0) - (other.hours_max ?? 0));
  const byFigure = new Map();
  for (const claim of claims) byFigure.set(figure(claim), [...(byFigure.get(figure(claim)) ?? []), claim]);
  return [
    h("p", {}, range ?? "No source that we found gives a figure.",
      ` We use at least ${sayHours(wait.minimum_hours)}, and recommend ${sayHours(wait.recommended_hours)}.`),
    claims.length > 0 && h("dl", { class: "claims" }, [...byFigure].map(([said, group]) => [
      h("dt", {}, h("span", {}, said),
        h("span", { class: "dots", "aria-hidden": "true" }, group.map((claim) => h("span", { class: `dot grade-${claim.grade}` }))),
        h("span", { class: "soft" }, group.length === 1 ? "1 source" : `${group.length} sources`)),
      h("dd", {}, group.map((claim, index) => [index ? "; " : "", nameOf(claim, sources.get(claim.source))])),
    ])),
    h("p", { class: "soft" }, "Filled dots: a regulator, a reviewed study or a maker. Open dots: clinics, articles and others."),
    h("p", {}, h("strong", {}, "Why our figure: "), wait.why),
  ];
}

function nameOf(claim, source) {
  const name = source?.publisher ?? claim.source.replaceAll("_", " ");
  const words = claim.condition ? `: “${claim.condition}”` : "";
  return [source?.url ? h("a", { href: source.url, rel: "noopener noreferrer", target: "_blank" }, name) : name, words];
}
