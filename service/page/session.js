// "Can I use microcurrent yet?": treatments and a session, the open questions one by one, the answer with its dates.

import { areaChips, busily, button, checklist, field, radios, summary, when, writing } from "./fields.js";
import { fill, goTo, h, say } from "./dom.js";
import { ask, askForFile, sentenceOf } from "./service.js";
import { asTime, sayTime, timeZone, today } from "./times.js";
import { folded, reasonCards } from "./reasons.js";
import { confirmations, readSigns, signList } from "./signs.js";
import { doNotWait, showEmergency } from "./emergency.js";
import { sun, timeline } from "./timeline.js";
import { treatmentCards } from "./treatments.js";

const NOW_WHAT = { eligible: "Yes", eligible_with_care: "Yes, with care", ask_provider: "Ask first", wait: "Not yet", do_not_use: "No" };
const PATH = "v1/eligibility";

export function sessionJourney(vocabulary, place) {
  const views = { form: h("div", {}), question: h("div", { hidden: true }), answer: h("div", { hidden: true }) };
  fill(place, Object.values(views));
  const show = (name) => Object.entries(views).forEach(([each, view]) => { view.hidden = each !== name; });
  const labelOf = Object.fromEntries(vocabulary.areas.map((area) => [area.id, area.label]));

  // The form.
  const faults = summary();
  const cards = treatmentCards(vocabulary);
  const nothing = h("p", { class: "hint" }, "Nothing at all? Remove the treatment above.");
  const setting = radios("Which device?", undefined, [
    ["home", "At home", "a device of your own"],
    ["professional", "In a salon", "a stronger device, so the recommended wait counts"],
  ]);
  const moment = when("Day of the session");
  moment.set(today());
  const areas = areaChips(vocabulary, "Where would the device pass?", "None chosen: all of the face that a device may pass.");
  const rules = vocabulary.protocols.length > 1 && field("Whose rules?", h("select", {},
    vocabulary.protocols.map((each) => h("option", { value: each.id }, each.id === "default" ? "The general guidance" : each.label))));
  const form = h("form", { novalidate: true, autocomplete: "off", onsubmit: (event) => {
    event.preventDefault();
    busily(submit, start);
  } });
  const submit = h("button", { type: "submit", class: "main" }, "Show me when");
  fill(form, faults.element,
    h("div", { class: "step" }, h("h2", {}, "What was done, or is booked"), cards.element, nothing),
    h("div", { class: "step" }, h("h2", {}, "The session you have in mind"), setting.element, moment.element,
      folded("Only part of the face?", areas.element), rules && rules.element),
    submit);
  cards.reset();
  fill(views.form, form);

  // What was answered to the questions; the form keeps its own fields.
  let screening = {};
  let skipped = new Set();
  let asked = 0;
  let asking;

  function request() {
    const codes = areas.value();
    return {
      session: { at: asTime(moment.day(), moment.hour()), setting: setting.value(), ...(codes.length && { areas: codes }) },
      treatments: cards.requests(),
      ...screening,
      ...(timeZone() && { time_zone: timeZone() }),
      ...(rules && { protocol: rules.control.value }),
    };
  }

  async function start() {
    faults.clear();
    [setting, areas].forEach((part) => part.clear());
    moment.clear();
    cards.clear();
    const found = [...cards.faults(true)];
    if (!setting.value()) found.push({ part: setting, message: "Choose which device: neither is a safe guess." });
    found.push(...moment.faults(true, "The session"));
    if (found.length) return faults.show(found);
    skipped = new Set();
    asked = 0;
    await next();
  }

  // Ask the service; then put the next open question, or show the answer.
  async function next() {
    say("One moment …");
    const sent = request();
    try {
      const answer = await ask(PATH, sent);
      say("");
      const open = answer.missing.find((each) => !skipped.has(each.pointer));
      if (open) putQuestion(open, answer);
      else showAnswer(answer, sent);
    } catch (trouble) {
      say("");
      const placed = (trouble.faults ?? []).map((fault) => cards.placeFault(fault) ?? sessionFault(fault)).filter(Boolean);
      if (placed.length || views.question.hidden) show("form");
      if (placed.length) faults.show(placed);
      else (views.question.hidden ? faults : asking).tellOfTrouble(sentenceOf(trouble));
    }
  }

  const sessionFault = (fault) => (fault.pointer === "/session/at"
    ? { part: moment.date, message: "The day of the session cannot be used. Please check it." } : undefined);

  function putQuestion(open, answer) {
    asked += 1;
    const left = answer.missing.filter((each) => !skipped.has(each.pointer)).length;
    const error = summary();
    asking = error;
    const go = (work) => (event) => busily(event.currentTarget, async () => { error.clear(); await work(error); });
    const skip = () => { skipped.add(open.pointer); return next(); };
    const { text, hint, content, choices } = controlsFor(open, go);
    const heading = h("h2", { class: "question" }, text);
    fill(views.question,
      h("p", { class: "progress" }, left === 1 ? "Last question" : `Question ${asked}, about ${left - 1} more`),
      heading, hint && h("p", { class: "hint" }, hint), error.element, content,
      h("div", { class: "buttons" }, choices,
        button(open.needed_for === "session" ? "Ask me on the day" : "I do not know", go(skip), "quiet")),
      h("p", { class: "fine" }, "What stays open never counts as a yes. ",
        button("Back to the form", () => { show("form"); goTo(form.querySelector("h2")); }, "link")));
    show("question");
    goTo(heading);
  }

  // For each kind of open question: its words for a person, its controls, and its buttons.
  function controlsFor(open, go) {
    const { pointer } = open;
    const answerWith = (change) => { change(); return next(); };
    const index = Number(/^\/treatments\/(\d+)/.exec(pointer)?.[1]);
    const each = cards.cards[index];
    const named = each && (each.name.text() || "this treatment");
    if (pointer === "/conditions") {
      const list = checklist("What applies to you", vocabulary.conditions.filter((condition) => condition.below_age === undefined));
      return {
        text: "Does any of this apply to you?",
        hint: "Current is not for everybody: a pacemaker, another implant, pregnancy, epilepsy, cancer, an infection of the skin, fever. Look through the list.",
        content: list.element,
        choices: [
          button("This applies", go(async (error) => {
            if (!list.value().length) return error.show([{ part: list, message: "Tick what applies, or say that none does." }]);
            await answerWith(() => { screening.conditions = list.value(); });
          }), "main"),
          button("None of it applies", go(async (error) => {
            if (list.value().length) return error.show([{ part: list, message: "Something is ticked. Untick it, or choose “This applies”." }]);
            await answerWith(() => { screening.conditions = []; });
          })),
        ],
      };
    }
    if (pointer === "/age") {
      const age = field("Years", h("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: "3", class: "short" }));
      return {
        text: "How old are you?",
        hint: "Or the person you ask for.",
        content: age.element,
        choices: [button("Continue", go(async (error) => {
          const years = age.control.value.trim();
          if (!/^\d{1,3}$/.test(years) || Number(years) > 120) return error.show([{ part: age, message: "Give the age in whole years, such as 41." }]);
          await answerWith(() => { screening.age = Number(years); });
        }), "main")],
      };
    }
    if (pointer === "/signs") return signQuestion(go, answerWith);
    if (pointer.endsWith("/at") && each) {
      const day = when("Day of the treatment");
      return {
        text: `When was it, or when is it booked: ${named}?`,
        content: day.element,
        choices: [button("Continue", go(async (error) => {
          const found = [...day.faults(true, named)];
          if (found.length) return error.show(found);
          await answerWith(() => each.time.set(day.day(), day.hour()));
        }), "main")],
      };
    }
    if (pointer.endsWith("/areas") && each) {
      const where = areaChips(vocabulary, "Places");
      return {
        text: `Where on the face or neck was it: ${named}?`,
        content: where.element,
        choices: [button("Continue", go(async (error) => {
          if (!where.value().length) return error.show([{ part: where, message: "Choose at least one place, or say that you do not know." }]);
          await answerWith(() => { each.areas.choose(where.value()); each.places.open = true; });
        }), "main")],
      };
    }
    if (pointer.endsWith("/provider/cleared") && each) {
      const say = (cleared) => go(() => answerWith(() => { each.cleared = cleared; }));
      return {
        text: `Has the person who gives this treatment agreed to microcurrent: ${named}?`,
        content: undefined,
        choices: [button("Yes, they agreed", say(true), "main"), button("No, or not asked", say(false))],
      };
    }
    if (/^\/treatments\/\d+\/(product|treatment)$/.test(pointer) && each) {
      const known = vocabulary.treatments.filter((treatment) => !treatment.stands_for.length && treatment.dated);
      const kind = field("Product or procedure", h("select", {}, h("option", { value: "" }, "Choose"),
        known.map((treatment) => h("option", { value: treatment.label }, treatment.label))));
      return {
        text: `What was it exactly: ${named}?`,
        hint: "It is on your aftercare sheet or your receipt.",
        content: kind.element,
        choices: [button("Continue", go(async (error) => {
          if (!kind.control.value) return error.show([{ part: kind, message: "Choose one, or say that you do not know." }]);
          await answerWith(() => each.name.set(kind.control.value));
        }), "main")],
      };
    }
    if (pointer.startsWith("/located/")) {
      const code = pointer.slice("/located/".length);
      const where = areaChips(vocabulary, "Places");
      return {
        text: open.question,
        content: where.element,
        choices: [button("Continue", go(async (error) => {
          if (!where.value().length) return error.show([{ part: where, message: "Choose at least one place, or say that you do not know." }]);
          await answerWith(() => { screening.located = { ...screening.located, [code]: where.value() }; });
        }), "main")],
      };
    }
    return { text: open.question, hint: "This page cannot take the answer. It stays open.", content: undefined, choices: [] };
  }

  function signQuestion(go, answerWith) {
    const text = writing("In your own words", "Such as: a bit red, small bruise on the left cheek.", 3);
    const list = signList(vocabulary);
    const place = h("div", {}, text.element, folded("Choose from the list", list.element));
    let reading;
    const carryOn = go(async (error) => {
      const found = [...text.faults()];
      if (found.length) return error.show(found);
      const chosen = list.value();
      if (!reading && text.value()) {
        try {
          const read = await readSigns(text.value());
          if (!read.signs.length && !chosen.length)
            return error.show([{ part: text, message: "We could read no sign in that. Choose from the list, or say it in other words." }]);
          if (read.signs.length) {
            reading = confirmations(read, text.value());
            text.control.readOnly = true;
            fill(place, h("h3", {}, "Did we read that right?"), reading.element, folded("Add from the list", list.element));
            return goTo(place.querySelector("h3"));
          }
        } catch (trouble) {
          return error.tellOfTrouble(sentenceOf(trouble), doNotWait());
        }
      }
      const signs = [...(reading?.signs() ?? []).filter((sign) => sign.status === "present").map((sign) => sign.sign), ...chosen];
      if (!reading && !signs.length) return error.show([{ part: text, message: "Say what it is, choose from the list, or say that there is nothing." }]);
      await answerWith(() => { screening.signs = [...new Set(signs)]; });
    });
    return {
      text: "Is there anything to see or feel on the skin today?",
      hint: "Redness, swelling, a bruise, pain, a lump, a change of colour.",
      content: place,
      choices: [
        button("There is: continue", carryOn, "main"),
        button("Nothing", go(async (error) => {
          if (text.value() || list.value().length) return error.show([{ part: text, message: "You named something. Remove it, or continue with it." }]);
          await answerWith(() => { screening.signs = []; });
        })),
      ],
    };
  }

  function showAnswer(answer, sent) {
    const meaning = vocabulary.overview.decisions.find((each) => each.id === answer.decision);
    const labels = cards.cards.map((each) => each.name.text());
    const isOpen = answer.decision === "eligible_with_care" && answer.missing.length > 0;
    const soFar = answer.bookable ? "Yes, so far" : "Not certain yet";
    const heading = h("h2", { class: "verdict" }, isOpen ? soFar : NOW_WHAT[answer.decision] ?? meaning?.label);
    const drawn = timeline(answer, sent, labels);
    fill(views.answer,
      h("div", { class: `answer ${answer.decision}` },
        h("div", { class: "verdict-row" }, sun(isOpen && !answer.bookable ? "ask_provider" : answer.decision), h("div", {}, heading, h("p", { class: "summary-line" }, answer.summary))),
        answer.clinic && clinicCard(answer.clinic),
        answer.triage && triageCard(answer.triage),
        drawn,
        perArea(answer),
        answer.care.length > 0 && list("If you go ahead", answer.care.map((each) => each.text)),
        reasonCards(answer),
        answer.missing.length > 0 && list("Still open", answer.missing.map((each) => each.question), "The answer can change with each of these. None of them counts as a yes."),
        answer.assumptions.length > 0 && folded("What we took for granted", h("ul", {}, answer.assumptions.map((each) => h("li", {}, each.text)))),
        answer.valid_until && h("p", { class: "fine" }, `Ask again after ${sayTime(answer.valid_until)}, after any new treatment, and when something changes on your skin.`)),
      h("div", { class: "buttons" },
        button("Change what I said", () => { show("form"); goTo(form.querySelector("h2")); }, "main"),
        button("Ask the questions again", (event) => busily(event.currentTarget, again)),
        drawn && calendarButton(sent),
        button("Start anew", anew, "quiet")));
    show("answer");
    goTo(heading);
    if (answer.triage?.level === "emergency")
      showEmergency(vocabulary, { headline: answer.triage.headline, actions: answer.triage.actions, back: "Back to the answer", onback: () => goTo(heading) });
  }

  function again() {
    screening = {};
    skipped = new Set();
    asked = 0;
    return next();
  }

  function anew() {
    screening = {};
    cards.reset();
    setting.choose(undefined);
    areas.choose([]);
    moment.set(today());
    faults.clear();
    show("form");
    goTo(form.querySelector("h2"));
  }

  const list = (title, texts, about) =>
    h("section", { class: "part" }, h("h3", {}, title), about && h("p", { class: "soft" }, about), h("ul", {}, texts.map((text) => h("li", {}, text))));

  const clinicCard = (clinic) => h("p", { class: "notice" }, `${clinic.name}: their own, stricter rules count here. `, clinic.text, clinic.phone && [" ", h("a", { href: `tel:${clinic.phone.replace(/[^+\d]/g, "")}` }, clinic.phone)]);

  const triageCard = (triage) =>
    h("section", { class: "part notice" }, h("h3", {}, triage.headline), h("ul", {}, triage.actions.map((each) => h("li", {}, each.text))));

  // Where the places of a session get different answers.
  function perArea(answer) {
    const byDecision = new Map();
    for (const each of answer.areas) byDecision.set(each.decision, [...(byDecision.get(each.decision) ?? []), each]);
    if (byDecision.size < 2) return undefined;
    return h("section", { class: "part" }, h("h3", {}, "Place by place"),
      h("p", { class: "soft" }, "What is not open everywhere may be open for part of the face: leave the rest out."),
      h("dl", { class: "places" }, [...byDecision].map(([decision, areas]) => [
        h("dt", {}, NOW_WHAT[decision] ?? decision),
        h("dd", {}, areas.map((each) => labelOf[each.area] ?? each.area).join(", ")),
      ])));
  }

  function calendarButton(sent) {
    const save = async () => {
      try {
        const file = await askForFile(PATH, sent, "text/calendar");
        const link = h("a", { href: URL.createObjectURL(file), download: "session.ics" });
        link.click();
        URL.revokeObjectURL(link.href);
        say("The dates are saved as session.ics. The file holds no word about your health.");
      } catch (trouble) {
        say(sentenceOf(trouble));
      }
    };
    return button("Save the dates", (event) => busily(event.currentTarget, save));
  }

  return {
    // Take over a request of the FAQ, and leave the rest to be filled in.
    fillIn(partial) {
      if (partial.treatments) cards.fillIn(partial.treatments);
      screening = {};
      faults.clear();
      show("form");
    },
    firstHeading: () => form.querySelector("h2"),
  };
}
