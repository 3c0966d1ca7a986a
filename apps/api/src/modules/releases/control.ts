import { ControlDocument, Release, redisKeys } from "@shortlist/contracts";
import { type Db, Prisma, type Tx } from "@shortlist/db";
import { deriveServiceKey, sha256Hex } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { listLiveFeatureViews } from "../featureViews/liveService";
import { findRolloutTraffic } from "../rollouts/liveService";
import { findRuleSet } from "../rules/liveService";
import { findSwitches } from "../switches/liveService";

/** Inside the transaction of every change that replicas must learn of. The row lock orders such changes. */
export async function bumpControlRevision(tx: Tx, workspaceId: string): Promise<number> {
  const { controlRevision } = await tx.workspace.update({
    where: { id: workspaceId },
    data: { controlRevision: { increment: 1 } },
    select: { controlRevision: true },
  });
  return controlRevision;
}

/** The document as the database has it now, read in one snapshot so that revision and content belong together. */
export function readControlDocument(
  db: Db,
  workspaceId: string,
  serviceKey: string,
): Promise<ControlDocument> {
  return db.$transaction(
    async (tx) => {
      const workspace = await tx.workspace.findUniqueOrThrow({
        where: { id: workspaceId },
        include: {
          currentRelease: true,
          apiKeys: { where: { revokedAt: null }, orderBy: { createdAt: "asc" } },
        },
      });
      const release = workspace.currentRelease;
      const ruleSet = await findRuleSet(tx, workspaceId);
      const switches = await findSwitches(tx, workspaceId);
      const rollout = await findRolloutTraffic(tx, workspaceId);
      const candidate =
        rollout === null
          ? null
          : await tx.release.findUniqueOrThrow({ where: { id: rollout.candidateReleaseId } });
      return {
        workspace: workspace.slug,
        revision: workspace.controlRevision,
        release: release === null ? null : toPointer(release),
        keys: [
          createServiceKeyEntry(serviceKey, workspace.slug),
          ...workspace.apiKeys.map(({ id, prefix, sha256, scopes }) => ({
            id,
            prefix,
            sha256,
            scopes: scopes as ControlDocument["keys"][number]["scopes"],
          })),
        ],
        ...(ruleSet === undefined ? {} : { ruleSet }),
        ...(switches === undefined ? {} : { switches }),
        ...(rollout === null || candidate === null
          ? {}
          : { rollout: { ...rollout.traffic, candidate: toPointer(candidate) } }),
        featureViews: await listLiveFeatureViews(
          tx,
          workspaceId,
          [release, candidate].flatMap((held) =>
            held === null
              ? []
              : Release.parse(held.content).models.map(({ modelVersionId }) => modelVersionId),
          ),
        ),
      };
    },
    { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
  );
}

function toPointer(release: { id: string; artifactSha256: string; content: unknown }) {
  const bytes = Buffer.byteLength(toReleaseText(release.content));
  return { releaseId: release.id, artifact: { name: "release.json", sha256: release.artifactSha256, bytes } };
}

/** The text whose bytes are the release artifact. */
export function toReleaseText(content: unknown): string {
  return JSON.stringify(content);
}

function createServiceKeyEntry(serviceKey: string, workspace: string): ControlDocument["keys"][number] {
  const key = deriveServiceKey(serviceKey, workspace);
  return {
    id: "service",
    prefix: key.slice(0, 12),
    sha256: sha256Hex(key),
    scopes: ["recommend", "events", "admin"],
  };
}

/**
 * Writes the document unless Redis holds a newer one: two publishers may overtake each other on their way here.
 * Returns 1 when it was written.
 */
const WRITE_IF_NOT_OLDER = `
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held then
  local ok, doc = pcall(cjson.decode, held)
  if ok and type(doc.revision) == 'number' and doc.revision > tonumber(ARGV[2]) then return 0 end
  if held == ARGV[3] then return 2 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

/** Announces only what changed, so that the periodic republishing does not wake every replica. */
export async function writeControlDocument(redis: Redis, document: ControlDocument): Promise<boolean> {
  const written = await redis.eval(
    WRITE_IF_NOT_OLDER,
    1,
    redisKeys.control,
    document.workspace,
    String(document.revision),
    JSON.stringify(document),
  );
  if (written !== 1) return false;
  await redis.publish(redisKeys.controlChanged, document.workspace);
  return true;
}

/** The revision that replicas are told of; null before the first. Rejects while Redis is away. */
export async function findPublishedRevision(redis: Redis, workspace: string): Promise<number | null> {
  const held = await redis.hget(redisKeys.control, workspace);
  return held === null ? null : ControlDocument.pick({ revision: true }).parse(JSON.parse(held)).revision;
}
