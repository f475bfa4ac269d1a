// Ask the service, and put whatever goes wrong into a sentence. Nothing is kept, here or in the browser.

const PATIENCE_MS = 20000;

// An error to show to a person. `faults` are the places of a request that cannot be used.
export class Trouble extends Error {
  constructor(sentence, faults = []) {
    super(sentence);
    this.faults = faults;
  }
}

// What to say of anything that went wrong. A fault of the page itself is told in general words, and to the console.
export function sentenceOf(trouble) {
  if (trouble instanceof Trouble) return trouble.message;
  reportError(trouble);
  return "Something went wrong on this page. Please try again. Nothing you typed is lost.";
}

const SENTENCES = {
  413: "That is more text than the service reads at once. Please shorten it. Nothing you typed is lost.",
  429: "The service has many questions just now. Wait a moment and try again. Nothing you typed is lost.",
  503: "The service is busy or about to restart. Wait a few seconds and try again. Nothing you typed is lost.",
};

async function call(path, options) {
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      credentials: "omit",
      cache: "default",
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...options,
    });
  } catch {
    throw new Trouble("The service cannot be reached. Check your connection and try again. Nothing you typed is lost.");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const known = SENTENCES[response.status];
  if (known) throw new Trouble(known);
  if (response.status === 422) throw new Trouble("Something here cannot be used yet.", problem.errors ?? []);
  throw new Trouble("The service could not answer that. Try again in a while. Nothing you typed is lost.");
}

async function read(response) {
  try {
    return await response.json();
  } catch {
    throw new Trouble("The answer was cut off on its way. Please try again. Nothing you typed is lost.");
  }
}

const kept = new Map();

// The guidance is the same for everybody, so it is asked for once while the page is open.
export async function get(path) {
  if (!kept.has(path)) kept.set(path, await read(await call(path, { headers: { Accept: "application/json" } })));
  return kept.get(path);
}

const posting = (body, accept) => ({
  method: "POST",
  headers: { "Content-Type": "application/json", Accept: accept },
  body: JSON.stringify(body),
});

export const ask = async (path, body) => read(await call(path, posting(body, "application/json")));
export const askForFile = async (path, body, accept) => (await call(path, posting(body, accept))).blob();

export async function readVocabulary() {
  const names = ["treatments", "areas", "conditions", "signs", "emergency_numbers", "protocols"];
  const [overview, ...lists] = await Promise.all([
    get("v1/guidance"),
    ...names.map((name) => get(`v1/guidance/${name}`)),
  ]);
  const items = Object.fromEntries(names.map((name, index) => [name, lists[index].items]));
  items.emergency_numbers = [...items.emergency_numbers].sort((one, other) => one.label.localeCompare(other.label));
  return { overview, ...items };
}

// The names that a refusal offers: "...; did you mean 'Dysport' or 'Xeomin'?"
export function closestNames(detail) {
  const [, offered] = (detail ?? "").split("did you mean ");
  return offered ? [...offered.matchAll(/'([^']+)'/g)].map((match) => match[1]) : [];
}
