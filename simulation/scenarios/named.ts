import type { ScenarioFile } from "./scenario";

const USUAL = { requestsPerSecond: 20 };
const PERCENTILE = [{ metric: "iter8_99_perc_latency", delta: 0.1 }];

/**
 * Scenarios that need no file, by name; each is what a file would hold. Unless they say otherwise there are 20 requests a
 * second, of which 0.1 % fail.
 */
export const NAMED_SCENARIOS: Readonly<Record<string, ScenarioFile>> = {
  healthy: {
    description: "The candidate is as good as the baseline (A/A).",
    traffic: USUAL,
  },
  "error-regression": {
    description: "The candidate fails in 0.6 % of the requests, the baseline in 0.1 %.",
    traffic: { ...USUAL, candidate: { errorRate: 0.006 } },
  },
  broken: {
    description: "The candidate fails in 10 % of the requests.",
    traffic: { ...USUAL, candidate: { errorRate: 0.1 } },
  },
  slow: {
    description: "Every request of the candidate takes 1.3 times as long.",
    traffic: { ...USUAL, candidate: { latency: { median: 130 } } },
  },
  tail: {
    description: "2 % of the candidate's requests take ten times as long; judged by the 99th percentile.",
    traffic: { ...USUAL, candidate: { tail: { share: 0.02, factor: 10 } } },
    release: { criteria: PERCENTILE },
  },
  "warm-up": {
    description:
      "A/A, but the candidate fails in 5 % and takes 3 times as long in its first minute, which the plan allows for.",
    traffic: { ...USUAL, warmUp: { duration: "1m", errorRate: 0.05, latencyFactor: 3 } },
    release: { analysis: { warmup: "2m" } },
  },
  diurnal: {
    description: "A/A while traffic and errors swing by 80 % within 20 minutes.",
    traffic: { ...USUAL, diurnal: { amplitude: 0.8, period: "20m", errorAmplitude: 0.8 } },
  },
  "counter-reset": {
    description: "A/A, but the candidate's counters go back to 0 every two minutes.",
    traffic: { ...USUAL, reset: { version: "candidate", every: "2m" } },
  },
  "missing-scrapes": {
    description: "A/A, but one scrape in five is missed.",
    traffic: { ...USUAL, missedScrapes: { share: 0.2 } },
  },
  bursty: {
    description: "A/A at 0.5 %, but requests fail together: correlation 0.01 within a version and scrape.",
    traffic: {
      ...USUAL,
      baseline: { errorRate: 0.005 },
      candidate: { errorRate: 0.005 },
      bursts: { correlation: 0.01 },
    },
  },
  "sticky-sessions": {
    description:
      "A/A at 0.5 %, but users stay on their version for two minutes and ten requests, and some fail more often.",
    traffic: {
      ...USUAL,
      baseline: { errorRate: 0.005 },
      candidate: { errorRate: 0.005 },
      sessions: { meanRequests: 10, meanDuration: "2m", errorHeterogeneity: 0.02 },
    },
  },
  "low-traffic": {
    description: "A/A with one request a second.",
    traffic: { requestsPerSecond: 1 },
  },
  "high-traffic": {
    description: "A/A with 1000 requests a second.",
    traffic: { requestsPerSecond: 1000 },
  },
};
