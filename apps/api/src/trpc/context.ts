import type { SignedInUser } from "../auth/auth";
import type { AppContext } from "../context";

/** Context of one tRPC call, before any middleware. */
export interface RequestContext {
  readonly app: AppContext;
  readonly user: SignedInUser | null;
}
