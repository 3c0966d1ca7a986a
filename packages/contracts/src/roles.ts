import * as z from "zod";

export const ROLES = ["viewer", "product_manager", "ml_engineer", "admin"] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

export const ROLE_LABELS: Record<Role, string> = {
  viewer: "Viewer",
  product_manager: "Product manager",
  ml_engineer: "ML engineer",
  admin: "Admin",
};

/**
 * Who may do what. The server's middleware is the gate; the console derives its disabled controls from the same
 * table. The safe direction (roll back, cancel) is given to more roles than the risky one.
 */
export const PERMISSIONS = {
  "workspace:read": ["viewer", "product_manager", "ml_engineer", "admin"],
  "playground:use": ["viewer", "product_manager", "ml_engineer", "admin"],
  "request:read": ["viewer", "product_manager", "ml_engineer", "admin"],
  "model:register": ["ml_engineer", "admin"],
  /** Names such as champion that others rely on; who may register may ask for a move. */
  "alias:protected": ["admin"],
  "model:delete": ["ml_engineer", "admin"],
  "training:start": ["ml_engineer", "admin"],
  "job:cancel": ["product_manager", "ml_engineer", "admin"],
  "job:retry": ["ml_engineer", "admin"],
  "release:publish": ["ml_engineer", "admin"],
  "release:rollback": ["product_manager", "ml_engineer", "admin"],
  /** Making one sends nothing to shoppers but what its plan says; stopping one is the safe direction. */
  "rollout:create": ["ml_engineer", "admin"],
  "rollout:stop": ["product_manager", "ml_engineer", "admin"],
  "rollout:advance": ["ml_engineer", "admin"],
  "rollout:approve": ["ml_engineer", "admin"],
  "feature:publish": ["ml_engineer", "admin"],
  "backfill:run": ["ml_engineer", "admin"],
  "quality:repair": ["product_manager", "ml_engineer", "admin"],
  "identity:manage": ["ml_engineer", "admin"],
  "lists:compute": ["ml_engineer", "admin"],
  "switch:throw": ["product_manager", "ml_engineer", "admin"],
  /** A change is a release and moves latency and models of a whole surface: as publishing. Rules and switches are for all. */
  "surface:edit": ["ml_engineer", "admin"],
  "rule:edit": ["product_manager", "ml_engineer", "admin"],
  "rule:compliance": ["admin"],
  "key:manage": ["admin"],
  "member:manage": ["admin"],
  "workspace:create": ["admin"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function isAllowed(role: Role, permission: Permission): boolean {
  return (PERMISSIONS[permission] as readonly Role[]).includes(role);
}

/** "ML engineer or Admin": what a disabled control says about who may use it. */
export function rolesAllowed(permission: Permission): string {
  return PERMISSIONS[permission].map((role) => ROLE_LABELS[role]).join(" or ");
}
