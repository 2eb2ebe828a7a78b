import type { FastifyInstance } from "fastify";
import { ALGORITHMS, listAlgorithms } from "../../engine/iter8";
import { answer, type AnalysisTools } from "../analysis";
import { algorithmsSchema, analysisSchema } from "./document";

/** Iter8's paths, and the older ones that it answers too. */
const PREFIXES = ["/api/v1/experiment", "/api/v1/analytics/canary"];

/** One route for each algorithm, and the list of them. */
export function analysisRoutes(app: FastifyInstance, tools: AnalysisTools): void {
  for (const prefix of PREFIXES) {
    app.get(`${prefix}/algorithms`, { schema: algorithmsSchema(prefix) }, async () => listAlgorithms());
    for (const algorithm of ALGORITHMS) {
      app.post(`${prefix}/${algorithm}`, { schema: analysisSchema(prefix, algorithm) }, async (request) => {
        return answer(algorithm, request.body, tools);
      });
    }
  }
}
