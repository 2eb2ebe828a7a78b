import axios from "axios";
import type { Controllers } from "./controller/controllers";
import type { Environment } from "./environment/environment";
import type { Observations } from "./exporter/observations";
import type { Release } from "./load/releases";
import type { Flags } from "./arguments";

/** What all phases of a run work with. */
export interface Bench {
  readonly flags: Flags;
  readonly environment: Environment;
  readonly controllers: Controllers;
  readonly exporter: ExporterClient;
  readonly signal: AbortSignal;
  /** Tells whoever watches. */
  readonly say: (line: string) => void;
}

/** Asks the process that makes the metrics and watches. */
export class ExporterClient {
  private readonly http;

  constructor(url: string) {
    this.http = axios.create({ baseURL: url, timeout: 30_000, maxContentLength: Infinity, maxBodyLength: Infinity });
  }

  async begin(releases: readonly Release[]): Promise<void> {
    await this.http.post("/round", releases);
  }

  async progress(): Promise<{ readonly seen: number; readonly completed: number }> {
    return (await this.http.get<{ seen: number; completed: number }>("/progress")).data;
  }

  async observations(): Promise<Observations> {
    return (await this.http.get<Observations>("/observations")).data;
  }
}
