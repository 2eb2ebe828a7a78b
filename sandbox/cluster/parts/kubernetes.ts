import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { credentialsOf, prepareCredentials, writeKubeconfig } from "../credentials";
import { serviceRange } from "../network";
import { type DataPlaneName, type Part, type PartContext, runsPods } from "./part";

/** Where nobody answers at a Service's address, it only has to be one. */
const silentRange = "10.96.0.0/16";

/**
 * The Services' addresses are in etcd, and the first is in the API server's certificate. So the range stays what it was at
 * the first start, even if the port moves.
 */
function rangeOf({ layout, ports, dataPlane }: PartContext): string {
  if (dataPlane !== "bare") return silentRange;
  const { serviceRange: file } = credentialsOf(layout);
  return existsSync(file) ? readFileSync(file, "utf8") : serviceRange(ports.https ?? 0);
}

export const apiServer: Part = {
  name: "kube-apiserver",
  ports: ["https"],
  needs: ["etcd"],
  health: { scheme: "https", path: "/readyz" },
  prepare: (context) => {
    prepareCredentials(context.layout);
    writeFileSync(credentialsOf(context.layout).serviceRange, rangeOf(context));
  },
  ready: ({ layout, ports }) => writeKubeconfig(layout, ports.https ?? 0),
  command: (context) => {
    const { layout, toolchain, ports, portOf } = context;
    const credentials = credentialsOf(layout);
    return {
      program: toolchain.paths["kube-apiserver"],
      args: [
        `--etcd-servers=http://127.0.0.1:${portOf("etcd")}`,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        `--secure-port=${ports.https}`,
        // The server makes itself a certificate there at its first start and keeps it.
        `--cert-dir=${credentials.certificates}`,
        `--token-auth-file=${credentials.tokens}`,
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${credentials.serviceAccountKey}`,
        `--service-account-signing-key-file=${credentials.serviceAccountKey}`,
        `--service-cluster-ip-range=${rangeOf(context)}`,
        // Endpoints on the loopback address are invalid, so the "kubernetes" Service goes without.
        "--endpoint-reconciler-type=none",
        // It taints new nodes until the node lifecycle controller, which does not run here, takes the taint away.
        "--disable-admission-plugins=TaintNodesByCondition",
        "--allow-privileged=true",
        "--enable-priority-and-fairness=false",
        "--profiling=false",
      ],
    };
  },
};

/** Make EndpointSlices of pods' addresses. The API server refuses loopback addresses there, and Envoy needs no others. */
const endpointControllers = ["endpoints-controller", "endpointslice-controller"];

/** What keeps workloads, namespaces and accounts going. Node health, volumes, certificates and quotas are left out. */
const controllers = [
  "cronjob-controller",
  "daemonset-controller",
  "deployment-controller",
  "disruption-controller",
  "garbage-collector-controller",
  "job-controller",
  "namespace-controller",
  "pod-garbage-collector-controller",
  "replicaset-controller",
  "root-ca-certificate-publisher-controller",
  "serviceaccount-controller",
  "statefulset-controller",
];

/** What a platform's manifests may count on besides: quotas, rights made of rights, claims for storage, tidiness. */
const platformControllers = [
  "clusterrole-aggregation-controller",
  "horizontal-pod-autoscaler-controller",
  "persistentvolume-binder-controller",
  "persistentvolume-protection-controller",
  "persistentvolumeclaim-protection-controller",
  "resourcequota-controller",
  "ttl-after-finished-controller",
  "validatingadmissionpolicy-status-controller",
];

function controllersOf(dataPlane: DataPlaneName): readonly string[] {
  return [
    ...controllers,
    ...(runsPods(dataPlane) ? [] : endpointControllers),
    ...(dataPlane === "bare" ? platformControllers : []),
  ];
}

export const controllerManager: Part = {
  name: "kube-controller-manager",
  ports: ["https"],
  needs: ["kube-apiserver"],
  health: { scheme: "https", path: "/healthz" },
  command: ({ layout, toolchain, ports, dataPlane }) => {
    const credentials = credentialsOf(layout);
    return {
      program: toolchain.paths["kube-controller-manager"],
      args: [
        `--kubeconfig=${layout.kubeconfig}`,
        "--bind-address=127.0.0.1",
        `--secure-port=${ports.https}`,
        "--leader-elect=false",
        `--controllers=${controllersOf(dataPlane).join(",")}`,
        `--service-account-private-key-file=${credentials.serviceAccountKey}`,
        `--root-ca-file=${credentials.certificate}`,
        "--kube-api-qps=200",
        "--kube-api-burst=400",
        "--profiling=false",
      ],
    };
  },
};

export const scheduler: Part = {
  name: "kube-scheduler",
  ports: ["https"],
  needs: ["kube-apiserver"],
  health: { scheme: "https", path: "/healthz" },
  command: ({ layout, toolchain, ports }) => ({
    program: toolchain.paths["kube-scheduler"],
    args: [
      `--kubeconfig=${layout.kubeconfig}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${ports.https}`,
      "--leader-elect=false",
      "--profiling=false",
    ],
  }),
};
