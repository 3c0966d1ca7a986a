// The process that loads and runs one model of somebody else: what it does to memory or to the process stays in here.
import { readFileSync } from "node:fs";
import ort from "onnxruntime-node";
import type { ModelDescription, ProbeMessage, RunRequest } from "./messages";

const send = (message: ProbeMessage) => process.send!(message);

/** From bytes, as replicas load it: then weights in files beside the model are refused and not looked for on this disk. */
const opened = ort.InferenceSession.create(readFileSync(process.argv[2]!), {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
});

opened.then(
  (session) => send({ type: "loaded", description: describe(session) }),
  (error: Error) => send({ type: "unloadable", message: error.message }),
);

process.on("message", async (request: RunRequest) => {
  try {
    const session = await opened;
    const width = request.rows.length / request.count;
    const features = new ort.Tensor("float32", request.rows, [request.count, width]);
    const startedAt = performance.now();
    const answer = await session.run({ [request.input]: features }, [request.output]);
    const ms = performance.now() - startedAt;
    const { type, dims, data } = answer[request.output]!;
    const result = { dtype: type, dims, data: data instanceof Float32Array ? data : null, ms };
    send({ type: "ran", id: request.id, result });
  } catch (error) {
    send({ type: "failed", id: request.id, message: (error as Error).message });
  }
});

/** The parent is gone: nobody waits for an answer. */
process.on("disconnect", () => process.exit(0));

function describe(session: ort.InferenceSession): ModelDescription {
  const toShape = (value: ort.InferenceSession.ValueMetadata) => ({
    name: value.name,
    dtype: value.isTensor ? value.type : null,
    shape: value.isTensor ? value.shape.map((size) => (size === -1 ? null : size)) : [],
  });
  return { inputs: session.inputMetadata.map(toShape), outputs: session.outputMetadata.map(toShape) };
}
