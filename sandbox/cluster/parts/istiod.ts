import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { accessLogFormat } from "../../dataplane/accessLog";
import { proxyNamespace } from "../../dataplane/bootstrap";
import type { Layout } from "../layout";
import { dataPlanePrograms } from "../dataPlane";
import type { Part } from "./part";

const meshConfig = (layout: Layout): string => join(layout.istiod, "mesh.yaml");

/** Turns Services, VirtualServices and the like into what the Envoys do. */
export const istiod: Part = {
  name: "istiod",
  ports: ["http", "grpc", "monitoring"],
  needs: ["kube-apiserver"],
  health: { scheme: "http", path: "/ready" },
  prepare: ({ layout }) =>
    writeFileSync(
      meshConfig(layout),
      stringify({
        // There is no certificate authority: requests stay on this machine.
        enableAutoMtls: false,
        outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
        accessLogFile: "/dev/stdout",
        accessLogFormat,
      }),
    ),
  command: ({ layout, toolchain, ports }) => ({
    program: dataPlanePrograms(toolchain).istiod,
    args: [
      "discovery",
      `--kubeconfig=${layout.kubeconfig}`,
      `--meshConfig=${meshConfig(layout)}`,
      `--grpcAddr=127.0.0.1:${ports.grpc}`,
      `--httpAddr=127.0.0.1:${ports.http}`,
      `--monitoringAddr=127.0.0.1:${ports.monitoring}`,
      "--secureGRPCAddr=",
      "--httpsAddr=",
      "--ctrlz_port=0",
      "--log_output_level=default:warn",
    ],
    env: {
      POD_NAMESPACE: proxyNamespace,
      POD_NAME: "istiod-sandbox",
      ENABLE_CA_SERVER: "false",
      INJECT_ENABLED: "false",
      VALIDATION_WEBHOOK_CONFIG_NAME: "",
      PILOT_CERT_PROVIDER: "none",
      // Filters of Istio's own Envoy, which the stock one lacks.
      PILOT_ENABLE_METADATA_EXCHANGE: "false",
      PILOT_ENABLE_ALPN_FILTER: "false",
    },
  }),
};
