import { createHash } from "node:crypto";

import { z } from "zod";

import { exactness, parseImageName } from "./imageName";

const entrySchema = z.strictObject({
  /** An image's name; what it leaves out of registry, path, tag and digest may be anything. `*`: every image. */
  image: z.string().refine((text) => text === "*" || parseImageName(text) !== undefined, "is no image's name"),
  /** The entrypoint, as a command of this machine; may be empty for images whose pods bring a command. */
  command: z.array(z.string()),
  /** What follows the entrypoint where the pod gives no arguments. @default [] */
  args: z.array(z.string()).default([]),
  /** Variables that the image sets. @default {} */
  env: z.record(z.string().regex(/^[^=\0]+$/, "is no variable's name"), z.string()).default({}),
  /** Files and folders of this machine that belong to the image; a container's /tmp, say, is its own otherwise. @default [] */
  files: z.array(z.string().startsWith("/", "must be an absolute path")).default([]),
  /** Number of the user that the image runs as, or `user:group`. @default root */
  user: z
    .string()
    .regex(/^\d+(:\d+)?$/, "must be a user's number, or user:group")
    .optional(),
  /** Folder that the image has, open to everybody, in which its programs start. @default / */
  workingDir: z.string().startsWith("/", "must be an absolute path").optional(),
  /** Folder in the container where the image expects the pod's metadata as files. @default none */
  podInfo: z.string().startsWith("/", "must be an absolute path").optional(),
});

/** What stands in for an image on this machine. */
export type ImageEntry = Readonly<z.output<typeof entrySchema>>;

/** An entry as it is written. */
export type ImageText = Readonly<z.input<typeof entrySchema>>;

export interface ImageTable {
  /** The entries' names, in the table's order. */
  readonly names: readonly string[];
  /** The entry that names the image most exactly, or undefined. */
  find(image: string): ImageEntry | undefined;
}

/** @param text JSON, an array of entries @throws Error that names the entry, the field and what is allowed */
export function readImageTable(text: string): ImageTable {
  const read = z.array(entrySchema).safeParse(parse(text));
  if (!read.success) throw new Error(`image table: ${read.error.issues.map(explain).join("; ")}`);
  const entries = read.data;
  const names = entries.map(({ image }) => image);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`image table: the image '${twice}' has two entries`);
  return { names, find: (image) => find(entries, image) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`image table: not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function explain({ path, message }: z.core.$ZodIssue): string {
  const [index, ...field] = path;
  if (index === undefined) return message;
  return field.length === 0
    ? `entry ${String(index)}: ${message}`
    : `entry ${String(index)}, '${field.join(".")}': ${message}`;
}

function find(entries: readonly ImageEntry[], image: string): ImageEntry | undefined {
  const name = parseImageName(image);
  if (name === undefined) return undefined;
  let best: { entry: ImageEntry; score: number } | undefined;
  for (const entry of entries) {
    const pattern = entry.image === "*" ? undefined : parseImageName(entry.image);
    const score = pattern === undefined ? 0 : exactness(pattern, name);
    if (score !== undefined && (best === undefined || score > best.score)) best = { entry, score };
  }
  return best?.entry;
}

/** An id as a runtime gives it, which differs when the entry does. */
export function imageIdOf(entry: ImageEntry): string {
  return `${entry.image}@sha256:${createHash("sha256").update(JSON.stringify(entry)).digest("hex")}`;
}
