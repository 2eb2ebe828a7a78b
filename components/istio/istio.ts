import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../common/children";
import { type ChartName, type ChartSource, chartSource, defaultVersion, installedVersion } from "./charts";
import type { ExistingIstioArgs, IngressGatewayArgs, IstioArgs, IstioCniArgs, IstioRevisionArgs } from "./istioArgs";
import { injectionLabels, istiodName, revisionLabel, type Revisions, revisionsOf } from "./revisions";
import { checkedCni, checkedGateway, checkedIstio } from "./rules";
import { tagLabels, tagName, tagWebhooks } from "./tagWebhooks";
import { typesKept, withoutFailurePolicy } from "./transforms";
import { baseValues, cniValues, gatewayValues, isOn, istiodValues } from "./values";

/** What the component tells of an Istio, installed or found. */
interface Outputs {
  readonly namespace: pulumi.Output<string>;
  readonly version: pulumi.Output<string | undefined>;
  readonly revision: string;
  readonly cni: boolean;
  readonly ingressGatewayHost: pulumi.Output<string | undefined>;
}

/**
 * Installs Istio by its own Helm charts: its types, the control plane istiod (two or more replicas), and where asked for an
 * ingress gateway and the CNI agent. Istiod and the gateway pass the level `restricted` of Pod Security.
 *
 * Upgrades are done in place, by another `version`, or side by side: give the new control plane a `revision`, keep the old
 * one in `previousRevisions`, move namespaces over by their labels (`injectionLabels`), then leave the old one out.
 *
 * Removed are the gateway first, then istiod, then the types, with all objects of them, then the namespaces. Istiod leaves
 * behind a ConfigMap `istio-ca-root-cert` in each namespace that it has seen. One Istio a cluster.
 *
 * @example
 * const istio = new Istio("istio", { version: "1.30.5", ingressGateway: true, cni: true });
 * const shop = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop", labels: istio.injectionLabels } });
 * export const gateway = pulumi.interpolate`http://${istio.ingressGatewayHost}`;
 */
export class Istio extends pulumi.ComponentResource {
  /** Namespace of the control plane. */
  readonly namespace: pulumi.Output<string>;
  /** Version that is installed; undefined for an existing one whose version was not given. */
  readonly version: pulumi.Output<string | undefined>;
  /** Revision of the newest control plane; `default` where it has no name. */
  readonly revision: pulumi.Output<string>;
  /** Labels by which a namespace asks for sidecars of the newest control plane. */
  readonly injectionLabels: pulumi.Output<Record<string, string>>;
  /** Where sidecars find the newest control plane, with its port. */
  readonly discoveryAddress: pulumi.Output<string>;
  /** Whether the CNI agent runs: without it, pods with sidecars need the level `privileged` of Pod Security. */
  readonly cni: pulumi.Output<boolean>;
  /** Host name of the ingress gateway's Service inside of the cluster; undefined where there is none. */
  readonly ingressGatewayHost: pulumi.Output<string | undefined>;
  /** All that was installed, for `dependsOn` of what needs a mesh that runs; empty for an existing one. */
  readonly ready: pulumi.Resource[] = [];

  private readonly opts: pulumi.ComponentResourceOptions | undefined;
  private readonly prefix: string;

  /** @throws RunError naming an argument that is refused, its value and what is allowed */
  constructor(name: string, args: IstioArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("serin:index:Istio", name, {}, opts);
    const checked = checkedIstio(args);
    this.opts = opts;
    this.prefix = name;
    const outputs = checked.existing ? foundOutputs(checked.existing) : this.install(checked);
    const { namespace, revision } = outputs;
    this.namespace = namespace;
    this.version = outputs.version;
    this.ingressGatewayHost = outputs.ingressGatewayHost;
    // They carry the dependency, so that what uses them waits until istiod runs.
    this.revision = namespace.apply(() => revisionLabel(revision));
    this.injectionLabels = namespace.apply(() => injectionLabels(revision));
    this.discoveryAddress = namespace.apply((known) => `${istiodName(revision)}.${known}.svc:15012`);
    this.cni = pulumi.output(outputs.cni);
    this.registerOutputs({
      namespace: this.namespace,
      version: this.version,
      revision: this.revision,
      injectionLabels: this.injectionLabels,
      discoveryAddress: this.discoveryAddress,
      cni: this.cni,
      ingressGatewayHost: this.ingressGatewayHost,
    });
  }

  private install(args: IstioArgs): Outputs {
    const revisions = revisionsOf(args);
    const wanted = pulumi.output(args.namespace ?? "istio-system");
    const made = this.makeNamespace("namespace", wanted, args.createNamespace, "restricted");
    const base = this.makeBase(args, wanted, revisions, made);
    const cni = isOn(args.cni) ? this.makeCni(args, isObject(args.cni) ? args.cni : {}, base) : undefined;
    const planes = this.makeControlPlanes(args, wanted, [base, cni]);
    const tags = this.makeTags(wanted, revisions, planes);
    const gateway = isOn(args.ingressGateway)
      ? this.makeGateway(args, isObject(args.ingressGateway) ? args.ingressGateway : {}, revisions, [
          ...planes,
          ...tags,
        ])
      : undefined;
    this.ready.push(...[made, base, cni, ...planes, ...tags, gateway?.chart].filter((one) => one !== undefined));
    return {
      namespace: waitingFor(wanted, ...planes),
      version: pulumi.output(installedVersion(args.charts, args.version)),
      revision: revisions.newest,
      cni: cni !== undefined,
      ingressGatewayHost: gateway?.host ?? pulumi.output(undefined),
    };
  }

