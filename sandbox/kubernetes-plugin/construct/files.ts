import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import axios from "axios";
import axiosRetry, { exponentialDelay } from "axios-retry";
import { glob } from "glob";

const DOWNLOAD_TIMEOUT_MS = 30_000;

/** The texts that a path, a pattern or a URL names, in the order of their names. @throws Error where there are none */
export async function textsOf(file: string): Promise<{ readonly from: string; readonly text: string }[]> {
  if (/^https?:\/\//.test(file)) return [{ from: file, text: await download(file) }];
  if (existsSync(file)) return [{ from: file, text: await readFile(file, "utf8") }];
  const found = (await glob(file, { nodir: true })).sort();
  if (found.length === 0) throw new Error(`no file ${file}`);
  return Promise.all(found.map(async (from) => ({ from, text: await readFile(from, "utf8") })));
}

/** The text at a URL; what may pass is tried again. */
export async function download(url: string): Promise<string> {
  const http = axios.create({
    timeout: DOWNLOAD_TIMEOUT_MS,
    responseType: "text",
    transformResponse: (text: string) => text,
  });
  axiosRetry(http, { retries: 3, retryDelay: exponentialDelay, shouldResetTimeout: true });
  try {
    return (await http.get<string>(url)).data;
  } catch (error) {
    throw new Error(`cannot load ${url}: ${(error as Error).message}`);
  }
}
