import { run } from "../../cli/program";

/** What a command line answers. */
export async function serin(line: string, isTerminal = false) {
  const written = { out: "", err: "" };
  const sink = (name: "out" | "err") => ({ isTerminal, write: (text: string) => void (written[name] += text) });
  const code = await run(
    line.split(" ").filter((word) => word !== ""),
    { out: sink("out"), err: sink("err") },
  );
  return { code, ...written };
}
