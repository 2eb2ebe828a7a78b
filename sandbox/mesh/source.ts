/** The workload that all simulated requests come from. */
export const trafficSource = {
  workload: "traffic-generator",
  namespace: "istio-system",
  labels: { app: "traffic-generator" },
} as const;
