import ort from "onnxruntime-node";

/** What runs a model, and why it is not what was asked for. */
export interface OpenedSession {
  readonly session: ort.InferenceSession;
  readonly provider: string;
  /** Providers that were asked for first and could not be had, with the runtime's reason. */
  readonly passedOver: readonly { readonly provider: string; readonly reason: string }[];
}

/**
 * Opens a session on the first execution provider that can be had; the CPU always can. One thread: a replica is one
 * process per core, so a second thread would take a core from another replica.
 *
 * @throws when the CPU cannot open it either: then it is the model
 */
export async function openSession(bytes: Uint8Array, providers: readonly string[]): Promise<OpenedSession> {
  const passedOver: { provider: string; reason: string }[] = [];
  for (const provider of providers) {
    if (provider === "cpu") break;
    try {
      return { session: await createSession(bytes, provider), provider, passedOver };
    } catch (cause) {
      passedOver.push({ provider, reason: (cause as Error).message.slice(0, 300) });
    }
  }
  return { session: await createSession(bytes, "cpu"), provider: "cpu", passedOver };
}

function createSession(bytes: Uint8Array, provider: string): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  });
}
