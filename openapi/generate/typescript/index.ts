/** A typed client of Afterglow: openapi-fetch over the types of its description, with deadlines, retries and streams. */

import createFetchClient, { type Client } from "openapi-fetch";
import type { BatchAnswer, BatchItem, paths, Problem } from "./schema.js";

export type * from "./schema.js";

export interface Options {
  /** Where the service answers, such as https://afterglow.example. */
  baseUrl: string;
  /** The API key, where the service asks for one. */
  key?: string;
  /** Milliseconds that an attempt may take; of a stream, the longest pause. */
  timeout?: number;
  /** How often a request is sent again, where the service could not be reached or is busy. */
  retries?: number;
}

export type AfterglowClient = Client<paths, "application/json" | "application/problem+json">;

/** What a stream is refused with. All other calls return their problem as `error`. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = "ProblemError";
  }
}

const TIMEOUT = 10_000;
const RETRIES = 2;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 30_000;
/** Too many requests, and what a gateway says while a replica is replaced. A 500 is a fault that comes again. */
const BUSY = new Set([429, 502, 503, 504]);

/** Make a client. Every call of the service is safe to repeat, so that all of them are retried. */
export function createClient(options: Options): AfterglowClient {
  return createFetchClient({
    baseUrl: options.baseUrl,
    headers: headersOf(options),
    fetch: (request) => persistently(request, options.timeout ?? TIMEOUT, options.retries ?? RETRIES),
  });
}

/**
 * Check any number of sessions as a stream of lines, each answered as soon as it is read.
 *
 * Items are taken no faster than answers are. In Node; a browser sends no streams over HTTP/1.1: send arrays there.
 */
export async function* checkStream(
  options: Options,
  items: Iterable<BatchItem> | AsyncIterable<BatchItem>,
): AsyncGenerator<BatchAnswer, void, undefined> {
  const stalled = new Deadline(options.timeout ?? TIMEOUT);
  const sent: RequestInit & { duplex: "half" } = {
    method: "POST",
    headers: { ...headersOf(options), "Content-Type": "application/x-ndjson", Accept: "application/x-ndjson" },
    body: linesOf(items),
    duplex: "half",
    signal: stalled.signal,
  };
  try {
    const response = await fetch(new URL("/v1/eligibility/batch", options.baseUrl), sent);
    if (!response.ok || response.body === null) {
      throw new ProblemError((await response.json()) as Problem);
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (rest + read.value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        stalled.stop(); // the caller may take as long as it likes
        yield JSON.parse(line) as BatchAnswer;
      }
      stalled.restart();
    }
  } finally {
    stalled.stop();
    stalled.abort();
  }
}

function headersOf({ key }: Options): Record<string, string> {
  return key === undefined ? {} : { Authorization: `Bearer ${key}` };
}

function linesOf(items: Iterable<BatchItem> | AsyncIterable<BatchItem>): ReadableStream<Uint8Array> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await source.next();
      if (next.done) {
        controller.close();
      } else {
        controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
      }
    },
    async cancel() {
      await source.return?.();
    },
  });
}

async function persistently(request: Request, timeout: number, retries: number): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    const isLast = attempt >= retries;
    try {
      const response = await within(request.clone(), timeout);
      if (isLast || !BUSY.has(response.status)) {
        return response;
      }
      await pause(pauseAfter(response, attempt));
    } catch (error) {
      if (isLast || request.signal.aborted) {
        throw error;
      }
      await pause(pauseAfter(undefined, attempt));
    }
  }
}

/** Send one request, and read the whole answer, in so many milliseconds. */
async function within(request: Request, timeout: number): Promise<Response> {
  request.signal.throwIfAborted();
  const deadline = new Deadline(timeout);
  const abort = () => deadline.abort(request.signal.reason);
  request.signal.addEventListener("abort", abort);
  try {
    const response = await fetch(request, { signal: deadline.signal });
    const body = response.status === 304 ? null : await response.arrayBuffer();
    return new Response(body, response);
  } finally {
    deadline.stop();
    request.signal.removeEventListener("abort", abort);
  }
}

function pauseAfter(response: Response | undefined, attempt: number): number {
  const asked = Number(response?.headers.get("Retry-After") ?? Number.NaN) * 1000;
  const own = FIRST_PAUSE * 2 ** attempt * (1 + Math.random());
  return Math.min(Number.isNaN(asked) ? own : asked, LONGEST_PAUSE);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A signal that goes off after so many milliseconds. */
class Deadline {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly milliseconds: number) {
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    this.stop();
    const late = new DOMException(`No answer within ${this.milliseconds} ms.`, "TimeoutError");
    this.#timer = setTimeout(() => this.abort(late), this.milliseconds);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }
}
