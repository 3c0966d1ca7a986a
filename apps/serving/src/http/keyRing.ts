import { createHash } from "node:crypto";
import { type ControlDocument, EVENT_RULES_DEFAULT, type EventRules } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";

type Scope = ControlDocument["keys"][number]["scopes"][number];

export interface Caller {
  readonly workspace: string;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}

/**
 * The API keys of all workspaces by hash. The workspace of a request is its key's: no caller can name another.
 * Beside them what each workspace asks of events, which also takes effect without a new release.
 */
export class KeyRing {
  private callers: ReadonlyMap<string, Caller> = new Map();
  private rules: ReadonlyMap<string, EventRules> = new Map();

  replace(documents: readonly ControlDocument[]): void {
    const callers = new Map<string, Caller>();
    for (const document of documents)
      for (const key of document.keys)
        callers.set(key.sha256, { workspace: document.workspace, keyId: key.id, scopes: key.scopes });
    this.callers = callers;
    this.rules = new Map(
      documents.flatMap(({ workspace, eventRules }) =>
        eventRules === undefined ? [] : [[workspace, eventRules]],
      ),
    );
  }

  rulesOf(workspace: string): EventRules {
    return this.rules.get(workspace) ?? EVENT_RULES_DEFAULT;
  }

  /** The caller of an Authorization header; throws `unauthenticated` or `forbidden`. */
  authenticate(header: string | undefined, scope: Scope): Caller {
    if (header === undefined || !header.startsWith("Bearer "))
      throw new AppError("unauthenticated", "no bearer key", {
        publicDetail: "Send the header Authorization: Bearer <API key>",
      });
    const digest = createHash("sha256").update(header.slice(7).trim()).digest("hex");
    const caller = this.callers.get(digest);
    if (caller === undefined)
      throw new AppError("unauthenticated", "unknown key", { publicDetail: "This API key is not known" });
    if (!caller.scopes.includes(scope) && !caller.scopes.includes("admin"))
      throw new AppError("forbidden", `key ${caller.keyId} lacks ${scope}`, {
        publicDetail: `This key lacks the scope "${scope}"`,
      });
    return caller;
  }
}
