import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import * as z from "zod";
import type { AppContext } from "../context";
import { type Caller, identifyCaller, requireService, requireWorkspace } from "./caller";

const Nothing = z.object({});

/** Who may call: the service key alone, or also a key of the path's workspace with one of the scopes. */
export type Access = "service" | { readonly scopes: readonly string[] };

interface EndpointShape<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends Access> {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** With `{name}` for parameters, as OpenAPI writes it. */
  readonly path: string;
  readonly summary: string;
  readonly access: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: z.ZodType;
  readonly bodyLimitBytes?: number;
  /** The body is a file: `call.stream` gives its bytes as they come, whatever type the caller says it is. */
  readonly takesFile?: true;
  /** Of an answer that is bytes and not JSON; `response` is a Uint8Array then. */
  readonly contentType?: string;
  readonly handle: (call: {
    ctx: AppContext;
    caller: Caller;
    workspace: A extends "service" ? null : { id: string; slug: string };
    params: z.output<P>;
    query: z.output<Q>;
    body: z.output<B>;
    stream: AsyncIterable<Uint8Array>;
  }) => Promise<unknown>;
}

/** An endpoint as the server and the OpenAPI document read it. */
export interface Endpoint {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType | null;
  readonly response: z.ZodType;
  readonly contentType?: string;
  readonly takesFile?: true;
  register(app: FastifyInstance, ctx: AppContext): void;
}

/** A field that is misspelt is refused: left aside, it would be a setting that silently did nothing. */
function refuseOthers<S extends z.ZodType>(schema: S): S {
  return schema instanceof z.ZodObject ? (schema.strict() as unknown as S) : schema;
}

export function defineEndpoint<
  A extends Access,
  P extends z.ZodType = typeof Nothing,
  Q extends z.ZodType = typeof Nothing,
  B extends z.ZodType = typeof Nothing,
>(shape: EndpointShape<P, Q, B, A>): Endpoint {
  const params = shape.params ?? Nothing;
  const query = shape.query === undefined ? Nothing : refuseOthers(shape.query);
  const wanted = shape.body === undefined ? null : refuseOthers(shape.body);
  return {
    ...shape,
    params,
    query,
    body: wanted,
    register(root, ctx) {
      const register = (app: FastifyInstance) =>
        app.route({
          method: shape.method,
          url: shape.path.replaceAll(/\{(\w+)\}/g, ":$1"),
          ...(shape.bodyLimitBytes === undefined ? {} : { bodyLimit: shape.bodyLimitBytes }),
          handler: async (request, reply) => {
            const caller = await identifyCaller(ctx, request);
            if (shape.access === "service") requireService(caller);
            const parsedParams = params.parse(request.params) as z.output<P>;
            const workspace =
              shape.access === "service"
                ? null
                : await requireWorkspace(ctx, caller, {
                    slug: (request.params as { slug: string }).slug,
                    scopes: shape.access.scopes,
                  });
            const body = wanted === null ? {} : wanted.parse(request.body);
            const answer = await shape.handle({
              ctx,
              caller,
              workspace: workspace as never,
              params: parsedParams,
              query: query.parse(request.query) as z.output<Q>,
              body: body as z.output<B>,
              stream: request.body as Readable,
            });
            const checked = shape.response.parse(answer);
            if (shape.contentType === undefined) return checked;
            return reply.type(shape.contentType).send(checked);
          },
        });
      if (shape.takesFile !== true) register(root);
      else
        root.register(async (scope) => {
          acceptFiles(scope);
          register(scope);
        });
    },
  };
}

/** Bodies of any type, and of none, are handed on as they come: many clients say nothing of what a file is. */
export function acceptFiles(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
}
