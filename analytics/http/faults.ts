import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AnalysisError } from "../../engine/iter8";
import type { Limits } from "../config";
import { PrometheusUnavailable, QueryRefused } from "../errors";

declare module "fastify" {
  interface FastifyRequest {
    /** Why the request was not answered as asked; for the log. */
    fault?: string;
  }
}

/** The request cannot be answered, for a reason that its sender can do something about. */
export class RequestFault extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

interface Answer {
  readonly status: number;
  readonly body: { readonly message: string };
  readonly logged?: string;
}

/** Makes all errors answers in Iter8's form: `{"message": ...}`, with `errors` where members of the body are faulty. */
export function answerFaults(app: FastifyInstance, limits: Limits): void {
  app.decorateRequest("fault", undefined);
  app.setErrorHandler((error: Error, request: FastifyRequest, reply: FastifyReply) => {
    const { status, body, logged = body.message } = answerTo(error, limits);
    request.fault = logged;
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ message: "There is nothing at this path" }));
}

function answerTo(error: Error, limits: Limits): Answer {
  if (error instanceof QueryRefused) return { status: 400, body: error.body, logged: error.reason };
  if (error instanceof AnalysisError) return { status: 400, body: error.body };
  if (error instanceof PrometheusUnavailable) return { status: 503, body: { message: error.message } };
  const { statusCode = 500 } = error as Partial<FastifyError>;
  if (statusCode === 413) {
    const message = `The body is longer than ${limits.bodyBytes} bytes`;
    return { status: 413, body: { message } };
  }
  if (statusCode < 500) return { status: statusCode, body: { message: error.message } };
  return { status: 500, body: { message: "Internal error" }, logged: error.stack ?? error.message };
}
