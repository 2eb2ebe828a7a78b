/**
 * Loaded before anything else into each driver of the bench: shifts its wall clock by `SERIN_BENCH_SKEW_MS`, and ends it when
 * the bench is gone. The monotonic clock is left alone, as it is on a machine whose wall clock is wrong.
 */
const skewMs = Number(process.env["SERIN_BENCH_SKEW_MS"] ?? 0);

if (skewMs !== 0) {
  const RealDate = Date;
  const now = (): number => RealDate.now() + skewMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
  });
}

const bench = process.ppid;
setInterval(() => {
  if (process.ppid !== bench) process.exit(1);
}, 1000).unref();
