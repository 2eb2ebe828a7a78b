import type { SwaggerOptions } from "@fastify/swagger";
import type { Algorithm } from "../../engine/iter8";
import { requestSchema } from "../../engine/iter8/requestSchema";
import type { Schema } from "../../engine/iter8/schema";
import { analysisAnswer, errorAnswer } from "./answerSchemas";

type JsonSchema = Readonly<Record<string, unknown>>;

/** What the page may load: its own files, and nothing from elsewhere. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

const SUMMARIES: Readonly<Record<Algorithm, string>> = {
  check_and_increment: "Judge the candidate; give it a step more traffic while all success criteria are met",
  epsilon_t_greedy: "Judge the candidate; explore less and less, and send the rest to the better version",
  posterior_bayesian_routing: "Judge the candidate; split by the probability that it is the better version",
  optimistic_bayesian_routing: "Judge the candidate; split by the probability, taking the better of draw and mean",
};

/** The frame of the OpenAPI document; the routes are added to it. */
export function openapi(needsToken: boolean): NonNullable<Extract<SwaggerOptions, { openapi?: unknown }>["openapi"]> {
  return {
    info: {
      title: "Serin analytics",
      description: "Assesses a candidate against its baseline. Compatible with iter8-analytics v0.1.",
      version: "0.1.0",
    },
    ...(needsToken ? { components: { securitySchemes: { token: { type: "http" as const, scheme: "bearer" } } } } : {}),
    security: needsToken ? [{ token: [] }] : [],
  };
}

/** What the document says of the list of algorithms. */
export function algorithmsSchema(prefix: string): JsonSchema {
  return { ...named(prefix, "algorithms"), summary: "List the algorithms and their paths" };
}

/** What the document says of an algorithm's route. */
export function analysisSchema(prefix: string, algorithm: Algorithm): JsonSchema {
  const request = jsonSchema(requestSchema(algorithm));
  const name = { type: "string", description: "The experiment's name, for the log" };
  const properties = { name, ...(request["properties"] as JsonSchema) };
  return {
    ...named(prefix, algorithm),
    summary: SUMMARIES[algorithm],
    body: { ...request, properties },
    response: { 200: analysisAnswer, 400: errorAnswer, 413: errorAnswer, 503: errorAnswer },
  };
}

function named(prefix: string, operation: string): JsonSchema {
  const tag = prefix.split("/")[3] ?? prefix;
  return { tags: [tag], operationId: `${tag}_${operation}` };
}

/** The engine's description of a request, as JSON Schema. */
function jsonSchema(schema: Schema): JsonSchema {
  switch (schema.type) {
    case "object": {
      const { properties = {}, required = [] } = schema;
      const members = Object.entries(properties).map(([name, member]) => [name, jsonSchema(member)] as const);
      return { type: "object", required, properties: Object.fromEntries(members) };
    }
    case "array":
      return { type: "array", items: jsonSchema(schema.items) };
    case "string":
      return schema.enum === undefined ? { type: "string" } : { type: "string", enum: schema.enum };
    case "number":
      return schema.minimum === undefined ? { type: "number" } : { type: "number", minimum: schema.minimum.value };
    default:
      return { type: schema.type };
  }
}
