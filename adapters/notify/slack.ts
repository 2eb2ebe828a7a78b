import type { Reason } from "../../engine";
import { DEFAULTS } from "../kubernetes/experiment/read";
import type { AssessmentStatus, ExperimentResource } from "../kubernetes/experiment/resource";
import { weightsOf, type Letter, type Notification } from "./notification";
import { severityOf } from "./severity";
import { bounded, escapeSlack } from "./text";

/** Slack refuses a section whose text is longer. */
const LONGEST_SECTION = 3000;
const LONGEST_TITLE = 1000;

type Color = "good" | "warning" | "danger";

/** The notification for a Slack incoming webhook, laid out as Iter8 v0.1 does. */
export function slackLetter({ experiment, occurrence, time }: Notification): Letter {
  const { metadata } = experiment;
  const name = escaped(`${metadata.name}.${metadata.namespace}`, LONGEST_TITLE);
  const words = spaced(occurrence.reason);
  const sections = [`*${words}*\n${name}`];
  if (occurrence.message !== "") sections.push(`_${escaped(occurrence.message, LONGEST_SECTION - 2)}_`);
  return {
    body: JSON.stringify({
      text: `${name}: ${words}`,
      blocks: sections.map((text) => ({ type: "section", text: { type: "mrkdwn", text } })),
      attachments: [
        {
          color: colorOf(occurrence.reason),
          fields: [
            { title: "Traffic", value: trafficOf(experiment), short: false },
            { title: "Progress", value: progressOf(experiment, occurrence.reason), short: true },
            { title: "Analytics Assessment Summary", value: summaryOf(experiment.status?.assessment), short: false },
          ],
          ts: Math.floor(time / 1000),
        },
      ],
    }),
    headers: { "content-type": "application/json" },
  };
}

function escaped(text: string, limit: number): string {
  return bounded(text, limit, escapeSlack);
}

/** "IterationUpdate" as "Iteration Update". */
function spaced(reason: Reason): string {
  return reason.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, " ");
}

function colorOf(reason: Reason): Color {
  if (reason === "IterationFailed") return "warning";
  return severityOf(reason) < 3 || reason === "ExperimentSucceeded" ? "good" : "danger";
}

function trafficOf(experiment: ExperimentResource): string {
  const { baseline, candidate } = weightsOf(experiment);
  return `Baseline: ${baseline}  Candidate: ${candidate}`;
}

function progressOf({ spec, status }: ExperimentResource, reason: Reason): string {
  const iteration = status?.currentIteration ?? 0;
  const planned = spec.trafficControl?.maxIterations ?? DEFAULTS.maxIterations;
  const isOver = iteration > planned || reason === "ExperimentSucceeded" || reason === "ExperimentFailed";
  return isOver ? "Experiment Completed" : `Current Iteration: ${iteration}/${planned}`;
}

function summaryOf(assessment: AssessmentStatus | undefined): string {
  if (assessment === undefined || assessment.conclusions.length === 0) return "Not Available";
  const criteria = assessment.success_criteria.flatMap(({ metric_name, conclusions }) => [
    `- metric name: ${metric_name}`,
    "   conclusions:",
    ...conclusions.map((text) => `   - ${text}`),
  ]);
  const conclusions = assessment.conclusions.map((text) => `- ${text}`);
  const lines = ["Conclusions:", ...conclusions, "Success Criteria Status:", ...criteria];
  return escaped(lines.map((line) => `${line}\n`).join(""), LONGEST_SECTION);
}
