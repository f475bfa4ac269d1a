// The dates of an answer, drawn as a line: too soon, ask first, free. The same dates stand below it as a list.

import { h, svg } from "./dom.js";
import { instant, sayAway, sayTime } from "./times.js";

const DAY = 86400000;
const EDGE = 14;
const Y = 40;
const APART = 26;
const LOOKS_BACK = 120 * DAY;

function stops(answer, request, labels) {
  const list = request.treatments.flatMap((each, index) =>
    each.at ? [{ time: each.at, kind: "treatment", label: labels[index].replace(/^./, (first) => first.toUpperCase()) }] : []);
  list.push({ time: request.session.at, kind: "session", label: "The session you asked about" });
  const bound = (time, kind, label) => time && list.push({ time, kind, label });
  if (answer.eligible_from && answer.eligible_from === answer.recommended_from) {
    bound(answer.eligible_from, "free", "From here on, as far as time goes");
  } else {
    bound(answer.eligible_from, "ask", "Earliest, if the person who treated you agrees");
    bound(answer.recommended_from, "free", "Recommended from here on");
  }
  if (answer.eligible_until && answer.eligible_until === answer.recommended_until) {
    bound(answer.eligible_until, "end", "No session from here on, because of what is booked");
  } else {
    bound(answer.recommended_until, "ask", "From here on only if whoever gives the booked treatment agrees");
    bound(answer.eligible_until, "end", "No session from here on, because of what is booked");
  }
  return list.map((stop) => ({ ...stop, at: instant(stop.time).getTime() })).sort((one, other) => one.at - other.at);
}

function bands(answer, from, to) {
  const at = (time, otherwise) => (time ? instant(time).getTime() : otherwise);
  const eligible = at(answer.eligible_from, from);
  const recommended = at(answer.recommended_from, eligible);
  const recommendedEnd = at(answer.recommended_until, at(answer.eligible_until, to));
  const eligibleEnd = at(answer.eligible_until, to);
  return [
    ["wait", from, eligible],
    ["ask", eligible, recommended],
    ["free", recommended, recommendedEnd],
    ["ask", recommendedEnd, eligibleEnd],
    ["wait", eligibleEnd, to],
  ];
}

export function timeline(answer, request, labels) {
  if (!answer.eligible_from && !answer.eligible_until && !answer.recommended_from && !answer.recommended_until) return undefined;
  const all = stops(answer, request, labels);
  const session = all.find((stop) => stop.kind === "session").at;
  const shown = all.filter((stop) => stop.kind !== "treatment" || session - stop.at < LOOKS_BACK);
  const first = shown[0].at;
  const last = shown.at(-1).at;
  const room = Math.max((last - first) * 0.12, 1.5 * DAY);
  const [from, to] = [first - room / 2, last + room];
  const width = Math.max(280, Math.min(640, innerWidth - 80));
  const x = (time) => EDGE + ((Math.min(Math.max(time, from), to) - from) / (to - from)) * (width - 2 * EDGE);

  const drawing = svg("svg", { class: "timeline-drawing", viewBox: `0 0 ${width} 84`, "aria-hidden": "true", focusable: "false" });
  for (const [kind, start, end] of bands(answer, from, to))
    if (end > start)
      drawing.append(svg("rect", { class: `band ${kind}`, x: x(start), y: Y - 5, width: Math.max(x(end) - x(start), 1), height: 10, rx: 2 }));
  // Numbers stand above the line, or below it where they would touch, or a little aside.
  const taken = [-APART, -APART];
  shown.forEach((stop, index) => {
    const place = x(stop.at);
    const row = place - taken[0] >= APART || taken[0] <= taken[1] ? 0 : 1;
    const aside = Math.max(place, taken[row] + APART);
    taken[row] = aside;
    const y = row === 0 ? Y - 24 : Y + 26;
    drawing.append(
      svg("path", { class: "tick", d: `M${place} ${row === 0 ? Y + 7 : Y - 7}V${row === 0 ? Y - 8 : Y + 8}L${aside} ${y}` }),
      svg("circle", { class: `stop ${stop.kind}`, cx: aside, cy: y, r: 11 }),
      svg("text", { class: `stop-number ${stop.kind}`, x: aside, y: y + 4.5, "text-anchor": "middle" }, String(index + 1)));
  });

  return h("figure", { class: "timeline" }, drawing,
    h("ol", { class: "stops" }, shown.map((stop) =>
      h("li", { class: stop.kind },
        h("span", { class: "stop-label" }, stop.label),
        h("span", { class: "stop-time" }, h("time", { datetime: stop.time }, sayTime(stop.time)), " ", h("span", { class: "soft" }, sayAway(stop.time)))))),
    h("p", { class: "key" },
      h("span", { class: "wait" }, "too soon"), h("span", { class: "ask" }, "ask first"), h("span", { class: "free" }, "free")));
}

// How far it is to a yes, as a sun over its horizon.
const RISEN = { eligible: 0, eligible_with_care: 0.25, ask_provider: 0.55, wait: 0.8, do_not_use: 1 };

export function sun(decision) {
  const down = RISEN[decision] ?? 1;
  return svg("svg", { class: "sun", viewBox: "0 0 64 48", "aria-hidden": "true", focusable: "false" },
    svg("clipPath", { id: "sky" }, svg("rect", { x: 0, y: 0, width: 64, height: 36 })),
    svg("circle", { class: "disc", cx: 32, cy: 20 + down * 24, r: 14, "clip-path": "url(#sky)" }),
    svg("path", { class: "horizon", d: "M4 36.8h56M14 43h36" }));
}
