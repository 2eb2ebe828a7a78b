import { z } from "zod";

const rfc3339 = z.iso.datetime({ offset: true });

/** Ms since 1970 of an RFC 3339 time; NaN for any other text, and for a day that no calendar has. */
export function parseTime(text: string): number {
  return rfc3339.safeParse(text).success ? Date.parse(text) : NaN;
}
