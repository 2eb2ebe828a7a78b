/** The body of an answer with status 400. */
export interface ErrorBody {
  readonly message: string;
  /** What is wrong with the members of the request, by their dotted paths. */
  readonly errors?: Readonly<Record<string, string>>;
}

/** Nothing can be concluded from this request: Iter8 answers it with status 400 and this body. */
export class AnalysisError extends Error {
  override readonly name = "AnalysisError";
  readonly body: ErrorBody;

  constructor(message: string, errors?: Readonly<Record<string, string>>) {
    super(message);
    this.body = errors === undefined ? { message } : { message, errors };
  }
}

/** Iter8's texts for the faults of a request that its rules find. */
export const ERRORS = {
  /** Members are missing or of the wrong type; `errors` names them. */
  invalidPayload: "Input payload validation failed",
  deltaWithCounter: "Delta criterion cannot be used with counter metric.",
  startAfterEnd: "Start time cannot exceed end time",
  /** Prometheus answered a query with another status than `success`. */
  queryFailed: "Query did not succeed. Check your query template.",
} as const;
