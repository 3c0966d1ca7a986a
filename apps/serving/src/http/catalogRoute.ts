import { CatalogChangesRequest, type CatalogChangesResponse } from "@shortlist/contracts";
import { AppError, toFieldProblems } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import { admit, type HttpContext } from "./context";

/** 5,000 items with full descriptions. */
const BODY_MAX = 32 * 1024 * 1024;

/** All changes of a call or none: a call is refused whole with every field that is wrong. */
export function registerCatalog(app: FastifyInstance, context: HttpContext): void {
  app.put("/v1/catalog/items", { bodyLimit: BODY_MAX }, async (request): Promise<CatalogChangesResponse> => {
    const { workspace } = admit(context, request, "catalog");
    const body = CatalogChangesRequest.safeParse(request.body);
    if (!body.success)
      throw new AppError("invalid_request", "catalogue body", {
        fields: toFieldProblems(body.error.issues),
      });
    const { changes } = body.data;
    return { accepted: changes.length, position: await context.catalog.append(workspace, changes) };
  });
}
