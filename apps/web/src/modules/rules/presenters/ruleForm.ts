import type { RuleDefinition } from "@shortlist/contracts";

/** The editor's fields: texts as typed, so that nothing a person writes is lost while it is not valid yet. */
export interface RuleForm {
  readonly name: string;
  readonly class: RuleDefinition["class"];
  readonly effect: RuleDefinition["effect"]["kind"];
  /** 1-based, as a person counts. */
  readonly position: string;
  readonly strength: "little" | "some" | "strong";
  /** Of a cap or a spread the most, of a floor the least. */
  readonly max: string;
  readonly by: "brand" | "category" | "seller";
  readonly itemIds: string;
  readonly brands: string;
  readonly sellers: string;
  readonly categories: string;
  readonly priceMin: string;
  readonly priceMax: string;
  readonly newerThanDays: string;
  readonly surfaces: readonly string[];
  readonly regions: string;
  readonly devices: readonly string[];
  readonly shoppers: "" | "signed_in" | "anonymous";
  /** `YYYY-MM-DDTHH:mm`, UTC; empty: no bound. */
  readonly from: string;
  readonly to: string;
  readonly priority: string;
}

export const EMPTY_FORM: RuleForm = {
  name: "",
  class: "merchandising",
  effect: "boost",
  position: "1",
  strength: "some",
  max: "2",
  by: "brand",
  itemIds: "",
  brands: "",
  sellers: "",
  categories: "",
  priceMin: "",
  priceMax: "",
  newerThanDays: "",
  surfaces: [],
  regions: "",
  devices: [],
  shoppers: "",
  from: "",
  to: "",
  priority: "50",
};

/** The form as a link from elsewhere fills it: `effect`, `item` and `class`; anything else is as in an empty one. */
export function readDraft(query: { get(name: string): string | null }): RuleForm {
  const itemId = query.get("item");
  if (itemId === null) return EMPTY_FORM;
  const isPin = query.get("effect") === "pin";
  const isCompliance = !isPin && query.get("class") === "compliance";
  return {
    ...EMPTY_FORM,
    name: `${isPin ? "Feature" : "Block"} ${itemId}`.slice(0, 80),
    effect: isPin ? "pin" : "hide",
    class: isCompliance ? "compliance" : "merchandising",
    itemIds: itemId,
  };
}

export function toForm(rule: RuleDefinition): RuleForm {
  const { effect, match, scope } = rule;
  const text = (value: number | undefined) => (value === undefined ? "" : String(value));
  return {
    name: rule.name,
    class: rule.class,
    effect: effect.kind,
    position:
      effect.kind === "pin" || effect.kind === "sponsor" ? String(effect.position + 1) : EMPTY_FORM.position,
    strength: effect.kind === "boost" || effect.kind === "bury" ? effect.strength : EMPTY_FORM.strength,
    max:
      effect.kind === "cap" || effect.kind === "spread"
        ? String(effect.max)
        : effect.kind === "at_least"
          ? String(effect.min)
          : EMPTY_FORM.max,
    by: effect.kind === "spread" ? effect.by : EMPTY_FORM.by,
    itemIds: (match.itemIds ?? []).join("\n"),
    brands: (match.brands ?? []).join("\n"),
    sellers: (match.sellers ?? []).join("\n"),
    categories: (match.categories ?? []).join("\n"),
    priceMin: text(match.priceMin),
    priceMax: text(match.priceMax),
    newerThanDays: text(match.newerThanDays),
    surfaces: scope.surfaces ?? [],
    regions: (scope.regions ?? []).join("\n"),
    devices: scope.devices ?? [],
    shoppers: scope.shoppers ?? "",
    from: rule.from?.slice(0, 16) ?? "",
    to: rule.to?.slice(0, 16) ?? "",
    priority: String(rule.priority),
  };
}

/** What is sent; what is wrong with it the server says, by field. */
export function toDefinition(form: RuleForm): RuleDefinition {
  const lines = (text: string) => text.split(/[\n,]/).flatMap((line) => line.trim() || []);
  const list = (name: string, values: readonly string[]) =>
    values.length === 0 ? {} : { [name]: [...values] };
  const number = (name: string, text: string) => (text.trim() === "" ? {} : { [name]: Number(text) });
  const time = (text: string) => (text === "" ? null : `${text}:00Z`);
  return {
    name: form.name,
    class: form.class,
    effect: toEffect(form),
    match: {
      ...list("itemIds", lines(form.itemIds)),
      ...list("brands", lines(form.brands)),
      ...list("sellers", lines(form.sellers)),
      // A category path holds commas in some shops: one a line.
      ...list(
        "categories",
        form.categories.split("\n").flatMap((line) => line.trim() || []),
      ),
      ...number("priceMin", form.priceMin),
      ...number("priceMax", form.priceMax),
      ...number("newerThanDays", form.newerThanDays),
    },
    scope: {
      ...list("surfaces", form.surfaces),
      ...list("regions", lines(form.regions)),
      ...list("devices", form.devices),
      ...(form.shoppers === "" ? {} : { shoppers: form.shoppers }),
    },
    from: time(form.from),
    to: time(form.to),
    priority: Number(form.priority),
  };
}

function toEffect(form: RuleForm): RuleDefinition["effect"] {
  switch (form.effect) {
    case "pin":
    case "sponsor":
      return { kind: form.effect, position: Number(form.position) - 1 };
    case "boost":
    case "bury":
      return { kind: form.effect, strength: form.strength };
    case "cap":
      return { kind: "cap", max: Number(form.max) };
    case "spread":
      return { kind: "spread", by: form.by, max: Number(form.max) };
    case "at_least":
      return { kind: "at_least", min: Number(form.max) };
    default:
      return { kind: form.effect };
  }
}

/** Whether the form says which items: without that there is nothing to preview. */
export function saysItems(form: RuleForm): boolean {
  return Object.keys(toDefinition(form).match).length > 0;
}