  private makeNamespace(
    suffix: string,
    name: pulumi.Input<string>,
    isWanted: boolean | undefined,
    level: "restricted" | "privileged",
  ): k8s.core.v1.Namespace | undefined {
    if (isWanted === false) return undefined;
    const labels = { "app.kubernetes.io/part-of": "serin", "pod-security.kubernetes.io/enforce": level };
    const opts = childOptions(this, this.opts);
    return new k8s.core.v1.Namespace(`${this.prefix}-${suffix}`, { metadata: { name, labels } }, opts);
  }

  private makeBase(
    args: IstioArgs,
    namespace: pulumi.Output<string>,
    revisions: Revisions,
    made: pulumi.Resource | undefined,
  ): k8s.helm.v4.Chart {
    const values = baseValues(args, namespace, revisions);
    const transforms = [withoutFailurePolicy, typesKept(args.crds === "kept")];
    const opts = { ...childOptions(this, this.opts, made), transforms };
    return this.makeChart("base", { ...source("base", args), name: "istio-base", namespace, values }, opts);
  }

  private makeControlPlanes(
    args: IstioArgs,
    namespace: pulumi.Output<string>,
    after: readonly (pulumi.Resource | undefined)[],
  ): k8s.helm.v4.Chart[] {
    const newest: IstioRevisionArgs = { revision: args.revision ?? "", version: args.version ?? defaultVersion };
    const opts = { ...childOptions(this, this.opts, ...after), transforms: [withoutFailurePolicy] };
    return [newest, ...(args.previousRevisions ?? [])].map(({ revision, version, charts = args.charts, ...own }) => {
      const name = istiodName(revision);
      const values = istiodValues(args, namespace, revision, own.values);
      return this.makeChart(name, { ...chartSource("istiod", charts, version), name, namespace, values }, opts);
    });
  }

  private makeTags(
    namespace: pulumi.Output<string>,
    { tags }: Revisions,
    planes: readonly pulumi.Resource[],
  ): pulumi.Resource[] {
    return Object.entries(tags).map(
      ([tag, revision]) =>
        new k8s.admissionregistration.v1.MutatingWebhookConfiguration(
          `${this.prefix}-tag-${tag}`,
          {
            metadata: { name: namespace.apply((known) => tagName(tag, known)), labels: tagLabels(tag, revision) },
            webhooks: namespace.apply((known) => tagWebhooks(tag, revision, known)),
          },
          childOptions(this, this.opts, ...planes),
        ),
    );
  }

  private makeCni(args: IstioArgs, given: IstioCniArgs, base: pulumi.Resource): k8s.helm.v4.Chart {
    const cni = checkedCni(given);
    const namespace = pulumi.output(cni.namespace ?? "istio-cni");
    const made = this.makeNamespace("cni-namespace", namespace, cni.createNamespace, "privileged");
    const values = cniValues(cni, args.values?.cni);
    const opts = childOptions(this, this.opts, made, base);
    return this.makeChart("cni", { ...source("cni", args), name: "istio-cni", namespace, values }, opts);
  }

  private makeGateway(
    args: IstioArgs,
    given: IngressGatewayArgs,
    revisions: Revisions,
    after: readonly pulumi.Resource[],
  ): { readonly chart: k8s.helm.v4.Chart; readonly host: pulumi.Output<string> } {
    const gateway = checkedGateway(given);
    const name = gateway.name ?? "istio-ingressgateway";
    const namespace = pulumi.output(gateway.namespace ?? "istio-ingress");
    const made = this.makeNamespace("gateway-namespace", namespace, gateway.createNamespace, "restricted");
    const values = gatewayValues(gateway, name, revisions, args.values?.gateway);
    const opts = childOptions(this, this.opts, made, ...after);
    const chart = this.makeChart("gateway", { ...source("gateway", args), name, namespace, values }, opts);
    const host = waitingFor(namespace, chart).apply((known) => `${name}.${known}.svc.cluster.local`);
    return { chart, host };
  }

  private makeChart(
    suffix: string,
    args: k8s.helm.v4.ChartArgs,
    opts: pulumi.ComponentResourceOptions,
  ): k8s.helm.v4.Chart {
    return new k8s.helm.v4.Chart(`${this.prefix}-${suffix}`, args, opts);
  }
}

function source(name: ChartName, { charts, version }: IstioArgs): ChartSource {
  return chartSource(name, charts, version ?? defaultVersion);
}

function foundOutputs({ namespace, revision, version, cni, ingressGatewayHost }: ExistingIstioArgs): Outputs {
  return {
    namespace: pulumi.output(namespace ?? "istio-system"),
    version: pulumi.output(version),
    revision: revision ?? "",
    cni: cni ?? false,
    ingressGatewayHost: pulumi.output(ingressGatewayHost),
  };
}

function isObject<T extends object>(part: boolean | T | undefined): part is T {
  return typeof part === "object";
}

function waitingFor(value: pulumi.Output<string>, ...resources: readonly pulumi.Resource[]): pulumi.Output<string> {
  return pulumi.all([value, ...resources.map(({ urn }) => urn)]).apply(([known]) => known as string);
}
