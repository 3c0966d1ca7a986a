"use client";

import { Menu } from "lucide-react";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { onFirstNote } from "@/lib/notify";
import { useSession } from "../session";
import { useShortcuts } from "../useShortcuts";
import { Nav } from "./Nav";
import { UserMenu } from "./UserMenu";
import { WorkspaceSwitcher } from "./WorkspaceSwitcher";

const Palette = dynamic(() => import("./Palette").then((m) => m.Palette), { ssr: false });
const ShortcutHelp = dynamic(() => import("./ShortcutHelp").then((m) => m.ShortcutHelp), { ssr: false });
const Toasts = dynamic(() => import("./Toasts").then((m) => m.Toasts), { ssr: false });

export function Shell({ children }: { children: ReactNode }) {
  const { workspace } = useSession();
  const path = usePathname().slice(`/w/${workspace.slug}`.length) || "/";
  const [overlay, setOverlay] = useState<"palette" | "help" | null>(null);
  // Mounted with the first note: most visits see none.
  const [hasToasts, setHasToasts] = useState(false);
  useEffect(() => onFirstNote(() => setHasToasts(true)), []);
  const [isNavOpen, setNavOpen] = useState(false);
  useShortcuts({ onPalette: () => setOverlay("palette"), onHelp: () => setOverlay("help") });

  return (
    <div className="min-h-dvh md:grid md:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded bg-surface px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <div className="border-line border-b bg-surface md:sticky md:top-0 md:flex md:h-dvh md:flex-col md:border-r md:border-b-0">
        <header className="flex h-12 items-center gap-2 px-3 md:h-auto md:flex-col md:items-stretch md:pt-3">
          <WorkspaceSwitcher />
          <button
            type="button"
            onClick={() => setOverlay("palette")}
            className="ml-auto flex h-8 items-center justify-between gap-3 rounded-md border border-line px-2 text-ink-3 hover:bg-sunken md:mt-2 md:ml-0"
          >
            Find
            <kbd className="hidden font-mono text-2xs md:inline">⌘K</kbd>
          </button>
          <button
            type="button"
            aria-expanded={isNavOpen}
            aria-controls="navigation"
            aria-label="Menu"
            onClick={() => setNavOpen(!isNavOpen)}
            className="inline-flex size-8 items-center justify-center rounded-md border border-line md:hidden"
          >
            <Menu className="size-4" />
          </button>
        </header>
        <div
          id="navigation"
          className={`${isNavOpen ? "block" : "hidden"} px-3 pb-3 md:flex md:min-h-0 md:flex-1 md:flex-col`}
        >
          <div className="md:min-h-0 md:flex-1 md:overflow-y-auto">
            <Nav path={path} onNavigate={() => setNavOpen(false)} />
          </div>
          <div className="pt-2">
            <UserMenu />
          </div>
        </div>
      </div>
      <main id="content" tabIndex={-1} className="min-w-0 outline-none">
        {children}
      </main>
      {overlay === "palette" && <Palette onClose={() => setOverlay(null)} />}
      {overlay === "help" && <ShortcutHelp onClose={() => setOverlay(null)} />}
      {hasToasts && <Toasts />}
    </div>
  );
}
