/** Upper bounds of the latency histogram's buckets in ms, rising: Envoy's defaults, but for those above half a minute. */
export const BOUNDS: readonly number[] = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000];
