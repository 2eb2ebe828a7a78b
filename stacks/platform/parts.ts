import { CanaryController, CanaryNamespace, Istio, Prometheus, Tekton } from "serin";
import type { AdoptedController, PlatformConfig } from "./config";

/** The parts of a platform; undefined where one is left out. */
export interface Parts {
  readonly istio?: Istio;
  readonly prometheus?: Prometheus;
  readonly tekton?: Tekton;
  readonly controller?: Controller;
  readonly namespaces: readonly CanaryNamespace[];
}

/** A controller that was installed, or is there already. */
export type Controller = CanaryController | (AdoptedController & { readonly namespace: string });

/**
 * Makes the parts, each after those that it really needs: the controller takes traffic back when it is removed, so
 * that it comes after Istio; a namespace with experiments has to go before the controller, so that it comes after that.
 */
export function makeParts(config: PlatformConfig): Parts {
  const istio = makeIstio(config.istio);
  const prometheus = makePrometheus(config.prometheus, istio);
  const tekton = makeTekton(config.tekton);
  const controller = makeController(config.controller, istio, prometheus);
  const namespaces = Object.entries(config.namespaces).map(
    ([name, args]) =>
      new CanaryNamespace(
        name,
        {
          cni: istio?.cni,
          ...(controller === undefined ? {} : { controllerNamespace: controller.namespace }),
          ...(istio === undefined ? { injection: false } : { injection: istio.injectionLabels }),
          ...args,
        },
        { dependsOn: controller instanceof CanaryController ? [controller] : [] },
      ),
  );
  return { istio, prometheus, tekton, controller, namespaces };
}

function makeIstio(part: PlatformConfig["istio"]): Istio | undefined {
  if (part.mode === "omit") return undefined;
  return new Istio("istio", part.mode === "adopt" ? { existing: part.args } : part.args);
}

function makePrometheus(part: PlatformConfig["prometheus"], istio: Istio | undefined): Prometheus | undefined {
  if (part.mode === "omit") return undefined;
  if (part.mode === "adopt") {
    const { externalUrl, ...existing } = part.args;
    return new Prometheus("prometheus", { existing, externalUrl });
  }
  // It may be in the namespace that Istio makes. Otherwise it need not wait for istiod.
  return new Prometheus("prometheus", part.args, { dependsOn: istio?.ready.slice(0, 1) });
}

function makeTekton(part: PlatformConfig["tekton"]): Tekton | undefined {
  if (part.mode === "omit") return undefined;
  return new Tekton("tekton", part.mode === "adopt" ? { existing: part.args } : part.args);
}

function makeController(
  part: PlatformConfig["controller"],
  istio: Istio | undefined,
  prometheus: Prometheus | undefined,
): Controller | undefined {
  if (part.mode === "omit") return undefined;
  if (part.mode === "adopt") return { namespace: "iter8", ...part.args };
  return new CanaryController("canary", { prometheusUrl: prometheus?.url, ...part.args }, { dependsOn: istio?.ready });
}
