import { setTimeout as sleep } from "node:timers/promises";
import { applyManifests } from "../cluster/apply";
import { clientSidecar } from "./istioObjects";

export interface ClientSidecarOptions {
  readonly kubeconfig: string;
  readonly clientAddress: string;
  readonly clientPort: number;
}

const retryMs = 500;

/** Keeps the Sidecar of the traffic generator equal to the ports that Services have. */
export class ClientSidecar {
  private wanted = "";
  private applied = "";
  private isBusy = false;

  constructor(
    private readonly options: ClientSidecarOptions,
    private readonly log: (message: string) => void,
    private readonly signal: AbortSignal,
  ) {}

  listenOn(ports: readonly number[]): void {
    const { clientAddress: address, clientPort: port80 } = this.options;
    this.wanted = clientSidecar({ address, port80, ports });
    void this.settle();
  }

  private async settle(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    while (this.applied !== this.wanted && !this.signal.aborted) {
      const text = this.wanted;
      try {
        await applyManifests(this.options.kubeconfig, [text], this.signal);
        this.applied = text;
      } catch (error) {
        if (this.signal.aborted) break;
        this.log(`the client's Sidecar: ${error instanceof Error ? error.message : String(error)}; trying again`);
        await sleep(retryMs, undefined, { signal: this.signal }).catch(() => undefined);
      }
    }
    this.isBusy = false;
  }
}
