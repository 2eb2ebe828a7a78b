/** Why the API server refused one field. */
export interface Cause {
  readonly reason?: string;
  readonly field?: string;
  readonly message?: string;
}

/** An answer of the API server other than success. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    message: string,
    /** As in the answer's Status: `Conflict`, `Invalid`, `AlreadyExists`. */
    readonly reason: string = "",
    readonly causes: readonly Cause[] = [],
  ) {
    super(message);
  }
}

/** The API server serves no such type, or not yet. */
export class NoMatchError extends Error {
  override readonly name = "NoMatchError";

  constructor(apiVersion: string, kind: string) {
    super(
      `no matches for kind "${kind}" in version "${apiVersion}": does the cluster have its CustomResourceDefinition?`,
    );
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** The namespace that an object is to go to is not there. */
export function isNamespaceMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404 && /namespaces? "?[^"]+"? not found/.test(error.message);
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.status === 0;
}

/** Other managers own fields that were to be applied with another value. */
export function isFieldConflict(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    error.status === 409 &&
    error.causes.some(({ reason }) => reason === "FieldManagerConflict")
  );
}

/** A write that met another one, and may be tried again as it is. */
export function isWriteConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && error.reason === "Conflict" && error.causes.length === 0;
}

/** The fields that the API server will not change in an object that exists; empty for any other error. */
export function immutableFields(error: unknown): string[] {
  if (!(error instanceof ApiError) || error.status !== 422) return [];
  const refusals = error.causes.filter(({ message }) =>
    /immutable|updates to .* are forbidden|may not be (?:changed|updated)|cannot be changed|cannot change roleRef/i.test(
      message ?? "",
    ),
  );
  return refusals.map(({ field }) => field ?? "").filter((field) => field !== "");
}

/** What to tell the user: with the field and, for a conflict, who owns it. */
export function explain(error: unknown): string {
  if (isFieldConflict(error)) {
    const owners = error.causes.map(
      ({ field, message }) => `  ${field ?? "?"}: ${message ?? "owned by another manager"}`,
    );
    return [
      "other field managers own fields that this program sets:",
      ...owners,
      'Leave the fields out of the program, or take them over with the annotation `pulumi.com/patchForce: "true"`.',
    ].join("\n");
  }
  return error instanceof Error ? error.message : String(error);
}
