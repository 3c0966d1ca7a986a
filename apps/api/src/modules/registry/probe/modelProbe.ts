import { type ChildProcess, execFile, fork } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { refuseModel } from "../refuseModel";
import { explainLoadError } from "./explainError";
import type { ModelDescription, ProbeMessage, RunRequest, RunResult } from "./messages";

/** A model that runs in a process of its own. `run` gives the runtime's message when the model cannot run the rows. */
export interface ModelProbe {
  readonly description: ModelDescription;
  run(request: Omit<RunRequest, "id">): Promise<RunResult | { readonly error: string }>;
}

export interface ProbeBounds {
  readonly timeoutMs: number;
  readonly memoryBytes: number;
}

/** A ranker of a million parameters is checked in a second; one that takes a minute would take a day of requests. */
const TIMEOUT_MS = 60_000;
/** The runtime itself takes 100 MB; a model is held up to four times while it is loaded and optimised. */
const MEMORY_BASE_BYTES = 1024 ** 3;
const MEMORY_PER_MODEL_BYTE = 4;
const WATCH_MS = 100;

/**
 * Loads a model in a process of its own, hands it to `use` and ends it. A model that does not load, takes too long or
 * too much memory, or ends its process is refused with that as the reason; the caller's process is never harmed.
 *
 * @throws AppError `model_refused`
 */
export async function withModelProbe<T>(
  modelPath: string,
  use: (probe: ModelProbe) => Promise<T>,
  bounds?: ProbeBounds,
): Promise<T> {
  const { timeoutMs, memoryBytes } = bounds ?? (await decideBounds(modelPath));
  const child = startChild(modelPath);
  const ended = new Promise<never>((_resolve, reject) => {
    let stopped: string | null = null;
    const stop = (why: string) => {
      stopped = why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(
      () => stop(`Checking the model took longer than ${timeoutMs / 1000} s. Register a smaller one.`),
      timeoutMs,
    );
    const watch = setInterval(async () => {
      if ((await readMemory(child)) > memoryBytes)
        stop(`The model takes more than ${toMegabytes(memoryBytes)} MB of memory when it is loaded or run.`);
    }, WATCH_MS);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      clearInterval(watch);
      const how = signal === null ? `with code ${code}` : `by ${signal}`;
      reject(refuseModel(stopped ?? `Loading or running the model ended its process (${how}).`));
    });
  });
  // `use` may be done before the process ends, and then nobody asks how it ended.
  ended.catch(() => undefined);
  try {
    return await Promise.race([ended, openProbe(child).then(use)]);
  } finally {
    child.kill("SIGKILL");
  }
}

async function decideBounds(modelPath: string): Promise<ProbeBounds> {
  const { size } = await stat(modelPath);
  return { timeoutMs: TIMEOUT_MS, memoryBytes: MEMORY_BASE_BYTES + MEMORY_PER_MODEL_BYTE * size };
}

/** Beside the bundle, or the source itself where that is what runs. */
function startChild(modelPath: string): ChildProcess {
  const isSource = import.meta.url.endsWith(".ts");
  const file = fileURLToPath(
    new URL(isSource ? "modelProbeChild.ts" : "modelProbeChild.js", import.meta.url),
  );
  return fork(file, [modelPath], {
    execArgv: isSource ? ["--import", "tsx"] : [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    // It runs what a stranger made: no addresses, keys or passwords of ours.
    env: { PATH: process.env.PATH, NODE_ENV: "production" },
  });
}

function openProbe(child: ChildProcess): Promise<ModelProbe> {
  const waiting = new Map<number, (answer: RunResult | { error: string }) => void>();
  let lastId = 0;
  return new Promise((resolve, reject) => {
    child.on("message", (message: ProbeMessage) => {
      if (message.type === "unloadable") reject(refuseModel(explainLoadError(message.message)));
      else if (message.type === "loaded")
        resolve({
          description: message.description,
          run: (request) =>
            new Promise((answer) => {
              const id = ++lastId;
              waiting.set(id, answer);
              child.send({ ...request, id });
            }),
        });
      else {
        waiting.get(message.id)?.(message.type === "ran" ? message.result : { error: message.message });
        waiting.delete(message.id);
      }
    });
  });
}

/** Resident bytes of the child; 0 when they cannot be read, as of a process that has just ended. */
async function readMemory({ pid }: ChildProcess): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    // Systems without /proc.
    const answer = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]).catch(() => null);
    return Number(answer?.stdout.trim() ?? 0) * 1024;
  }
}

function toMegabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
