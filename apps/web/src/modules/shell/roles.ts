import type { Role } from "@shortlist/contracts";

export const ROLE_NAMES: Record<Role, string> = {
  viewer: "Viewer",
  product_manager: "Product manager",
  ml_engineer: "ML engineer",
  admin: "Admin",
};

export const ROLES = Object.keys(ROLE_NAMES) as Role[];
