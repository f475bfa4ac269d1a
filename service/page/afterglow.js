// The page: three journeys, shown one at a time. What is typed lives in the fields, and nowhere else.

import { button } from "./fields.js";
import { byId, fill, goTo, h } from "./dom.js";
import { doNotWait } from "./emergency.js";
import { readVocabulary, sentenceOf } from "./service.js";
import { questionBox } from "./questions.js";
import { sessionJourney } from "./session.js";
import { wrongJourney } from "./wrong.js";

const JOURNEYS = ["session", "wrong", "ask"];
const chosen = () => (JOURNEYS.includes(location.hash.slice(1)) ? location.hash.slice(1) : JOURNEYS[0]);

function show(moves) {
  for (const name of JOURNEYS) byId(`${name}-journey`).hidden = name !== chosen();
  for (const link of document.querySelectorAll(".journeys a")) {
    if (link.hash.slice(1) === chosen()) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${byId(`${chosen()}-title`).textContent} – Afterglow`;
  if (moves) goTo(byId(`${chosen()}-title`));
}

async function start() {
  fill(byId("notice"));
  try {
    const vocabulary = await readVocabulary();
    const session = sessionJourney(vocabulary, byId("session-place"));
    const wrong = wrongJourney(vocabulary, byId("wrong-place"));
    const lead = (next) => {
      const journey = next.kind === "triage" ? wrong : session;
      journey.fillIn(next.request);
      location.hash = next.kind === "triage" ? "wrong" : "session";
    };
    questionBox(vocabulary, byId("ask-place"), lead);
    fill(byId("disclaimer"), vocabulary.overview.disclaimer);
    fill(byId("guidance"), `Guidance ${vocabulary.overview.version} of ${vocabulary.overview.released}, ${vocabulary.overview.claims} claims of sources.`);
    document.documentElement.dataset.ready = "true";
  } catch (trouble) {
    fill(byId("notice"), h("div", { class: "notice" }, h("p", {}, sentenceOf(trouble)), h("p", {}, doNotWait()), button("Try again", start, "main")));
  }
}

addEventListener("hashchange", () => {
  if (JOURNEYS.includes(location.hash.slice(1))) show(true);
});
show(false);
start();
