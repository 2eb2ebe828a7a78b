let watching = false;

/**
 * Ends this process once nobody reads what it prints: then Pulumi's engine, whose child it is, has been killed. A
 * driver may stop at any instruction; its Lease lapses, and the next `pulumi up` carries on. (Left alone, Node would
 * raise the broken pipe as an error, Pulumi's provider host would print that error, and so on without end.)
 */
export function endWithEngine(): void {
  if (watching) return;
  watching = true;
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));
}
