import type { LiveObject } from "../cluster/object";

/** How far an object is from being ready. */
export type Progress =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly message: string }
  /** It will not become ready by itself. */
  | { readonly state: "failed"; readonly message: string };

export const READY: Progress = { state: "ready" };

export function waiting(message: string): Progress {
  return { state: "waiting", message };
}

export function failed(message: string): Progress {
  return { state: "failed", message };
}

/** A number of an object's spec or status. */
export function numberIn(part: LiveObject["spec"], key: string, otherwise = 0): number {
  const value = part?.[key];
  return typeof value === "number" ? value : otherwise;
}

/** Whether the controller has seen the object as it is now. */
export function isObserved({ metadata, status }: LiveObject): boolean {
  return numberIn(status, "observedGeneration") >= (metadata.generation ?? 0);
}
