import { TagKey, TagValue } from "@shortlist/contracts";
import { AppError, toFieldProblems } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { noteChange } from "../audit/noteService";

type Ctx = Pick<AppContext, "db" | "now">;
/** More than a page shows is no longer found by looking. */
const TAGS_MAX = 50;

/** Sets a tag of a version; null takes it away. */
export async function setTag(
  ctx: Ctx,
  workspaceId: string,
  o: { name: string; version: number; key: string; value: string | null; actor: string },
): Promise<void> {
  const key = check("key", TagKey.safeParse(o.key));
  const value = o.value === null ? null : check("value", TagValue.safeParse(o.value));
  const row = await ctx.db.modelVersion.findFirst({
    where: { workspaceId, version: o.version, model: { name: o.name } },
    select: { id: true, _count: { select: { tags: true } } },
  });
  if (row === null)
    throw new AppError("not_found", `no ${o.name}@${o.version}`, {
      publicDetail: `There is no version ${o.version} of ${o.name}`,
    });
  const versionId = row.id;
  if (value !== null && row._count.tags >= TAGS_MAX)
    throw new AppError("conflict", "too many tags", {
      publicDetail: `A version has ${TAGS_MAX} tags at most; take one away first`,
    });
  await ctx.db.$transaction(async (tx) => {
    if (value === null) await tx.modelTag.deleteMany({ where: { workspaceId, versionId, key } });
    else
      await tx.modelTag.upsert({
        where: { versionId_key: { versionId, key } },
        create: { workspaceId, versionId, key, value, createdBy: o.actor, createdAt: ctx.now() },
        update: { value, createdBy: o.actor, createdAt: ctx.now() },
      });
    await noteChange(tx, workspaceId, {
      kind: "model",
      actor: o.actor,
      what:
        value === null
          ? `took the tag ${key} from ${o.name}@${o.version}`
          : `tagged ${o.name}@${o.version} ${key}=${value}`,
      path: `/models/${o.name}/v/${o.version}`,
    });
  });
}

function check<T>(
  field: string,
  parsed:
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } },
): T {
  if (parsed.success) return parsed.data;
  const problem = toFieldProblems(parsed.error.issues)[0]!.problem;
  throw new AppError("invalid_request", `tag ${field}`, {
    publicDetail: `The tag's ${field}: ${problem}`,
    fields: [{ field, problem }],
  });
}
