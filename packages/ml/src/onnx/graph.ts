import { ProtoWriter } from "./protobuf";

// Field numbers are those of onnx.proto3 (github.com/onnx/onnx). Only float32 tensors, and the kinds of attributes that
// our rankers need.

/** Runs on every runtime since ONNX 1.8 (2020); nothing here needs a newer operator set. */
const OPSET_VERSION = 13;
const IR_VERSION = 7;
const FLOAT = 1;
/** Operators of classical machine learning, in the version that every runtime since ONNX 1.8 has. */
const ML_DOMAIN = "ai.onnx.ml";
const ML_OPSET_VERSION = 1;
/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPES = { integer: 2, text: 3, floats: 6, integers: 7, texts: 8 } as const;

export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  values: Float32Array;
}

export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  output: string;
  /** Default: the operators of ONNX itself. */
  domain?: typeof ML_DOMAIN;
  attributes?: readonly OnnxAttribute[];
}

export type OnnxAttribute = { readonly name: string } & (
  | { readonly integer: number }
  | { readonly text: string }
  | { readonly floats: ArrayLike<number> }
  | { readonly integers: ArrayLike<number> }
  | { readonly texts: readonly string[] }
);

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
  if (graph.nodes.some(({ domain }) => domain === ML_DOMAIN))
    model.message(8, new ProtoWriter().text(1, ML_DOMAIN).integer(2, ML_OPSET_VERSION));
  for (const [key, value] of Object.entries(graph.metadata)) {
    model.message(14, new ProtoWriter().text(1, key).text(2, value));
  }
  return model.finish();
}

function encodeNode(node: OnnxNode, index: number): ProtoWriter {
  const out = new ProtoWriter();
  for (const input of node.inputs) out.text(1, input);
  out.text(2, node.output).text(3, `${node.op}_${index}`).text(4, node.op);
  for (const attribute of node.attributes ?? []) out.message(5, encodeAttribute(attribute));
  return node.domain === undefined ? out : out.text(7, node.domain);
}

function encodeAttribute(attribute: OnnxAttribute): ProtoWriter {
  const out = new ProtoWriter().text(1, attribute.name);
  if ("integer" in attribute) return out.integer(3, attribute.integer).integer(20, ATTRIBUTE_TYPES.integer);
  if ("text" in attribute) return out.text(4, attribute.text).integer(20, ATTRIBUTE_TYPES.text);
  if ("floats" in attribute) return out.floats(7, attribute.floats).integer(20, ATTRIBUTE_TYPES.floats);
  if ("integers" in attribute) {
    for (let i = 0; i < attribute.integers.length; i++) out.integer(8, attribute.integers[i]!);
    return out.integer(20, ATTRIBUTE_TYPES.integers);
  }
  for (const text of attribute.texts) out.text(9, text);
  return out.integer(20, ATTRIBUTE_TYPES.texts);
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
