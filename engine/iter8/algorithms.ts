/** How the traffic is split, by the name of Iter8's endpoint. Experiments call `epsilon_t_greedy` `epsilon_greedy`. */
export const ALGORITHMS = [
  "check_and_increment",
  "epsilon_t_greedy",
  "posterior_bayesian_routing",
  "optimistic_bayesian_routing",
] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** Iter8's answer to the question for its algorithms: the path of each, below `/api/v1`. */
export function listAlgorithms(): Record<Algorithm, { endpoint: string }> {
  const entries = ALGORITHMS.map((name) => [name, { endpoint: `/experiment/${name}` }] as const);
  return Object.fromEntries(entries) as Record<Algorithm, { endpoint: string }>;
}

/** Whether the algorithm weighs what it believes of the metrics, instead of going on from the split before. */
export function isBayesian(algorithm: Algorithm): boolean {
  return algorithm === "posterior_bayesian_routing" || algorithm === "optimistic_bayesian_routing";
}
