import type { Logger } from "@shortlist/platform";

/** Runs `task` now and again `intervalMs` after each run has ended; `stop` waits for the run under way. */
export function startLoop(
  o: { name: string; intervalMs: number; logger: Logger },
  task: () => Promise<unknown>,
): { stop(): Promise<void> } {
  let isStopped = false;
  let wake: (() => void) | null = null;
  const running = (async () => {
    while (!isStopped) {
      try {
        await task();
      } catch (error) {
        o.logger.warn({ err: error, loop: o.name }, "a round failed; the next one tries again");
      }
      if (isStopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, o.intervalMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    async stop() {
      isStopped = true;
      wake?.();
      await running;
    },
  };
}

/** Ends the process in order at SIGTERM or SIGINT; a second signal, or 10 s, ends it at once. */
export function onShutdown(logger: Logger, close: () => Promise<void>): void {
  let isClosing = false;
  const begin = (signal: string) => {
    if (isClosing) process.exit(1);
    isClosing = true;
    logger.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), 10_000).unref();
    close().then(
      () => process.exit(0),
      (error) => {
        logger.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => begin("SIGTERM"));
  process.on("SIGINT", () => begin("SIGINT"));
}
