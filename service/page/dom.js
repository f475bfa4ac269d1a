// Build elements without markup in strings: the policy of the page forbids that, and nothing typed can become code.

const SVG = "http://www.w3.org/2000/svg";

function made(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const h = (tag, attributes, ...children) => made(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => made(document.createElementNS(SVG, tag), attributes, children);

let count = 0;
export const newId = (stem) => `${stem}-${++count}`;

export function fill(place, ...children) {
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

export const byId = (id) => document.getElementById(id);

// Say something to a screen reader without moving the focus.
export function say(text) {
  byId("status").textContent = text;
}

// Move to what is new: a heading, so that reading goes on from there.
export function goTo(heading) {
  heading.setAttribute("tabindex", "-1");
  heading.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  heading.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}
