import {
  Activity,
  BookmarkCheck,
  Boxes,
  Filter,
  Fingerprint,
  House,
  KeyRound,
  ListTree,
  type LucideIcon,
  Package,
  Pin,
  ScanSearch,
  ScrollText,
  ShieldCheck,
  Sigma,
  Store,
  Table2,
  TrendingUp,
  UserCheck,
  Users,
} from "lucide-react";

export interface Destination {
  readonly path: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Letter after `g`. */
  readonly key: string;
}

/** Everything the console has, grouped by the work it serves. Only pages that exist. */
export const NAVIGATION: readonly {
  readonly group: string | null;
  readonly items: readonly Destination[];
}[] = [
  {
    group: null,
    items: [
      { path: "/", label: "Home", icon: House, key: "h" },
      { path: "/playground", label: "Playground", icon: Store, key: "p" },
    ],
  },
  {
    group: "Ship",
    items: [
      { path: "/models", label: "Models", icon: Boxes, key: "m" },
      { path: "/rollouts", label: "Rollouts", icon: TrendingUp, key: "o" },
      { path: "/approvals", label: "Approvals", icon: UserCheck, key: "a" },
      { path: "/surfaces", label: "Surfaces", icon: Filter, key: "l" },
      { path: "/rules", label: "Rules", icon: Pin, key: "r" },
      { path: "/serving", label: "Serving", icon: Activity, key: "s" },
    ],
  },
  {
    group: "Debug",
    items: [
      { path: "/explain", label: "Explain", icon: ScanSearch, key: "e" },
      { path: "/jobs", label: "Jobs", icon: ListTree, key: "j" },
      { path: "/audit", label: "Audit", icon: ScrollText, key: "d" },
    ],
  },
  {
    group: "Data",
    items: [
      { path: "/catalog", label: "Catalogue", icon: Package, key: "c" },
      { path: "/quality", label: "Quality", icon: ShieldCheck, key: "q" },
      { path: "/features", label: "Features", icon: Sigma, key: "f" },
      { path: "/training-sets", label: "Training sets", icon: Table2, key: "t" },
      { path: "/identity", label: "Identity", icon: Fingerprint, key: "i" },
    ],
  },
  {
    group: "Settings",
    items: [
      { path: "/settings/members", label: "Members", icon: Users, key: "u" },
      { path: "/settings/keys", label: "API keys", icon: KeyRound, key: "k" },
      { path: "/settings/aliases", label: "Aliases", icon: BookmarkCheck, key: "n" },
    ],
  },
];

export const DESTINATIONS: readonly Destination[] = NAVIGATION.flatMap(({ items }) => items);

/** Whether `path` lies at or under the destination. */
export function isUnder(path: string, destination: string): boolean {
  return destination === "/" ? path === "/" : path === destination || path.startsWith(`${destination}/`);
}
