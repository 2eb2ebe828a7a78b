import type { ObjectSink } from "./objects";

/** A collection of the API server. Both calls reject on any failure; `ApiError` tells what the server answered. */
export interface ObjectSource {
  list(signal: AbortSignal): Promise<ObjectList>;
  /** Resolves when the server ends the watch in good order. */
  watch(resourceVersion: string, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}

export interface ObjectList {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface WatchLoopOptions {
  /** For the log: the resource. */
  readonly name: string;
  readonly source: ObjectSource;
  readonly sink: ObjectSink;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds of any clock that never goes back. */
  readonly now: () => number;
  readonly random: () => number;
  readonly log: (message: string) => void;
}

const firstDelayMs = 50;
const maxDelayMs = 2_000;
/** A watch that lasted this long was a good one, however it ended: what comes after begins with the first delay. */
const steadyMs = 1_000;

/**
 * Keeps `sink` equal to the collection until `signal` aborts: lists, watches, and begins again with a list whenever the
 * watch ends, for whatever reason. It never resumes a watch: a list is cheap here, and it is right even if the server
 * came back with another database. A failure leaves what was known, even if the server says that it has no such
 * collection: it says so while it starts, and who deletes a CustomResourceDefinition deletes its objects one by one.
 */
export async function runWatchLoop(options: WatchLoopOptions): Promise<void> {
  const { name, source, sink, signal, log, now } = options;
  let failures = 0;
  let complained = false;
  while (!signal.aborted) {
    let since = Infinity;
    try {
      const list = await source.list(signal);
      sink.replace(list.items);
      if (complained) log(`${name}: connected again`);
      complained = false;
      since = now();
      await watchOnce(options, list.resourceVersion);
      // In good order, but a server that ends each watch at once must not be asked again at once.
      failures = now() - since < steadyMs ? failures + 1 : 0;
    } catch (error) {
      if (signal.aborted) return;
      if (!complained) log(`${name}: ${describe(error)}; trying again until it works`);
      complained = true;
      failures = now() - since < steadyMs ? failures + 1 : 1;
    }
    if (failures > 0 && !signal.aborted) await options.sleep(delayMs(failures, options.random), signal);
  }
}

/** Feeds one watch into the sink until it ends. */
async function watchOnce({ source, sink, signal }: WatchLoopOptions, resourceVersion: string): Promise<void> {
  let failure: ApiError | undefined;
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const onEvent = ({ type, object }: WatchEvent): void => {
    // What is still in the pipe after an ERROR or a stop belongs to a watch that is over.
    if (stop.aborted) return;
    if (type === "ADDED" || type === "MODIFIED") sink.upsert(object);
    else if (type === "DELETED") sink.remove(object);
    else if (type === "ERROR") {
      failure = errorOf(object);
      ended.abort();
    }
  };
  try {
    await source.watch(resourceVersion, onEvent, stop);
  } catch (error) {
    throw failure ?? error;
  }
  if (failure !== undefined) throw failure;
}

/** Exponential from 50 ms to 2 s, each drawn from its upper half so that the watches do not come back in one moment. */
export function delayMs(failures: number, random: () => number): number {
  const limit = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 10));
  return limit * (0.5 + 0.5 * random());
}

/** The object of an ERROR event is a Status. */
function errorOf(object: unknown): ApiError {
  const status: { code?: unknown; message?: unknown } = typeof object === "object" && object !== null ? object : {};
  const code = typeof status.code === "number" ? status.code : 500;
  return new ApiError(code, `the watch failed: ${String(status.message ?? "without a reason")} (${code})`);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
