/** An answer of the API server other than success, or no answer at all (`status` 0). */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";

  constructor(
    /** HTTP status; 0 when the API server could not be reached. */
    readonly status: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 404;
}

/** This identity may not do that. */
export function isForbidden(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 403;
}

/** Somebody else changed the object first, or it exists already. */
export function isConflict(error: unknown): boolean {
  return error instanceof KubernetesError && error.status === 409;
}

/** A fault that may pass: worth waiting for, and no fault of the request. */
export function isTransient(error: unknown): boolean {
  return error instanceof KubernetesError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** The value, or undefined where the object does not exist. */
export async function orUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
