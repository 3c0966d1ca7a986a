import {
  CatalogChangesRequest,
  CatalogChangesResponse,
  ERRORS,
  type ErrorCode,
  EventsResponse,
  FeaturesRequest,
  FeaturesResponse,
  INTERACTION_TYPES,
  InteractionEvent,
  PROBLEM_JSON_SCHEMA,
  RecommendRequest,
  RecommendResponse,
  RelatedQuery,
} from "@shortlist/contracts";
import * as z from "zod";

const ITEM_EXAMPLE = {
  itemId: "sku-1001",
  score: 0.83,
  position: 0,
  reason: "Similar to what you viewed",
  price: 24.9,
  sources: ["content", "collaborative"],
  isSponsored: false,
};
const SLATE_EXAMPLE = {
  items: [ITEM_EXAMPLE],
  metadata: {
    requestId: "0197b2c4-7d1e-7c3a-9a52-3f1d2c4b5a69",
    latencyMs: 3.1,
    configVersion: "12-9f86d081884c",
    modelVersion: "ranker@7",
    candidatesRetrieved: 1180,
    candidatesScored: 964,
    degradation: { rung: 0, name: "full", reasons: [] },
  },
};
const FEATURES_EXAMPLE = {
  view: "shopper_activity@2",
  hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  at: "2026-11-20T09:30:00.000Z",
  batch: { generation: "b-20261120", endAt: "2026-11-20T00:00:00.000Z" },
  store: "up",
  rows: [
    { status: "present", paths: "both", isOptedOut: false, values: { clicks_1h: 3, last_item_7d: "sku-7" } },
  ],
};
const EVENT_EXAMPLE = {
  eventId: "0197b2c4-7d1e-7c3a-9a52-3f1d2c4b5a70",
  type: "click",
  itemId: "sku-1001",
  anonymousId: "visitor-77",
  requestId: SLATE_EXAMPLE.metadata.requestId,
  position: 0,
  occurredAt: "2026-11-20T09:30:00Z",
};

const toSchema = (schema: z.ZodType, io: "input" | "output") => {
  const { $schema: _dialect, ...body } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return body;
};

const problem = (code: ErrorCode, extra: object = {}) => ({
  description: ERRORS[code].title,
  content: {
    "application/problem+json": {
      schema: { $ref: "#/components/schemas/Problem" },
      example: {
        type: `urn:shortlist:error:${code}`,
        title: ERRORS[code].title,
        status: ERRORS[code].http,
        code,
        retryable: ERRORS[code].retryable,
        ...extra,
      },
    },
  },
});
const invalid = (field: string, text: string) =>
  problem("invalid_request", { errors: [{ field, problem: text }] });
const shared = {
  401: problem("unauthenticated"),
  403: problem("forbidden"),
  429: problem("rate_limited"),
  500: problem("internal"),
};
const json = (ref: string, example: object) => ({
  "application/json": { schema: { $ref: `#/components/schemas/${ref}` }, example },
});

