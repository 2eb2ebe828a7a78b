import * as pulumi from "@pulumi/pulumi";
import { stackConfig } from "./config";
import { makeParts } from "./parts";

const { istio, prometheus, tekton, controller, namespaces: made } = makeParts(stackConfig());

/** Empty where the part is left out, or the value is not known. */
const orEmpty = (value: pulumi.Input<string | undefined> | undefined): pulumi.Output<string> =>
  pulumi.output(value).apply((known) => known ?? "");

/** Namespace of istiod. */
export const istioNamespace = orEmpty(istio?.namespace);
export const istioVersion = orEmpty(istio?.version);
/** Labels by which a namespace asks for sidecars. */
export const injectionLabels = istio?.injectionLabels ?? {};
/** Host name of the ingress gateway inside of the cluster. */
export const ingressGatewayHost = orEmpty(istio?.ingressGatewayHost);
/** Base URL of Prometheus inside of the cluster, for releases that the controller drives. */
export const prometheusUrl = orEmpty(prometheus?.url);
/** Base URL of Prometheus for a `pulumi up` outside of the cluster. */
export const prometheusExternalUrl = orEmpty(prometheus?.externalUrl);
export const prometheusVersion = orEmpty(prometheus?.version);
/** Namespace of Tekton's controllers. */
export const tektonNamespace = orEmpty(tekton?.namespace);
export const tektonPipelinesVersion = orEmpty(tekton?.pipelinesVersion);
export const tektonTriggersVersion = orEmpty(tekton?.triggersVersion);
/** Namespace of the canary controller. */
export const controllerNamespace = orEmpty(controller?.namespace);
export const controllerVersion = orEmpty(controller?.version);
/** Base URL of the analytics service inside of the cluster. */
export const analyticsUrl = orEmpty(controller?.analyticsUrl);
/** Namespaces of teams. */
export const namespaces = made.map(({ namespace }) => namespace);
