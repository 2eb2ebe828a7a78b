import assert from "node:assert/strict";
import fc from "fast-check";
import type { Notification } from "../../../adapters/notify/notification";
import { slackLetter } from "../../../adapters/notify/slack";
import { bounded, escapeSlack } from "../../../adapters/notify/text";
import { webhookLetter } from "../../../adapters/notify/webhook";
import type { ExperimentStatus } from "../../../adapters/kubernetes/experiment/resource";
import type { Occurrence, Reason } from "../../../engine";
import { experiment } from "./fixtures";

const TIME = Date.UTC(2030, 0, 1, 12, 0, 0, 789);

const RUNNING: ExperimentStatus = {
  phase: "Progressing",
  currentIteration: 3,
  trafficSplitPercentage: { baseline: 85, candidate: 15 },
  assessment: {
    conclusions: ["Latency & errors are <fine>."],
    all_success_criteria_met: true,
    abort_experiment: false,
    success_criteria: [
      {
        metric_name: "iter8_mean_latency",
        conclusions: ["within the limit", "10 requests"],
        success_criterion_met: true,
        abort_experiment: false,
      },
    ],
  },
};

function notification(occurrence: Occurrence, status?: ExperimentStatus): Notification {
  return { id: "id-1", experiment: experiment({ status }), occurrence, time: TIME };
}

const slack = (occurrence: Occurrence, status?: ExperimentStatus) =>
  JSON.parse(slackLetter(notification(occurrence, status)).body);

describe("Slack", () => {
  it("has Iter8's layout", () => {
    const message = "New Traffic, baseline: 85, candidate: 15";
    assert.deepEqual(slack({ reason: "IterationSucceeded", message }, RUNNING), {
      text: "reviews-v3.shop: Iteration Succeeded",
      blocks: [
        { type: "section", text: { type: "mrkdwn", text: "*Iteration Succeeded*\nreviews-v3.shop" } },
        { type: "section", text: { type: "mrkdwn", text: "_New Traffic, baseline: 85, candidate: 15_" } },
      ],
      attachments: [
        {
          color: "good",
          fields: [
            { title: "Traffic", value: "Baseline: 85  Candidate: 15", short: false },
            { title: "Progress", value: "Current Iteration: 3/8", short: true },
            {
              title: "Analytics Assessment Summary",
              value: [
                "Conclusions:",
                "- Latency &amp; errors are &lt;fine&gt;.",
                "Success Criteria Status:",
                "- metric name: iter8_mean_latency",
                "   conclusions:",
                "   - within the limit",
                "   - 10 requests",
                "",
              ].join("\n"),
              short: false,
            },
          ],
          ts: Math.floor(TIME / 1000),
        },
      ],
    });
  });

  it("has one block without a message, and says what is not known before the first assessment", () => {
    const body = slack({ reason: "TargetsFound", message: "" });
    assert.equal(body.blocks.length, 1);
    assert.deepEqual(
      body.attachments[0].fields.map(({ value }: { value: string }) => value),
      ["Baseline: 100  Candidate: 0", "Current Iteration: 0/8", "Not Available"],
    );
  });

  it("takes Iter8's default for the planned iterations", () => {
    const occurrence = { reason: "IterationUpdate", message: "" } as const;
    const unplanned = experiment({ status: RUNNING }, {});
    const body = JSON.parse(slackLetter({ ...notification(occurrence), experiment: unplanned }).body);
    assert.equal(body.attachments[0].fields[1].value, "Current Iteration: 3/100");
  });

  for (const [reason, color, title] of [
    ["ExperimentSucceeded", "good", "Experiment Succeeded"],
    ["ExperimentFailed", "danger", "Experiment Failed"],
    ["AnalyticsServiceError", "danger", "Analytics Service Error"],
    ["Pause", "danger", "Pause"],
    ["UnsupportedAPIVersion", "danger", "Unsupported API Version"],
    ["IterationFailed", "warning", "Iteration Failed"],
    ["RoutingRulesReady", "good", "Routing Rules Ready"],
  ] as const) {
    it(`${reason} is ${color}, titled "${title}"`, () => {
      const body = slack({ reason, message: "" });
      assert.equal(body.attachments[0].color, color);
      assert.equal(body.text, `reviews-v3.shop: ${title}`);
    });
  }

  const ends: readonly (readonly [Reason, number, string])[] = [
    ["ExperimentSucceeded", 3, "Experiment Completed"],
    ["ExperimentFailed", 0, "Experiment Completed"],
    ["IterationUpdate", 8, "Current Iteration: 8/8"],
    ["IterationUpdate", 9, "Experiment Completed"],
  ];
  for (const [reason, currentIteration, progress] of ends) {
    it(`${reason} in iteration ${currentIteration} of 8: ${progress}`, () => {
      const body = slack({ reason, message: "" }, { currentIteration });
      assert.equal(body.attachments[0].fields[1].value, progress);
    });
  }

  it("lets no text mention people or make links", () => {
    const body = slack({ reason: "Pause", message: "<!channel> & <https://x|y>" });
    assert.equal(body.blocks[1].text.text, "_&lt;!channel&gt; &amp; &lt;https://x|y&gt;_");
  });

  it("keeps every text within what Slack takes", () => {
    const long = "<&>".repeat(5000);
    const assessment = { ...(RUNNING.assessment ?? assert.fail()), conclusions: [long] };
    const body = slack({ reason: "Pause", message: long }, { ...RUNNING, assessment });
    const details: string = body.blocks[1].text.text;
    const summary: string = body.attachments[0].fields[2].value;
    for (const text of [details, summary]) assert.ok(text.length <= 3000 && text.length > 2980, String(text.length));
    assert.match(details, /^_.*;…_$/);
  });
});

