import type { Part } from "./part";

export const etcd: Part = {
  name: "etcd",
  ports: ["client", "peer"],
  needs: [],
  health: { scheme: "http", path: "/health" },
  command: ({ layout, toolchain, ports }) => {
    const client = `http://127.0.0.1:${ports.client}`;
    const peer = `http://127.0.0.1:${ports.peer}`;
    return {
      program: toolchain.paths.etcd,
      args: [
        "--name=sandbox",
        `--data-dir=${layout.etcd}`,
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=sandbox=${peer}`,
        // Waiting for the disk is most of what etcd does on a small machine, and nothing here outlives a power cut.
        "--unsafe-no-fsync",
        "--log-level=warn",
      ],
    };
  },
};
