import { join } from "node:path";
import { createRandom, type Random } from "@shortlist/ml";
import hnswlib from "hnswlib-node";
import ort from "onnxruntime-node";
import { SEARCH_WIDTH_MIN } from "../adapters/hnswVectorIndex";
import type { LoadedRelease } from "../release/loadedRelease";

/** One search a request made, as it made it. */
export interface RecordedSearch {
  readonly kind: "collaborative" | "content";
  readonly vector: Float32Array;
  readonly k: number;
}

const EF_MIN = { collaborative: SEARCH_WIDTH_MIN.alsFactors, content: SEARCH_WIDTH_MIN.unitVectors };

/** Notes the searches that requests make, until stopped. */
export function recordSearches(loaded: LoadedRelease): { searches: RecordedSearch[]; stop: () => void } {
  const searches: RecordedSearch[] = [];
  const undo: (() => void)[] = [];
  const listen = (kind: RecordedSearch["kind"], index: { search: unknown } | null | undefined) => {
    if (index == null) return;
    const own = index.search as (v: Float32Array, k: number, ...rest: unknown[]) => number;
    index.search = (vector: Float32Array, k: number, ...rest: unknown[]) => {
      searches.push({ kind, vector: vector.slice(), k });
      return own(vector, k, ...rest);
    };
    undo.push(() => {
      index.search = own;
    });
  };
  listen("collaborative", loaded.indexes.collaborative);
  listen("content", loaded.indexes.content?.index);
  return {
    searches,
    stop: () => {
      for (const restore of undo) restore();
    },
  };
}

export interface KernelTimes {
  readonly hnswUs: number;
  readonly onnxUs: number;
  readonly totalUs: number;
}

export interface Kernels {
  readonly indexes: Record<RecordedSearch["kind"], hnswlib.HierarchicalNSW>;
  /** CPU of the libraries alone for the recorded requests, in microseconds: no adapters, no funnel. */
  measure(): Promise<{ hnswUs: number; onnxUs: number }>;
}

/** The same searches and the same inference as `requests` recorded requests, by the libraries alone. */
export async function openKernels(options: {
  stateDir: string;
  loaded: LoadedRelease;
  searches: readonly RecordedSearch[];
  requests: number;
  rows: number;
}): Promise<Kernels> {
  const { loaded, searches } = options;
  // One index for each source, as in the funnel: a shared one would stay in the caches better than theirs can.
  const open = (kind: RecordedSearch["kind"]) => {
    const model = loaded.release.models.find((m) => m.kind === kind)!;
    const file = model.artifacts.find((a) => a.name === "index.hnsw")!;
    const index = new hnswlib.HierarchicalNSW("ip", loaded.factors);
    index.readIndexSync(join(options.stateDir, "artifacts", file.sha256));
    return index;
  };
  const indexes = { collaborative: open("collaborative"), content: open("content") };
  const plain = searches.map((search) => ({
    index: indexes[search.kind],
    // As wide as the funnel searches.
    ef: Math.max(search.k, EF_MIN[search.kind]),
    k: search.k,
    query: Array.from(search.vector),
  }));
  const runSearches = async () => {
    for (const { index, ef, k, query } of plain) {
      index.setEf(ef);
      index.searchKnn(query, k);
    }
  };
  const ranker = loaded.release.models.find((m) => m.kind === "ranker")!;
  const onnx = ranker.artifacts.find((a) => a.name === "model.onnx")!;
  const session = await ort.InferenceSession.create(join(options.stateDir, "artifacts", onnx.sha256), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const width = loaded.rankers.get(ranker.ref)!.width;
  const features = randomRows(createRandom("onnx"), options.rows * width);
  const input = new ort.Tensor("float32", features, [options.rows, width]);
  const output = new ort.Tensor("float32", new Float32Array(options.rows), [options.rows, 1]);
  const runOnnx = async () => {
    for (let i = 0; i < options.requests; i++) await session.run({ features: input }, { score: output });
  };
  await runSearches();
  await runOnnx();
  return {
    indexes,
    measure: async () => ({ hnswUs: await measureCpuUs(runSearches), onnxUs: await measureCpuUs(runOnnx) }),
  };
}

export async function measureCpuUs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const used = process.cpuUsage(before);
  return used.user + used.system;
}

/** Share of the true k nearest (by inner product) that the index finds. */
export function measureRecall(
  index: hnswlib.HierarchicalNSW,
  vectors: Float32Array,
  searches: readonly RecordedSearch[],
): number {
  const dims = searches[0]!.vector.length;
  const n = vectors.length / dims;
  let found = 0;
  let wanted = 0;
  for (const search of searches) {
    const scores = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let d = 0; d < dims; d++) sum += search.vector[d]! * vectors[i * dims + d]!;
      scores[i] = sum;
    }
    const threshold = Float64Array.from(scores).sort()[n - search.k]!;
    index.setEf(Math.max(search.k, EF_MIN[search.kind]));
    const { neighbors } = index.searchKnn(Array.from(search.vector), search.k);
    found += neighbors.filter((item) => scores[item]! >= threshold).length;
    wanted += search.k;
  }
  return found / wanted;
}

function randomRows(random: Random, length: number): Float32Array {
  return Float32Array.from({ length }, () => random.normal());
}
