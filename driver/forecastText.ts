import { formatDuration, formatNumber, type Detection, type Forecast, type Plan } from "../engine";

/** A forecast in lines for a person; the warnings come last. */
export function forecastLines(plan: Plan, forecast: Forecast): string[] {
  const { requestsPerSecond, schedule, shortestMs, usualMs, longestMs, detections, warnings } = forecast;
  const steps = schedule.map(({ atMs, weight }) => `${formatDuration(Math.max(1, atMs))} ${weight} %`);
  steps[0] = `${schedule[0]?.weight ?? 0} %`;
  const usual =
    usualMs === undefined ? "no verdict for a candidate as good as the baseline" : `usually ${formatDuration(usualMs)}`;
  return [
    `plan: ${shown(requestsPerSecond)} requests a second now; weights ${steps.join(", ")}`,
    `plan: at least ${formatDuration(shortestMs)}, ${usual}, at most ${formatDuration(longestMs)}`,
    ...detections.map((detection) => `plan: ${detectionText(plan, detection)}`),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
}

function detectionText({ criteria }: Plan, { metric, usual, limit, smallest }: Detection): string {
  const worse = criteria.find((c) => c.metric === metric)?.direction === "higher" ? "or less" : "or more";
  const found = smallest === undefined ? "finds no regression" : `finds ${shown(smallest)} ${worse}`;
  return `${metric} ${found} in 80 % of the releases (now ${shown(usual)}, tolerated ${shown(limit)})`;
}

/** Three digits. */
function shown(value: number): string {
  return value !== 0 && Math.abs(value) < 0.01
    ? String(Number(value.toPrecision(2)))
    : formatNumber(Number(value.toPrecision(3)));
}
