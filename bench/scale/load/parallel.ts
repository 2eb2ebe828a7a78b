/**
 * Does the same for each of many, several at a time. After the first failure, which is thrown, no other one is begun.
 *
 * @param width how many at a time
 */
export async function forEach<T>(all: readonly T[], width: number, work: (one: T) => Promise<void>): Promise<void> {
  const queue = all.values();
  let failed = false;
  const serve = async (): Promise<void> => {
    for (const one of queue) {
      if (failed) return;
      await work(one).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, all.length) }, serve));
}
