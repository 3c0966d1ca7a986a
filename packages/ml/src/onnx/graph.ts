import { ProtoWriter } from "./protobuf";

// Field numbers are those of onnx.proto3 (github.com/onnx/onnx). Only float32 tensors, and nodes without
// attributes, which is all our rankers need.

/** Runs on every runtime since ONNX 1.8 (2020); nothing here needs a newer operator set. */
const OPSET_VERSION = 13;
const IR_VERSION = 7;
const FLOAT = 1;

export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  values: Float32Array;
}

export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  output: string;
}

export interface OnnxGraph {
  name: string;
  /** A string dimension is free, e.g. the number of rows. */
  input: { name: string; dims: readonly (number | string)[] };
  output: { name: string; dims: readonly (number | string)[] };
  tensors: readonly OnnxTensor[];
  nodes: readonly OnnxNode[];
  metadata: Readonly<Record<string, string>>;
}

/** Serialises a graph as an ONNX ModelProto. The same graph gives the same bytes. */
export function encodeOnnxGraph(graph: OnnxGraph): Uint8Array<ArrayBuffer> {
  const body = new ProtoWriter();
  for (const [index, node] of graph.nodes.entries()) body.message(1, encodeNode(node, index));
  body.text(2, graph.name);
  for (const tensor of graph.tensors) body.message(5, encodeTensor(tensor));
  body.message(11, encodeValueInfo(graph.input));
  body.message(12, encodeValueInfo(graph.output));

  const model = new ProtoWriter()
    .integer(1, IR_VERSION)
    .text(2, "shortlist")
    .message(7, body)
    .message(8, new ProtoWriter().text(1, "").integer(2, OPSET_VERSION));
  for (const [key, value] of Object.entries(graph.metadata)) {
    model.message(14, new ProtoWriter().text(1, key).text(2, value));
  }
  return model.finish();
}

function encodeNode(node: OnnxNode, index: number): ProtoWriter {
  const out = new ProtoWriter();
  for (const input of node.inputs) out.text(1, input);
  return out.text(2, node.output).text(3, `${node.op}_${index}`).text(4, node.op);
}

function encodeTensor(tensor: OnnxTensor): ProtoWriter {
  const out = new ProtoWriter();
  for (const dim of tensor.dims) out.integer(1, dim);
  const raw = new Uint8Array(tensor.values.length * 4);
  const view = new DataView(raw.buffer);
  for (let p = 0; p < tensor.values.length; p++) view.setFloat32(4 * p, tensor.values[p]!, true);
  return out.integer(2, FLOAT).text(8, tensor.name).bytes(9, raw);
}

function encodeValueInfo(info: { name: string; dims: readonly (number | string)[] }): ProtoWriter {
  const shape = new ProtoWriter();
  for (const dim of info.dims) {
    const entry = new ProtoWriter();
    shape.message(1, typeof dim === "number" ? entry.integer(1, dim) : entry.text(2, dim));
  }
  const tensorType = new ProtoWriter().integer(1, FLOAT).message(2, shape);
  return new ProtoWriter().text(1, info.name).message(2, new ProtoWriter().message(1, tensorType));
}
