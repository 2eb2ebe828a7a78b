import assert from "node:assert/strict";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAuthorized, tokenFile } from "../../analytics/token";
import { PATH, requestBody, serverWith, sourceOf } from "./harness";

describe("the token of the analytics service", () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  for (const [method, url] of [
    ["POST", PATH],
    ["POST", "/api/v1/analytics/canary/epsilon_t_greedy/"],
    ["GET", "/api/v1/experiment/algorithms"],
    ["GET", "/metrics"],
  ] as const) {
    it(`is needed for ${method} ${url}`, async () => {
      const source = sourceOf();
      const { app, lines } = await serverWith({ source, token: () => "s3cret" });
      for (const headers of [{}, bearer("wrong"), bearer("s3cre"), bearer(""), { authorization: "Basic s3cret" }]) {
        const answer = await app.inject({ method, url, headers, payload: method === "POST" ? "{" : undefined });
        assert.equal(answer.statusCode, 401);
        assert.equal(answer.headers["www-authenticate"], 'Bearer realm="serin analytics"');
        assert.match(answer.json().message, /^This needs the header/);
      }
      assert.equal(source.queries.length, 0);
      const payload = method === "POST" ? requestBody() : undefined;
      assert.equal((await app.inject({ method, url, headers: bearer("s3cret"), payload })).statusCode, 200);
      assert.ok(!lines.join("").includes("s3cret"));
    });
  }

  for (const url of ["/healthz", "/readyz", "/api/v1/health/health_check", "/api/v1/", "/api/v1/openapi.json"]) {
    it(`is not needed for ${url}`, async () => {
      const { app } = await serverWith({ token: () => "s3cret" });
      assert.equal((await app.inject(url)).statusCode, 200);
    });
  }

  it("is needed by nobody when there is none", async () => {
    const { app } = await serverWith();
    assert.equal((await app.inject("/metrics")).statusCode, 200);
  });

  for (const [header, passes] of [
    ["Bearer abc", true],
    ["bearer  abc ", true],
    ["Bearer abcd", false],
    ["Bearer ab", false],
    ["abc", false],
    [undefined, false],
  ] as const) {
    it(`${header}: ${passes ? "passes" : "does not pass"}`, () => assert.equal(isAuthorized(header, "abc"), passes));
  }

  describe("in a file", () => {
    let folder: string;
    let path: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "serin-token-"));
      path = join(folder, "token");
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    let writes = 0;
    const write = (text: string) => {
      writeFileSync(path, text);
      // Two writes may fall into one tick of the file system's clock.
      utimesSync(path, ++writes, writes);
    };

    it("is read again when the file has changed", () => {
      write("first\n");
      const token = tokenFile(path, assert.fail);
      assert.equal(token(), "first");
      write("other\n");
      assert.equal(token(), "other");
    });

    it("counts on while the file is gone or empty, which is told once", () => {
      write("first");
      const told: string[] = [];
      const token = tokenFile(path, (message) => void told.push(message));
      write(" \n");
      assert.deepEqual([token(), token()], ["first", "first"]);
      assert.deepEqual(told, ["the token is empty"]);
      rmSync(path);
      assert.deepEqual([token(), token()], ["first", "first"]);
      assert.equal(told.length, 2);
      write("second");
      assert.equal(token(), "second");
    });

    it("must be there to begin with, and be usable in a header", () => {
      assert.throws(() => tokenFile(path, assert.fail), /ENOENT/);
      write("");
      assert.throws(() => tokenFile(path, assert.fail), /the token is empty/);
      write("two words");
      assert.throws(() => tokenFile(path, assert.fail), /without blanks/);
    });
  });
});
