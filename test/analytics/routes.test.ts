import assert from "node:assert/strict";
import type { FastifyInstance } from "fastify";
import { ALGORITHMS, listAlgorithms } from "../../engine/iter8";
import { PATH, requestBody, serverWith } from "./harness";

const PREFIXES = ["/api/v1/experiment", "/api/v1/analytics/canary"];

describe("the routes of the analytics service", () => {
  let app: FastifyInstance;
  before(async () => {
    ({ app } = await serverWith());
  });

  for (const prefix of PREFIXES) {
    for (const algorithm of ALGORITHMS) {
      for (const slash of ["", "/"]) {
        it(`POST ${prefix}/${algorithm}${slash}`, async () => {
          const answer = await app.inject({
            method: "POST",
            url: `${prefix}/${algorithm}${slash}`,
            payload: requestBody(),
          });
          assert.equal(answer.statusCode, 200);
          assert.match(answer.headers["content-type"] as string, /^application\/json/);
          const counted = "effective_iteration_count" in answer.json()._last_state;
          assert.equal(counted, algorithm === "epsilon_t_greedy");
        });
      }
    }
    it(`GET ${prefix}/algorithms`, async () => {
      for (const slash of ["", "/"]) {
        assert.deepEqual((await app.inject(`${prefix}/algorithms${slash}`)).json(), listAlgorithms());
      }
    });
  }

  for (const path of ["/api/v1/health/health_check", "/api/v1/health/health_check/", "/healthz", "/readyz"]) {
    it(`GET ${path}`, async () => {
      const answer = await app.inject(path);
      assert.deepEqual([answer.statusCode, answer.json()], [200, { status: "Ok" }]);
    });
  }

  it("answers 404 elsewhere", async () => {
    for (const [method, url] of [
      ["POST", "/api/v1/experiment/bandit"],
      ["POST", `${PATH}/x`],
      ["GET", PATH],
    ] as const) {
      const answer = await app.inject({ method, url });
      assert.deepEqual([answer.statusCode, answer.json()], [404, { message: "There is nothing at this path" }], url);
    }
  });

  it("reads JSON whatever its content type", async () => {
    for (const type of ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-8"]) {
      const headers = { "content-type": type };
      const payload = JSON.stringify(requestBody());
      assert.equal((await app.inject({ method: "POST", url: PATH, headers, payload })).statusCode, 200, type);
    }
  });

  it("answers 400 to what is not JSON", async () => {
    for (const payload of ["{", "a=1&b=2", "\u0000", "{'a': 1}"]) {
      const answer = await app.inject({ method: "POST", url: PATH, payload });
      assert.deepEqual([answer.statusCode, answer.json()], [400, { message: "The body is not JSON" }]);
    }
  });

  it("answers 400 to no body", async () => {
    const answer = await app.inject({ method: "POST", url: PATH });
    assert.equal(answer.statusCode, 400);
    assert.deepEqual(answer.json(), {
      message: "Input payload validation failed",
      errors: { "": "None is not of type 'object'" },
    });
  });

  for (const time of ["2020-02-30T10:00:00Z", "yesterday", "1", "2020-05-22", "2020-05-22T10:00:00"]) {
    it(`answers 400 to the start time ${time}`, async () => {
      const payload = requestBody({ baseline: { start_time: time, tags: {} } });
      const answer = await app.inject({ method: "POST", url: PATH, payload });
      assert.deepEqual([answer.statusCode, answer.json()], [400, { message: `Unknown string format: ${time}` }]);
    });
  }
});
