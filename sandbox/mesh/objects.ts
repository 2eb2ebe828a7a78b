import { ZodError } from "zod";

import type { ObjectName } from "./model";
import type { Parse } from "./parse";

/** What a watch tells of the objects of one kind, as they come from the API server. */
export interface ObjectSink {
  /** All objects that there are, replacing what was known. */
  replace(objects: readonly unknown[]): void;
  upsert(object: unknown): void;
  remove(object: unknown): void;
}

/** The parsed objects of one kind. One that cannot be parsed counts as not there, and is reported. */
export class ObjectCache<T extends ObjectName> {
  private readonly objects = new Map<string, T>();
  synced = false;

  constructor(
    private readonly kind: string,
    private readonly parse: Parse<T>,
    private readonly warn: (message: string) => void,
  ) {}

  all(): readonly T[] {
    return [...this.objects.values()];
  }

  replace(objects: readonly unknown[]): void {
    this.objects.clear();
    for (const object of objects) this.upsert(object);
    this.synced = true;
  }

  upsert(object: unknown): void {
    const name = nameOf(object);
    try {
      this.objects.set(name, this.parse(object));
    } catch (error) {
      this.objects.delete(name);
      this.warn(`${this.kind} ${name} is ignored, it is not of the expected shape: ${reason(error)}`);
    }
  }

  remove(object: unknown): void {
    this.objects.delete(nameOf(object));
  }
}

/** On one line, unlike the error's own text. */
function reason(error: unknown): string {
  if (!(error instanceof ZodError)) return String(error);
  return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}

/** `namespace/name` of anything that has them, else a text that at least no well-formed object has. */
function nameOf(object: unknown): string {
  const metadata: unknown = isRecord(object) ? object["metadata"] : undefined;
  if (!isRecord(metadata)) return "?";
  const { namespace, name } = metadata;
  return `${typeof namespace === "string" ? namespace : "default"}/${typeof name === "string" ? name : "?"}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
