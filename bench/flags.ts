import { InvalidArgumentError } from "commander";

// What the benches' options take.

/** Reads a whole number, 0 or more. */
export function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** Reads a whole number, 1 or more. */
export function positive(text: string): number {
  const number = whole(text);
  if (number === 0) throw new InvalidArgumentError("It must be at least 1.");
  return number;
}

/** Reads words that commas separate. */
export function words(text: string): readonly string[] {
  return text.split(",").filter((word) => word !== "");
}
