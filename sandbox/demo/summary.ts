import Table from "cli-table3";
import type { Shipment } from "./ship";

/** Table of what happened to each version. */
export function summaryTable(shipments: readonly Shipment[]): string {
  const table = new Table({
    head: ["version", "verdict", "exit code", "iterations", "serving now", "seconds", "why"],
    colWidths: [null, null, null, null, null, null, 60],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { version, exitCode, outputs, seconds } of shipments) {
    const { verdict, iterations, stableVersion, reason } = outputs;
    table.push(
      [version.tag, verdict, exitCode, iterations, stableVersion, seconds.toFixed(0), reason].map((cell) =>
        String(cell),
      ),
    );
  }
  return table.toString();
}

/** What differs from what the demo is meant to show; empty when nothing does. */
export function surprises(shipments: readonly Shipment[]): string[] {
  return shipments.flatMap(({ version, exitCode, outputs }) => {
    const found: string[] = [];
    if (outputs["verdict"] !== version.verdict) {
      found.push(`${version.tag} should have been ${version.verdict} but was ${String(outputs["verdict"])}`);
    }
    if ((exitCode === 0) !== (version.verdict === "promoted")) {
      found.push(`pulumi up of ${version.tag} (${version.verdict}) ended with exit code ${exitCode}`);
    }
    return found;
  });
}
