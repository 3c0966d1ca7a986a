import { type ChildProcess, fork } from "node:child_process";
import { ChildMessage } from "./childMessages";

/** How a child ended. `lost`: without a last word – killed, out of memory, or crashed. */
export type ChildOutcome =
  | { readonly kind: "done"; readonly result: Record<string, unknown> }
  | { readonly kind: "error"; readonly message: string; readonly isRetryable: boolean }
  | { readonly kind: "lost"; readonly detail: string };

export interface RunningChild {
  readonly outcome: Promise<ChildOutcome>;
  kill(): void;
}

/** Long enough to flush a log line, short enough that a cancelled job is gone when the person looks up. */
const KILL_AFTER_MS = 3_000;
/** Kept of stderr to tell why a child died. */
const STDERR_KEPT = 2_000;

/** Forks one job. The heap is as large as the machine's memory allows rather than Node's default of 2–4 GB. */
export function startChild(
  o: { path: string; jobId: string; heapMb: number; env?: NodeJS.ProcessEnv },
  onMessage: (message: Extract<ChildMessage, { type: "progress" | "log" }>) => void,
): RunningChild {
  const child = fork(o.path, [o.jobId], {
    execArgv: [`--max-old-space-size=${o.heapMb}`],
    env: o.env ?? process.env,
    // Its log lines belong into the worker's log; stderr is also kept, to say why it died.
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk) => {
    stderr = (stderr + String(chunk)).slice(-STDERR_KEPT);
  });
  const outcome = new Promise<ChildOutcome>((resolve) => {
    let last: ChildOutcome | null = null;
    child.on("message", (raw) => {
      const parsed = ChildMessage.safeParse(raw);
      if (!parsed.success) return;
      const message = parsed.data;
      if (message.type === "done") last = { kind: "done", result: message.result };
      else if (message.type === "error")
        last = { kind: "error", message: message.message, isRetryable: message.retryable ?? false };
      else onMessage(message);
    });
    child.on("error", (error) => resolve({ kind: "lost", detail: error.message }));
    // `close`, not `exit`: messages and stderr may still be on their way when the process has ended.
    child.on("close", (code, signal) => resolve(last ?? describeLoss({ code, signal, stderr })));
  });
  return { outcome, kill: () => killChild(child) };
}

function killChild(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS).unref();
}

function describeLoss(o: { code: number | null; signal: string | null; stderr: string }): ChildOutcome {
  const how = o.signal === null ? `ended with code ${o.code}` : `was ended by ${o.signal}`;
  const words = o.stderr.trim().split("\n").slice(-5).join("\n");
  return { kind: "lost", detail: `The process ${how}${words === "" ? "" : `: ${words}`}` };
}
