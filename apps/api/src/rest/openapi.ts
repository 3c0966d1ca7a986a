import { PROBLEM_JSON_SCHEMA } from "@shortlist/contracts";
import * as z from "zod";
import type { Endpoint } from "./endpoint";

/** The OpenAPI 3.1 document of the endpoints, from the very schemas that check the calls. */
export function createOpenApi(endpoints: readonly Endpoint[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] ??= {};
    paths[endpoint.path]![endpoint.method.toLowerCase()] = describeEndpoint(endpoint);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Shortlist control plane", version },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Problem: PROBLEM_JSON_SCHEMA },
    },
  };
}

function describeEndpoint(endpoint: Endpoint) {
  return {
    summary: endpoint.summary,
    description:
      endpoint.access === "service"
        ? "Needs the service key."
        : `Needs the service key, or a key of the workspace with the scope ${endpoint.access.scopes.join(" or ")}.`,
    parameters: [
      ...listParameters(toSchema(endpoint.params), "path"),
      ...listParameters(toSchema(endpoint.query), "query"),
    ],
    ...(endpoint.takesFile === true
      ? {
          requestBody: {
            required: true,
            content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
          },
        }
      : {}),
    ...(endpoint.body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: toSchema(endpoint.body) } },
          },
        }),
    responses: {
      200: {
        description: "Done",
        content:
          endpoint.contentType === undefined
            ? { "application/json": { schema: toSchema(endpoint.response, "output") } }
            : { [endpoint.contentType]: { schema: { type: "string", format: "binary" } } },
      },
      default: {
        description: "Refused",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

interface ObjectSchema {
  readonly properties?: Record<string, unknown>;
  readonly required?: readonly string[];
}

function listParameters(schema: ObjectSchema, where: "path" | "query") {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: where === "path" || (schema.required ?? []).includes(name),
    schema: property,
  }));
}

function toSchema(schema: z.ZodType, io: "input" | "output" = "input"): ObjectSchema {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      // JSON has no dates; ours leave as ISO text.
      if (zodSchema._zod.def.type === "date") {
        jsonSchema.type = "string";
        jsonSchema.format = "date-time";
      }
    },
  }) as ObjectSchema;
}
