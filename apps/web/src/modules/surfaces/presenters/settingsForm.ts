import type { SurfaceSettings } from "@shortlist/contracts";
import { CANDIDATE_SOURCES } from "@shortlist/contracts/vocabulary";

/** What a form holds under a name; null when it has no such field. */
export type FormReader = Pick<FormData, "get">;

const QUOTA_OF_NEW = 50;

/** Settings as a form says them. What does not parse is sent as it is typed and refused by the API, at its field. */
export function readSettings(form: FormReader): SurfaceSettings {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const number = (name: string) => (text(name) === "" ? Number.NaN : Number(text(name)));
  const optional = (name: string) => (text(name) === "" ? null : Number(text(name)));
  const isOn = (name: string) => form.get(name) !== null;
  const keep = optional("preRanker.keep");
  const freshness = optional("rerank.freshness.weight");
  const kind = text("rerank.exploration.kind");
  return {
    mode: text("mode") as SurfaceSettings["mode"],
    budgetMs: number("budgetMs"),
    candidateLimit: number("candidateLimit"),
    ranker: text("ranker") === "" ? null : text("ranker"),
    preRanker:
      keep === null ? null : { keep, model: text("preRanker.model") === "" ? null : text("preRanker.model") },
    sources: CANDIDATE_SOURCES.map((name) => ({
      name,
      enabled: isOn(`source.${name}.enabled`),
      quota: number(`source.${name}.quota`),
      timeoutMs: number(`source.${name}.timeoutMs`),
    })),
    rerank: {
      categoryCap: number("rerank.categoryCap"),
      brandCap: optional("rerank.brandCap"),
      sellerCap: optional("rerank.sellerCap"),
      excludePurchased: isOn("rerank.excludePurchased"),
      excludeRecentlySeen: number("rerank.excludeRecentlySeen"),
      diversity: number("rerank.diversity"),
      freshness:
        freshness === null
          ? null
          : { weight: freshness, halfLifeDays: number("rerank.freshness.halfLifeDays") },
      exploration:
        kind === ""
          ? null
          : {
              kind: kind as "epsilon",
              slotSharePct: number("rerank.exploration.slotSharePct"),
              epsilon: number("rerank.exploration.epsilon"),
              poolSize: number("rerank.exploration.poolSize"),
            },
    },
  };
}

/** Every source there is: those the settings lack are off, with what a person would begin with. */
export function listSources(settings: SurfaceSettings): SurfaceSettings["sources"] {
  const timeoutMs = Math.max(1, Math.round(settings.budgetMs * 0.4));
  return CANDIDATE_SOURCES.map(
    (name) =>
      settings.sources.find((source) => source.name === name) ?? {
        name,
        enabled: false,
        quota: QUOTA_OF_NEW,
        timeoutMs,
      },
  );
}

/** Problems by the name of the form's field, as the API names them: `settings.sources.0.quota` is of the first source. */
export function problemsByField(
  problems: readonly { readonly field: string; readonly problem: string }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    problems.map(({ field, problem }) => {
      const path = field.replace(/^settings\./, "");
      const [, index, rest] = /^sources\.(\d+)\.(.+)$/.exec(path) ?? [];
      return [index === undefined ? path : `source.${CANDIDATE_SOURCES[Number(index)]}.${rest}`, problem];
    }),
  );
}