/** OpenAPI 3.1 of the storefront API, from the schemas that check the requests. */
export function createOpenApi(): Record<string, unknown> {
  return {
    openapi: "3.1.0",
    info: {
      title: "Shortlist serving API",
      version: "1",
      description: "Recommendations for a storefront, and the events they learn from.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "http://127.0.0.1:8080" }],
    security: [{ apiKey: [] }],
    paths: {
      "/v1/recommend": {
        post: {
          operationId: "recommend",
          summary: "A slate for a shopper on a surface",
          description:
            "Never empty while the catalogue holds an eligible item that passes the filters. `degradation` names " +
            "the rung of the fallback ladder and why. An unknown user or item is not an error.",
          requestBody: {
            required: true,
            content: json("RecommendRequest", {
              anonymousId: "visitor-77",
              surface: "home_feed",
              n: 20,
              context: { region: "DE", device: "mobile", sessionItems: ["sku-7", "sku-9"] },
            }),
          },
          responses: {
            200: { description: "The slate", content: json("RecommendResponse", SLATE_EXAMPLE) },
            400: invalid("surface", "Invalid option"),
            ...shared,
            413: problem("payload_too_large"),
            503: problem("no_release"),
          },
        },
      },
      "/v1/items/{id}/related": {
        get: {
          operationId: "listRelated",
          summary: "Items related to one item",
          description: "An item that is not in the catalogue is answered with popular items.",
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "string" }, example: "sku-1001" },
            ...queryParameters(),
          ],
          responses: {
            200: { description: "Related items", content: json("RecommendResponse", SLATE_EXAMPLE) },
            400: invalid("n", "Too big: expected number to be <=100"),
            ...shared,
            503: problem("no_release"),
          },
        },
      },
      "/v1/events": {
        post: {
          operationId: "createEvents",
          summary: "Record what shoppers did",
          description:
            "Acknowledged only once the events are durable: in the event log or, while that is away, on the disk of " +
            "the process that answers, which brings them to the log later (`durable` says which). Send the same eventId again after any failure: " +
            "duplicates are counted once. A rejected event is kept for the shop to repair, so it need not be sent again; " +
            "`setAside` counts accepted events that repeat another action or come faster than a person acts, which count nowhere until someone releases them. " +
            `Types: ${INTERACTION_TYPES.join(", ")}.`,
          requestBody: { required: true, content: json("EventsRequest", { events: [EVENT_EXAMPLE] }) },
          responses: {
            200: {
              description: "What was accepted; rejected events are named by their index",
              content: json("EventsResponse", { accepted: 1, rejected: [], durable: "log" }),
            },
            400: invalid("events", "Too big: expected array to have <=500 items"),
            ...shared,
            413: problem("payload_too_large"),
            503: problem("log_unavailable"),
          },
        },
      },
      "/v1/catalog/items": {
        put: {
          operationId: "changeCatalog",
          summary: "Tell what has changed in the catalogue",
          description:
            "For the shop's backend, with a key of scope `catalog`. Acknowledged once the changes are stored in the " +
            "order in which they came, all of a call or none; within seconds every answer knows them, and the next " +
            "release is built with them. An upsert replaces the whole item; a patch changes price, inStock, " +
            "restricted or seller of an item that is there; a delete takes it out. Send the same call again after " +
            "any failure: the same change twice is the change once.",
          requestBody: {
            required: true,
            content: json("CatalogChangesRequest", {
              changes: [
                { op: "upsert", item: { itemId: "sku-2001", title: "Desk lamp", price: 34.9 } },
                { op: "patch", itemId: "sku-1001", price: 22.9, inStock: true },
                { op: "delete", itemId: "sku-7" },
              ],
            }),
          },
          responses: {
            200: {
              description: "The changes are stored; `position` is where",
              content: json("CatalogChangesResponse", { accepted: 3, position: "1795190000000-2" }),
            },
            400: invalid("changes.0.item.title", "Invalid input: expected string, received undefined"),
            ...shared,
            413: problem("payload_too_large"),
            503: problem("dependency_down"),
          },
        },
      },
      "/v1/features/read": {
        post: {
          operationId: "readFeatures",
          summary: "Feature values of shoppers, items or sessions",
          description:
            "Values as of now, of a live feature view. `paths` says whether they come from the backfill, the event " +
            "stream, both or neither; without either, and for a shopper who opted out, a row has the view's defaults.",
          requestBody: {
            required: true,
            content: json("FeaturesRequest", {
              view: "shopper_activity",
              rows: [{ anonymousId: "visitor-77" }, { userId: "customer-12" }],
            }),
          },
          responses: {
            200: {
              description: "One row for each asked, in order",
              content: json("FeaturesResponse", FEATURES_EXAMPLE),
            },
            400: invalid("rows.0.itemId", "rows of a shopper view have none: remove it"),
            ...shared,
            404: problem("not_found", { detail: "No live feature view shopper_activity." }),
            413: problem("payload_too_large"),
          },
        },
      },
      "/healthz": operation("getHealth", "The process runs"),
      "/readyz": operation("getReadiness", "A release is being served", { 503: { description: "Not yet" } }),
      "/metrics": operation("getMetrics", "Prometheus metrics"),
    },
    components: {
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key of the workspace" },
      },
      schemas: {
        RecommendRequest: toSchema(RecommendRequest, "input"),
        RecommendResponse: toSchema(RecommendResponse, "output"),
        EventsRequest: {
          type: "object",
          required: ["events"],
          properties: {
            events: { type: "array", minItems: 1, maxItems: 500, items: toSchema(InteractionEvent, "input") },
          },
        },
        EventsResponse: toSchema(EventsResponse, "output"),
        CatalogChangesRequest: toSchema(CatalogChangesRequest, "input"),
        CatalogChangesResponse: toSchema(CatalogChangesResponse, "output"),
        FeaturesRequest: toSchema(FeaturesRequest, "input"),
        FeaturesResponse: toSchema(FeaturesResponse, "output"),
        Problem: PROBLEM_JSON_SCHEMA,
      },
    },
  };
}

function queryParameters(): object[] {
  const schema = toSchema(RelatedQuery, "input") as { properties?: Record<string, object> };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: "query",
    required: false,
    // A coerced number has no input type of its own; on the wire it is an integer.
    schema: name === "n" ? { type: "integer", minimum: 1, maximum: 100, default: 12 } : property,
  }));
}

function operation(operationId: string, summary: string, more: object = {}) {
  return {
    get: { operationId, summary, security: [], responses: { 200: { description: summary }, ...more } },
  };
}
