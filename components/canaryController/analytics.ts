import * as k8s from "@pulumi/kubernetes";
import type { AnalyticsArgs } from "./canaryControllerArgs";
import { commonArguments, type Context, makePolicy, makeProgram, makeService, metadataOf, names } from "./context";
import { analyticsPolicy, ports } from "./networkPolicies";

/** The analytics service, which has no rights and no token. */
export function makeAnalytics(context: Context, given: AnalyticsArgs): k8s.apps.v1.Deployment {
  const account = new k8s.core.v1.ServiceAccount(
    `${context.prefix}-analytics`,
    { metadata: metadataOf("analytics", context), automountServiceAccountToken: false },
    context.options(),
  );
  const policy = makePolicy(context, "analytics", analyticsPolicy);
  makeService(context, "analytics", names.analytics, {
    ports: [{ name: "http", port: ports.analytics, targetPort: "http" }],
  });
  return makeProgram(
    context,
    {
      component: "analytics",
      serviceAccount: account.metadata.name,
      usesApiServer: false,
      args: ["analytics", ...commonArguments(context.settings)],
      port: ports.analytics,
      replicas: given.replicas ?? 2,
      gracePeriodSeconds: 30,
      resources: given.resources,
    },
    [policy],
  );
}
