import assert from "node:assert/strict";
import { ALGORITHMS } from "../../engine/iter8";
import { serverWith } from "./harness";

describe("the OpenAPI document", () => {
  it("is the same by both its names", async () => {
    const { app } = await serverWith();
    const [openapi, swagger] = await Promise.all(
      ["/api/v1/openapi.json", "/api/v1/swagger.json"].map((path) => app.inject(path)),
    );
    assert.equal(openapi?.body, swagger?.body);
    assert.match(openapi?.json().openapi, /^3\./);
  });

  it("has every route for users, and what the engine asks of requests", async () => {
    const { paths } = (await (await serverWith()).app.inject("/api/v1/openapi.json")).json();
    const expected = ["/api/v1/experiment", "/api/v1/analytics/canary"].flatMap((prefix) =>
      [...ALGORITHMS, "algorithms"].map((name) => `${prefix}/${name}`),
    );
    const health = ["/api/v1/health/health_check", "/healthz", "/readyz"];
    assert.deepEqual(Object.keys(paths).sort(), [...expected, ...health].sort());

    const { schema } = paths["/api/v1/experiment/check_and_increment"].post.requestBody.content["application/json"];
    assert.deepEqual(schema.required, ["baseline", "candidate", "traffic_control", "_last_state"]);
    const { step_size, success_criteria } = schema.properties.traffic_control.properties;
    assert.deepEqual(step_size, { type: "number", minimum: 0.1 });
    assert.deepEqual(success_criteria.items.properties.type, { type: "string", enum: ["delta", "threshold"] });
  });

  it("asks for a token where one is needed", async () => {
    const open = (await (await serverWith()).app.inject("/api/v1/openapi.json")).json();
    assert.deepEqual(open.security, []);
    const guarded = (await (await serverWith({ token: () => "t" })).app.inject("/api/v1/openapi.json")).json();
    assert.deepEqual(guarded.security, [{ token: [] }]);
    assert.deepEqual(guarded.components.securitySchemes, { token: { type: "http", scheme: "bearer" } });
  });

  it("is shown by a page that loads nothing from elsewhere", async () => {
    const { app } = await serverWith();
    for (const path of ["/api/v1/", "/api/v1"]) {
      const page = await app.inject(path);
      assert.equal(page.statusCode, 200, path);
      assert.match(page.headers["content-security-policy"] as string, /^default-src 'self';/);
      const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
      assert.ok(links.length >= 3);
      for (const link of links) {
        const { origin, pathname } = new URL(link, `http://here${path}`);
        assert.equal(origin, "http://here", link);
        assert.equal((await app.inject(pathname)).statusCode, 200, `${path}: ${link}`);
      }
    }
  });
});
