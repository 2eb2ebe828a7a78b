import assert from "node:assert/strict";
import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { CRITERION, PATH, requestBody, serverWith, sourceOf } from "./harness";

const EXPECTED = (name: string, labels = "destination_service_namespace,destination_workload") =>
  `sum(increase(${name}[3600s])) by (${labels})`;

const HOSTILE = ['"', "'", "`", "}", "{", ")", "(", "\n", "\r", "\\", "\\'", ",", "$interval", "$$", "${entity_labels}"]
  .concat([" or vector(1)", "#", "'} or vector(1) #", "v1'}) or up #", "reviews-v1\n# by ("])
  .concat(["\u0000", "\ud800", "\u2028", "é"]);

const withTags = (tags: object) => requestBody({ baseline: { start_time: "2020-05-22T10:00:00Z", tags } });
const withTemplate = (metric_query_template: string) => requestBody({}, { metric_query_template });

describe("the queries that Prometheus gets", () => {
  const source = sourceOf();
  let app: FastifyInstance;
  before(async () => {
    ({ app } = await serverWith({ source, logLevel: "silent" }));
  });

  async function post(body: object) {
    source.queries.length = 0;
    const answer = await app.inject({ method: "POST", url: PATH, payload: body });
    return { status: answer.statusCode, message: answer.json().message as string, queries: source.queries };
  }

  it("are in Iter8's order", async () => {
    const other = { ...CRITERION, metric_query_template: "x[$interval]", metric_sample_size_query_template: "y" };
    const candidate = { start_time: "2020-05-22T10:59:00Z", tags: {} };
    const { queries } = await post(
      requestBody({ candidate, traffic_control: { success_criteria: [CRITERION, other] } }),
    );
    const late = (name: string) => `sum(increase(${name}[60s])) by ()`;
    assert.deepEqual(queries, [EXPECTED("m"), EXPECTED("n"), late("m"), late("n"), "x[3600s]", "y", "x[60s]", "y"]);
  });

  it("end when the version's time does", async () => {
    const version = { start_time: "2020-05-22T10:00:00Z", end_time: "2020-05-22T10:30:00+00:00", tags: {} };
    const { queries } = await post(requestBody({ baseline: version }));
    assert.equal(queries[0], "sum(increase(m[1800s] offset 1800s)) by ()");
  });

  for (const [template, query] of [
    ["x[${interval}]", "x[3600s]"],
    ["x{a=~'b$$'}[$interval]", "x{a=~'b$'}[3600s]"],
    ["x{a='$$interval'}", "x{a='$interval'}"],
    ["x$offset_str", "x"],
    ["${entity_labels}y", "destination_service_namespace,destination_workloady"],
  ] as const) {
    it(`has the placeholders of ${template}`, async () => {
      assert.equal((await post(withTemplate(template))).queries[0], query);
    });
  }

  for (const [template, placeholder] of [
    ["x[$intervals]", "$intervals"],
    ["x{$entity_selector}", "$entity_selector"],
    ["x[${window}]", "${window}"],
    ["x{a=~'b$'}", "$"],
    ["x[$5m]", "$"],
    ["x ${interval", "$"],
    ["$INTERVAL", "$INTERVAL"],
  ] as const) {
    it(`are not sent with the unknown placeholder of ${template}`, async () => {
      const { status, message, queries } = await post(withTemplate(template));
      assert.equal(status, 400);
      assert.ok(
        message.startsWith(
          `'traffic_control.success_criteria.0.metric_query_template' has the placeholder '${placeholder}',`,
        ),
        message,
      );
      assert.deepEqual(queries, []);
    });
  }

  for (const value of HOSTILE) {
    it(`are the same whatever a tag's value, such as ${JSON.stringify(value)}`, async () => {
      const tags = { destination_service_namespace: value, destination_workload: value };
      const { status, queries } = await post(withTags(tags));
      assert.equal(status, 200);
      assert.deepEqual(queries, [EXPECTED("m"), EXPECTED("n"), EXPECTED("m"), EXPECTED("n")]);
    });

    it(`never have a tag named ${JSON.stringify(value)}`, async () => {
      const { status, message, queries } = await post(withTags({ destination_workload: "v1", [value]: "x" }));
      assert.deepEqual([status, queries], [400, []]);
      assert.match(message, /^The tag .* must be the name of a label/s);
    });
  }

  it("are as the template, whatever the tags' names and values", async () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...HOSTILE));
    const name = fc.oneof(fc.stringMatching(/^[a-z_]{1,8}$/), text);
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, text), async (tags) => {
        const { status, queries } = await post(withTags(tags));
        const names = Object.keys(tags);
        if (names.some((one) => !/^[a-zA-Z_]\w*$/.test(one))) {
          assert.deepEqual([status, queries], [400, []]);
        } else {
          assert.equal(status, 200);
          assert.equal(queries[0], EXPECTED("m", names.join(",")));
        }
      }),
      { numRuns: 200 },
    );
  });

  for (const member of ["metric_name", "absent_value"]) {
    it(`have nothing of ${member} in them`, async () => {
      const { queries } = await post(requestBody({ name: "') or vector(1) #" }, { [member]: "') or vector(1) #" }));
      assert.equal(queries[0], EXPECTED("m"));
    });
  }

  it("are not sent when the text is not Unicode", async () => {
    const { status, message, queries } = await post(withTemplate("x{a='\ud800'}"));
    assert.deepEqual([status, queries], [400, []]);
    assert.match(message, /metric_query_template' is not valid Unicode text/);
  });

  it("are not sent when another criterion's template is faulty", async () => {
    const faulty = { ...CRITERION, metric_sample_size_query_template: "$x" };
    const { status, queries } = await post(requestBody({ traffic_control: { success_criteria: [CRITERION, faulty] } }));
    assert.deepEqual([status, queries], [400, []]);
  });

  it("are not sent when the time ends before it starts", async () => {
    const candidate = { start_time: "2020-05-22T10:00:00Z", end_time: "2020-05-22T09:00:00Z", tags: {} };
    const { status, message, queries } = await post(requestBody({ candidate }));
    assert.deepEqual([status, message, queries], [400, "Start time cannot exceed end time", []]);
  });
});
