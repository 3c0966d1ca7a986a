import * as z from "zod";
import { ItemId, Sha256Hex } from "./ids";
import { Surface } from "./recommend";

// Rules: what people want of a list, whatever the models say. What each does to a slate: docs/methods/rules.md.

/** Which items a rule is about. All given parts have to hold. */
export const ItemMatch = z
  .strictObject({
    itemIds: z.array(ItemId).min(1).max(1_000).optional(),
    /** Category paths; an item matches when its path equals one or lies below it. */
    categories: z.array(z.string().min(1).max(256)).min(1).max(50).optional(),
    brands: z.array(z.string().min(1).max(128)).min(1).max(50).optional(),
    sellers: z.array(z.string().min(1).max(128)).min(1).max(50).optional(),
    priceMin: z.number().min(0).optional(),
    priceMax: z.number().min(0).optional(),
    /** In the catalogue for at most so many days when the release was made. */
    newerThanDays: z.number().positive().max(3650).optional(),
  })
  .refine((match) => Object.values(match).some((part) => part !== undefined), {
    message: "say which items: itemIds, categories, brands, sellers, a price or an age",
  })
  .refine(
    ({ priceMin, priceMax }) => priceMin === undefined || priceMax === undefined || priceMin <= priceMax,
    {
      path: ["priceMax"],
      message: "must not be below priceMin",
    },
  );
export type ItemMatch = z.infer<typeof ItemMatch>;

/** Which requests a rule is about; what is absent restricts nothing. */
export const RuleScope = z.strictObject({
  surfaces: z.array(Surface).min(1).optional(),
  regions: z.array(z.string().min(1).max(32)).min(1).max(50).optional(),
  devices: z
    .array(z.enum(["desktop", "mobile", "tablet", "app"]))
    .min(1)
    .optional(),
  shoppers: z.enum(["signed_in", "anonymous"]).optional(),
});
export type RuleScope = z.infer<typeof RuleScope>;

/** How far boost and bury move an item: in standard deviations of the request's scores, so it suits every model. */
export const RULE_STRENGTHS = { little: 0.5, some: 1, strong: 2 } as const;
const Strength = z.enum(["little", "some", "strong"]);

export const RuleEffect = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("pin"),
    /** 0-based; several items take the positions from here on. */ position: z.int().min(0).max(99),
  }),
  z.strictObject({ kind: z.literal("boost"), strength: Strength }),
  z.strictObject({ kind: z.literal("bury"), strength: Strength }),
  z.strictObject({ kind: z.literal("hide") }),
  z.strictObject({ kind: z.literal("only") }),
  /** At most so many of the matching items in one slate. */
  z.strictObject({ kind: z.literal("cap"), max: z.int().min(1).max(50) }),
  /** An editorial list: its items join the candidates, in the order they are named, and the ranker decides. */
  z.strictObject({ kind: z.literal("suggest") }),
  /** The best-ranked matching candidate stands here, marked as sponsored. 0-based. */
  z.strictObject({ kind: z.literal("sponsor"), position: z.int().min(0).max(99) }),
  /** Of the matching items, at most so many of each brand, category or seller in one slate. */
  z.strictObject({
    kind: z.literal("spread"),
    by: z.enum(["brand", "category", "seller"]),
    max: z.int().min(1).max(50),
  }),
  /** At least so many of the matching items in one slate, as far as there are candidates. */
  z.strictObject({ kind: z.literal("at_least"), min: z.int().min(1).max(50) }),
]);
export type RuleEffect = z.infer<typeof RuleEffect>;

export const RULE_EFFECTS = [
  "pin",
  "boost",
  "bury",
  "hide",
  "only",
  "cap",
  "suggest",
  "sponsor",
  "spread",
  "at_least",
] as const;

const definition = {
  name: z.string().trim().min(1, "name the rule").max(120),
  /** `compliance` hides items whatever happens: no source, pin or fallback list brings them back. */
  class: z.enum(["merchandising", "compliance"]).default("merchandising"),
  effect: RuleEffect,
  match: ItemMatch,
  scope: RuleScope.default({}),
  /** In force from here … */
  from: z.iso.datetime({ offset: true }).nullable().default(null),
  /** … to before here. */
  to: z.iso.datetime({ offset: true }).nullable().default(null),
  /** The higher one goes first where two rules want the same position. */
  priority: z.int().min(0).max(100).default(50),
};

/** What a person writes. */
export const RuleDefinition = z.strictObject(definition).superRefine((rule, ctx) => {
  const refuse = (path: string[], message: string) => ctx.addIssue({ code: "custom", path, message });
  if (rule.effect.kind === "pin" && rule.match.itemIds === undefined)
    refuse(["match", "itemIds"], "name the items to pin");
  if (rule.class === "compliance" && rule.effect.kind !== "hide")
    refuse(["effect", "kind"], "a compliance rule hides items; use a merchandising rule for anything else");
  if (rule.from !== null && rule.to !== null && Date.parse(rule.from) >= Date.parse(rule.to))
    refuse(["to"], "must be after from");
});
export type RuleDefinition = z.infer<typeof RuleDefinition>;

/** A published revision of a rule. */
export const Rule = z.object({
  ruleId: z.string().max(64),
  revision: z.int().min(1),
  ...definition,
});
export type Rule = z.infer<typeof Rule>;

export const RULES_MAX = 500;

/** All rules of a workspace that are switched on, as replicas get them. Equal content has the same id. */
export const RuleSet = z.object({ setId: Sha256Hex, rules: z.array(Rule).max(RULES_MAX) });
export type RuleSet = z.infer<typeof RuleSet>;

/** Whether a rule is about requests at that moment. */
export function isInForce(rule: Pick<Rule, "from" | "to">, atMs: number): boolean {
  return (
    (rule.from === null || Date.parse(rule.from) <= atMs) && (rule.to === null || atMs < Date.parse(rule.to))
  );
}
