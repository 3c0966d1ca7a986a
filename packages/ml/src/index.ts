// The public surface of the package, by name. `simulation/` is a second entry point of its own.
export {
  type ColumnArray,
  decodeColumnFile,
  encodeColumnFile,
  type Json,
} from "./codec/columnFile";
export { MlInputError } from "./errors";
export { buildCsr, type CsrMatrix, transposeCsr } from "./matrix/csr";
export { hashString } from "./random/hash";
export { createRandom, type Random } from "./random/random";
export { selectTopK } from "./topk/topK";
