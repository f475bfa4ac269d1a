// How often the client asks a service that is busy, broken or slow. Prints status or error, and the number of requests.
import { createServer } from "node:http";
import { checkStream, createClient } from "afterglow-client";

const problem = { type: "about:blank", title: "Busy", status: 503, detail: "Later.", request_id: "a" };

async function against(answers, ask) {
  let count = 0;
  let seen;
  const server = createServer((request, response) => {
    seen = request.headers;
    const status = answers[Math.min(count++, answers.length - 1)];
    if (status === "none") {
      return;
    }
    response.writeHead(status, { "Content-Type": "application/json", "Retry-After": "0" });
    response.end(JSON.stringify(status === 200 ? { status: "ok" } : { ...problem, status }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const options = { baseUrl: `http://127.0.0.1:${server.address().port}`, timeout: 300 };
    const result = await ask(options).catch((error) => error.name);
    return { result, count, seen };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function asked(answers, more = {}) {
  const ask = async (options) => (await createClient({ ...options, ...more }).GET("/healthz")).response.status;
  const { result, count } = await against(answers, ask);
  return [result, count];
}

async function streamed(options) {
  for await (const _ of checkStream(options, [])) {
    return "an answer";
  }
  return "nothing";
}

console.log(
  JSON.stringify({
    "after two refusals": await asked([503, 429, 200]),
    "after too many": await asked([503]),
    "a fault of ours": await asked([500]),
    "too slow": await asked(["none"], { retries: 1 }),
    "a stream that is refused": (await against([503], streamed)).result,
    "a key": (await against([200], (options) => createClient({ ...options, key: "mine" }).GET("/healthz"))).seen.authorization,
  }),
);