describe("bounded text", () => {
  it("is the encoded text, or as much of its beginning as fits, with no character cut in half", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const whole = [...text].map(escapeSlack).join("");
        const result = bounded(text, limit, escapeSlack);
        assert.ok(result.length <= limit);
        if (whole.length <= limit) return assert.equal(result, whole);
        const kept = result.slice(0, -1);
        assert.equal(result.at(-1), "…");
        const prefixes = [...text].map((_, i) => [...text].slice(0, i).map(escapeSlack).join(""));
        assert.equal(prefixes.filter((prefix) => prefix.length <= limit - 1).at(-1), kept);
      }),
    );
  });
});

describe("webhook", () => {
  const occurrence = { reason: "ExperimentFailed", message: "Aborted: <too slow>" } as const;

  it("has version 1 of Serin's JSON", () => {
    const serin = {
      stage: "ending",
      createdAt: "2030-01-01T00:00:00.000Z",
      verdict: "rolledBack",
      reason: "r",
    } as const;
    const { body, headers } = webhookLetter(notification(occurrence, { ...RUNNING, serin }));
    assert.deepEqual(headers, { "content-type": "application/json", "idempotency-key": "id-1" });
    assert.deepEqual(JSON.parse(body), {
      version: 1,
      experiment: {
        name: "reviews-v3",
        namespace: "shop",
        service: "reviews",
        baseline: "reviews-v2",
        candidate: "reviews-v3",
      },
      reason: "ExperimentFailed",
      message: "Aborted: <too slow>",
      severity: 5,
      phase: "Progressing",
      verdict: "rolledBack",
      weights: { baseline: 85, candidate: 15 },
      iteration: 3,
      time: "2030-01-01T12:00:00.789Z",
    });
  });

  it("leaves out what is not known yet", () => {
    const body = JSON.parse(webhookLetter(notification(occurrence)).body);
    assert.ok(!("phase" in body) && !("verdict" in body));
    assert.deepEqual([body.weights, body.iteration], [{ baseline: 100, candidate: 0 }, 0]);
  });

  it("bounds the message", () => {
    const message = "x".repeat(5000);
    assert.equal(JSON.parse(webhookLetter(notification({ ...occurrence, message })).body).message.length, 3000);
  });
});
