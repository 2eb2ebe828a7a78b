import { AnalysisError, ERRORS } from "../engine/iter8";

/** Prometheus refused a query. The answer is Iter8's; the reason is for the log. */
export class QueryRefused extends AnalysisError {
  constructor(readonly reason: string) {
    super(ERRORS.queryFailed);
  }
}

/** Prometheus cannot be asked just now: the request may be fine, and may be sent again. */
export class PrometheusUnavailable extends Error {
  override readonly name = "PrometheusUnavailable";
}
