/** The labels that Kubernetes recommends, without the version, since what does not change with it is to stay as it is. */
export function recommendedLabels(name: string, component: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/part-of": "serin",
    "app.kubernetes.io/managed-by": "pulumi",
  };
}
